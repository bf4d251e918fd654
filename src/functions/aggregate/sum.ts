/**
 * SUM. Integers keep their type and wrap around as Flink's do; a DECIMAL sum has 38 digits in two 64-bit
 * lanes and is exact; beyond 38 digits it is NULL, as in Flink. NULL for a group without a value.
 */
import { assert } from "../../errors/quickwater-error.ts";
import { decimalPrecisionMax, physicalOf, type SqlType } from "../../values/sql-type.ts";
import type {
  Accumulator,
  AccumulatorLane,
  AccumulatorNeeds,
  AccumulatorSlot,
  EmitContext,
  EmitMergeContext,
  EmitResultContext,
} from "./accumulator.ts";

/** How many values there are: the sum is NULL while there are none. It stops at its largest number. */
const seen: AccumulatorLane = { name: "seen", kind: "i32" };
const seenMax = 0x7fffffff;
const wideLimit = 10n ** BigInt(decimalPrecisionMax);

export function sumAccumulator({ argument }: AccumulatorNeeds): Accumulator {
  assert(argument !== undefined, "SUM has an argument");
  if (argument.kind === "DECIMAL") return decimalSum(argument);
  if (argument.kind === "BIGINT") return bigintSum();
  if (argument.kind === "FLOAT" || argument.kind === "DOUBLE") return doubleSum();
  return intSum(argument);
}

function intSum(argument: SqlType): Accumulator {
  const shift = argument.kind === "TINYINT" ? 24 : argument.kind === "SMALLINT" ? 16 : 0;
  const wrap = (sum: number) => (sum << shift) >> shift;
  return {
    lanes: [{ name: "sum", kind: "i32" }, seen],
    emitAdd: ({ lane, argument: column }) =>
      `${lane("sum")} = ((${lane("sum")} + c${column}[row]) << ${shift}) >> ${shift}; ${emitSeen(lane)}`,
    add: (slot, value) => {
      slot.setNumber("sum", wrap(slot.number("sum") + (value as number)));
      addSeen(slot, 1);
    },
    retract: (slot, value) => {
      slot.setNumber("sum", wrap(slot.number("sum") - (value as number)));
      addSeen(slot, -1);
    },
    result: (slot) => (slot.number("seen") === 0 ? null : slot.number("sum")),
    merge: (into, from) => addNumbers(into, from, 1, wrap),
    unmerge: (from, part) => addNumbers(from, part, -1, wrap),
    emitRetract: ({ lane, argument: column }) =>
      `${lane("sum")} = ((${lane("sum")} - c${column}[row]) << ${shift}) >> ${shift}; ${emitUnseen(lane)}`,
    emitMerge: (context) => emitSums(context, "+", (sum) => `(${sum} << ${shift}) >> ${shift}`),
    emitUnmerge: (context) => emitSums(context, "-", (sum) => `(${sum} << ${shift}) >> ${shift}`),
    emitResult: emitSumOrNull,
  };
}

function bigintSum(): Accumulator {
  return {
    lanes: [{ name: "sum", kind: "i64" }, seen],
    emitAdd: ({ lane, argument }) =>
      `${lane("sum")} = BigInt.asIntN(64, ${lane("sum")} + c${argument}[row]); ${emitSeen(lane)}`,
    add: (slot, value) => {
      slot.setBigint("sum", BigInt.asIntN(64, slot.bigint("sum") + (value as bigint)));
      addSeen(slot, 1);
    },
    retract: (slot, value) => {
      slot.setBigint("sum", BigInt.asIntN(64, slot.bigint("sum") - (value as bigint)));
      addSeen(slot, -1);
    },
    result: (slot) => (slot.number("seen") === 0 ? null : slot.bigint("sum")),
    merge: (into, from) => addBigints(into, from, 1n),
    unmerge: (from, part) => addBigints(from, part, -1n),
    emitRetract: ({ lane, argument: column }) =>
      `${lane("sum")} = BigInt.asIntN(64, ${lane("sum")} - c${column}[row]); ${emitUnseen(lane)}`,
    emitMerge: (context) => emitSums(context, "+", (sum) => `BigInt.asIntN(64, ${sum})`),
    emitUnmerge: (context) => emitSums(context, "-", (sum) => `BigInt.asIntN(64, ${sum})`),
    emitResult: emitSumOrNull,
  };
}

