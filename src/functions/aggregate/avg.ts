/**
 * AVG is the sum divided by the count when it is read, never an average of averages. Integers are cut toward
 * zero, a DECIMAL is rounded half up to the scale of its result, as in Flink. NULL for a group without a
 * value.
 */
import { assert } from "../../errors/quickwater-error.ts";
import { divideHalfUp } from "../../values/decimal.ts";
import { physicalOf, type SqlType } from "../../values/sql-type.ts";
import type {
  Accumulator,
  AccumulatorLane,
  AccumulatorNeeds,
  AccumulatorSlot,
  EmitMergeContext,
} from "./accumulator.ts";
import { addCount } from "./count.ts";
import { addWide, emitAddWide, emitMergeWide, emitUnmergeWide, readWide, wideLanes } from "./sum.ts";

const count: AccumulatorLane = { name: "count", kind: "f64" };

export function avgAccumulator({ argument, result }: AccumulatorNeeds): Accumulator {
  assert(argument !== undefined, "AVG has an argument");
  if (argument.kind === "DECIMAL") {
    assert(result.kind === "DECIMAL", "AVG of a DECIMAL is a DECIMAL");
    return decimalAverage(argument, result.scale - argument.scale);
  }
  if (argument.kind === "BIGINT") return bigintAverage();
  return numberAverage(argument.kind === "FLOAT" || argument.kind === "DOUBLE", result.kind === "FLOAT");
}

function numberAverage(fractional: boolean, single: boolean): Accumulator {
  return {
    lanes: [{ name: "sum", kind: "f64" }, count],
    emitAdd: ({ lane, argument }) => `${lane("sum")} += c${argument}[row]; ${lane("count")} += 1;`,
    add: (slot, value) => {
      slot.setNumber("sum", slot.number("sum") + (value as number));
      slot.setNumber("count", slot.number("count") + 1);
    },
    retract: (slot, value) => {
      slot.setNumber("sum", slot.number("sum") - (value as number));
      addCount(slot, -1);
    },
    result: (slot) => {
      if (slot.number("count") === 0) return null;
      const average = slot.number("sum") / slot.number("count");
      if (!fractional) return Math.trunc(average);
      return single ? Math.fround(average) : average;
    },
    merge: (into, from) => addNumberSum(into, from, 1),
    emitRetract: ({ lane, argument }) => `${lane("sum")} -= c${argument}[row]; ${lane("count")} -= 1;`,
    // Sums of fractions are rounded: taking a part back would leave what it had lost.
    ...(fractional ? {} : { unmerge: (from, part) => addNumberSum(from, part, -1) }),
    emitMerge: (context) => `${emitSum(context, "+=")} ${emitCount(context, "+=")}`,
    emitUnmerge: (context) => `${emitSum(context, "-=")} ${emitCount(context, "-=")}`,
    emitResult: ({ lane, set, setNull }) => {
      const average = `${lane("sum")} / ${lane("count")}`;
      const rounded = !fractional ? `Math.trunc(${average})` : single ? `Math.fround(${average})` : average;
      return `if (${lane("count")} === 0) { ${setNull()} } else { ${set(rounded)} }`;
    },
  };
}

function bigintAverage(): Accumulator {
  return {
    lanes: [{ name: "sum", kind: "i64" }, count],
    emitAdd: ({ lane, argument }) =>
      `${lane("sum")} = BigInt.asIntN(64, ${lane("sum")} + c${argument}[row]); ${lane("count")} += 1;`,
    add: (slot, value) => {
      slot.setBigint("sum", BigInt.asIntN(64, slot.bigint("sum") + (value as bigint)));
      slot.setNumber("count", slot.number("count") + 1);
    },
    retract: (slot, value) => {
      slot.setBigint("sum", BigInt.asIntN(64, slot.bigint("sum") - (value as bigint)));
      addCount(slot, -1);
    },
    result: (slot) => (slot.number("count") === 0 ? null : slot.bigint("sum") / BigInt(slot.number("count"))),
    merge: (into, from) => addBigintSum(into, from, 1n),
    unmerge: (from, part) => addBigintSum(from, part, -1n),
    emitRetract: ({ lane, argument }) =>
      `${lane("sum")} = BigInt.asIntN(64, ${lane("sum")} - c${argument}[row]); ${lane("count")} -= 1;`,
    emitMerge: (context) => `${emitBigintSum(context, "+")} ${emitCount(context, "+=")}`,
    emitUnmerge: (context) => `${emitBigintSum(context, "-")} ${emitCount(context, "-=")}`,
    emitResult: ({ lane, set, setNull }) =>
      `if (${lane("count")} === 0) { ${setNull()} }
        else { ${set(`${lane("sum")} / BigInt(${lane("count")})`)} }`,
  };
}

function decimalAverage(argument: SqlType, extraScale: number): Accumulator {
  const wide = physicalOf(argument) === "i128";
  const factor = 10n ** BigInt(extraScale);
  return {
    lanes: [...wideLanes, count],
    emitAdd: (context) => `${emitAddWide(context, wide)} ${context.lane("count")} += 1;`,
    add: (slot, value) => {
      addWide(slot, value as bigint);
      slot.setNumber("count", slot.number("count") + 1);
    },
    retract: (slot, value) => {
      addWide(slot, -(value as bigint));
      addCount(slot, -1);
    },
    result: (slot) => {
      const rows = BigInt(slot.number("count"));
      return rows === 0n ? null : divideHalfUp(readWide(slot) * factor, rows);
    },
    merge: (into, from) => {
      addWide(into, readWide(from));
      addCount(into, from.number("count"));
    },
    unmerge: (from, part) => {
      addWide(from, -readWide(part));
      addCount(from, -part.number("count"));
    },
    emitMerge: (context) => `${emitMergeWide(context)} ${emitCount(context, "+=")}`,
    emitUnmerge: (context) => `${emitUnmergeWide(context)} ${emitCount(context, "-=")}`,
  };
}

function addNumberSum(slot: AccumulatorSlot, part: AccumulatorSlot, sign: 1 | -1): void {
  slot.setNumber("sum", slot.number("sum") + sign * part.number("sum"));
  addCount(slot, sign * part.number("count"));
}

function addBigintSum(slot: AccumulatorSlot, part: AccumulatorSlot, sign: 1n | -1n): void {
  slot.setBigint("sum", BigInt.asIntN(64, slot.bigint("sum") + sign * part.bigint("sum")));
  addCount(slot, Number(sign) * part.number("count"));
}

function emitSum({ into, from }: EmitMergeContext, change: "+=" | "-="): string {
  return `${into("sum")} ${change} ${from("sum")};`;
}

function emitBigintSum({ into, from }: EmitMergeContext, sign: "+" | "-"): string {
  return `${into("sum")} = BigInt.asIntN(64, ${into("sum")} ${sign} ${from("sum")});`;
}

function emitCount({ into, from }: EmitMergeContext, change: "+=" | "-="): string {
  return `${into("count")} ${change} ${from("count")};`;
}