function doubleSum(): Accumulator {
  return {
    lanes: [{ name: "sum", kind: "f64" }, seen],
    emitAdd: ({ lane, argument }) => `${lane("sum")} += c${argument}[row]; ${emitSeen(lane)}`,
    add: (slot, value) => {
      slot.setNumber("sum", slot.number("sum") + (value as number));
      addSeen(slot, 1);
    },
    retract: (slot, value) => {
      slot.setNumber("sum", slot.number("sum") - (value as number));
      addSeen(slot, -1);
    },
    result: (slot) => (slot.number("seen") === 0 ? null : slot.number("sum")),
    emitRetract: ({ lane, argument: column }) => `${lane("sum")} -= c${column}[row]; ${emitUnseen(lane)}`,
    // Sums of fractions are rounded: taking a part back would leave what it had lost.
    merge: (into, from) => addNumbers(into, from, 1, (sum) => sum),
    emitMerge: (context) => emitSums(context, "+", (sum) => sum),
    emitResult: emitSumOrNull,
  };
}

function decimalSum(argument: SqlType): Accumulator {
  const wide = physicalOf(argument) === "i128";
  return {
    lanes: [...wideLanes, seen],
    emitAdd: (context) => `${emitAddWide(context, wide)} ${emitSeen(context.lane)}`,
    add: (slot, value) => {
      addWide(slot, value as bigint);
      addSeen(slot, 1);
    },
    retract: (slot, value) => {
      addWide(slot, -(value as bigint));
      addSeen(slot, -1);
    },
    result: (slot) => {
      const sum = readWide(slot);
      return slot.number("seen") === 0 || sum >= wideLimit || sum <= -wideLimit ? null : sum;
    },
    merge: (into, from) => {
      addWide(into, readWide(from));
      addSeen(into, from.number("seen"));
    },
    unmerge: (from, part) => {
      addWide(from, -readWide(part));
      addSeen(from, -part.number("seen"));
    },
    emitMerge: (context) => `${emitMergeWide(context)} ${emitSeenOf(context, "+")}`,
    emitUnmerge: (context) => `${emitUnmergeWide(context)} ${emitSeenOf(context, "-")}`,
    emitResult: emitWideOrNull,
  };
}

function emitSeen(lane: EmitContext["lane"]): string {
  return `if (${lane("seen")} !== ${seenMax}) ${lane("seen")}++;`;
}

function emitUnseen(lane: EmitContext["lane"]): string {
  return `if (${lane("seen")} !== ${seenMax}) ${lane("seen")}--;`;
}

function emitSums(context: EmitMergeContext, sign: "+" | "-", wrapped: (sum: string) => string): string {
  const { into, from } = context;
  return `${into("sum")} = ${wrapped(`(${into("sum")} ${sign} ${from("sum")})`)};
    ${emitSeenOf(context, sign)}`;
}

function emitSeenOf({ into, from }: EmitMergeContext, sign: "+" | "-"): string {
  const seen = into("seen");
  return `if (${seen} !== ${seenMax}) ${seen} = Math.min(${seenMax}, ${seen} ${sign} ${from("seen")});`;
}

function emitSumOrNull({ lane, set, setNull }: EmitResultContext): string {
  return `if (${lane("seen")} === 0) { ${setNull()} } else { ${set(lane("sum"))} }`;
}

/** NULL beyond 38 digits: of a sum that small its high lane says so at once. */
function emitWideOrNull({ lane, setNull, setWide }: EmitResultContext): string {
  const low = (value: bigint) => `${BigInt.asUintN(64, value)}n`;
  const high = (value: bigint) => `${value >> 64n}n`;
  return `{ const high = ${lane("high")}, low = ${lane("low")};
      if (${lane("seen")} === 0 ||
        high > ${high(wideLimit)} || (high === ${high(wideLimit)} && low >= ${low(wideLimit)}) ||
        high < ${high(-wideLimit)} || (high === ${high(-wideLimit)} && low <= ${low(-wideLimit)})) {
        ${setNull()}
      } else { ${setWide("high", "low")} } }`;
}

function addSeen(slot: AccumulatorSlot, count: number): void {
  const before = slot.number("seen");
  if (before !== seenMax) slot.setNumber("seen", Math.min(seenMax, before + count));
}

function addNumbers(
  slot: AccumulatorSlot,
  part: AccumulatorSlot,
  sign: 1 | -1,
  wrapped: (sum: number) => number,
): void {
  slot.setNumber("sum", wrapped(slot.number("sum") + sign * part.number("sum")));
  addSeen(slot, sign * part.number("seen"));
}

function addBigints(slot: AccumulatorSlot, part: AccumulatorSlot, sign: 1n | -1n): void {
  slot.setBigint("sum", BigInt.asIntN(64, slot.bigint("sum") + sign * part.bigint("sum")));
  addSeen(slot, Number(sign) * part.number("seen"));
}

// The 128-bit sum, shared with AVG.

export const wideLanes: readonly AccumulatorLane[] = [
  { name: "high", kind: "i64" },
  { name: "low", kind: "u64" },
];

export function emitMergeWide({ into, from }: EmitMergeContext): string {
  return `{ const part = ${from("low")}, sum = BigInt.asUintN(64, ${into("low")} + part);
      ${into("low")} = sum;
      ${into("high")} = BigInt.asIntN(64, ${into("high")} + ${from("high")} + (sum < part ? 1n : 0n)); }`;
}

export function emitUnmergeWide({ into, from }: EmitMergeContext): string {
  return `{ const before = ${into("low")}, part = ${from("low")};
      ${into("low")} = BigInt.asUintN(64, before - part);
      ${into("high")} = BigInt.asIntN(64, ${into("high")} - ${from("high")} - (before < part ? 1n : 0n)); }`;
}

/**
 * Adds to the low lane as unsigned numbers; what is carried, and the sign of the value, go to the high one. A
 * narrow value is added by its 32-bit halves: numbers stay in registers where 64-bit integers may be
 * allocated.
 */
export function emitAddWide(context: EmitContext, wide: boolean): string {
  return wide ? emitAddTwoLanes(context) : emitAddOneLane(context);
}

function emitAddOneLane({ lane, half, argument }: EmitContext): string {
  const values = `w${argument}`;
  return `{ const upper = ${values}[row * 2 + 1];
      const sum0 = (${half("low", 0)} >>> 0) + (${values}[row * 2] >>> 0);
      ${half("low", 0)} = sum0;
      const sum1 = (${half("low", 1)} >>> 0) + (upper >>> 0) + (sum0 > 4294967295 ? 1 : 0);
      ${half("low", 1)} = sum1;
      const carry = (sum1 > 4294967295 ? 1 : 0) + (upper >> 31);
      if (carry !== 0) ${lane("high")} = BigInt.asIntN(64, ${lane("high")} + (carry === 1 ? 1n : -1n)); }`;
}

function emitAddTwoLanes({ lane, argument }: EmitContext): string {
  const low = lane("low");
  const high = lane("high");
  return `{ const before = ${low}, sum = BigInt.asUintN(64, before + c${argument}[row]);
      ${low} = sum;
      ${high} = BigInt.asIntN(64, ${high} + h${argument}[row] + (sum < before ? 1n : 0n)); }`;
}

export function addWide(slot: AccumulatorSlot, value: bigint): void {
  const sum = BigInt.asIntN(128, readWide(slot) + value);
  slot.setBigint("low", BigInt.asUintN(64, sum));
  slot.setBigint("high", sum >> 64n);
}

export function readWide(slot: AccumulatorSlot): bigint {
  return (slot.bigint("high") << 64n) | slot.bigint("low");
}
