/** MIN and MAX: the smallest or largest value. NULL for a group without a value. */
import { assert } from "../../errors/quickwater-error.ts";
import { compareValues } from "../../values/compare.ts";
import { isNested, physicalOf, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import type { Accumulator, AccumulatorLane, AccumulatorSlot } from "./accumulator.ts";

const seen: AccumulatorLane = { name: "seen", kind: "u8" };

export function extremeAccumulator(which: "MIN" | "MAX", argument: SqlType | undefined): Accumulator {
  assert(argument !== undefined, `${which} has an argument`);
  const physical = physicalOf(argument);
  assert(!isNested(argument), `${which} has no order of ${argument.kind}`);
  const isBetter = (value: SqlValue, kept: SqlValue) => {
    const order = compareValues(value!, kept!);
    return which === "MIN" ? order === -1 : order === 1;
  };
  const read = (slot: AccumulatorSlot) => readValue(slot, physical, argument);
  const add = (slot: AccumulatorSlot, value: SqlValue) => {
    if (slot.number("seen") === 1 && !isBetter(value, read(slot))) return;
    writeValue(slot, physical, value);
    slot.setNumber("seen", 1);
  };
  return {
    lanes: [...valueLanes(physical), seen],
    emitAdd: (context) => {
      const sign = which === "MIN" ? "<" : ">";
      const { lane, argument: column } = context;
      if (physical === "bytes") {
        return `if (${lane("seen")} === 0 || ${context.compareBytes("value")} ${sign} 0) {
          ${context.storeBytes("value")} ${lane("seen")} = 1; }`;
      }
      if (physical === "i128") {
        const isLess = `h${column}[row] ${sign} ${lane("high")} ||
          (h${column}[row] === ${lane("high")} && c${column}[row] ${sign} ${lane("low")})`;
        return `if (${lane("seen")} === 0 || ${isLess}) {
          ${lane("high")} = h${column}[row]; ${lane("low")} = c${column}[row]; ${lane("seen")} = 1; }`;
      }
      return `if (${lane("seen")} === 0 || c${column}[row] ${sign} ${lane("value")}) {
          ${lane("value")} = c${column}[row]; ${lane("seen")} = 1; }`;
    },
    add,
    result: (slot) => (slot.number("seen") === 0 ? null : read(slot)),
    merge: (into, from) => {
      if (from.number("seen") === 1) add(into, read(from));
    },
  };
}

function valueLanes(physical: string): readonly AccumulatorLane[] {
  if (physical === "i128") {
    return [
      { name: "high", kind: "i64" },
      { name: "low", kind: "u64" },
    ];
  }
  return [{ name: "value", kind: physical as AccumulatorLane["kind"] }];
}

function readValue(slot: AccumulatorSlot, physical: string, type: SqlType): SqlValue {
  if (physical === "i128") return (slot.bigint("high") << 64n) | slot.bigint("low");
  if (physical === "i64") return slot.bigint("value");
  if (physical === "u8") return slot.number("value") === 1;
  if (physical !== "bytes") return slot.number("value");
  const bytes = slot.bytes("value");
  return type.kind === "CHAR" || type.kind === "VARCHAR" ? new TextDecoder().decode(bytes) : bytes.slice();
}

function writeValue(slot: AccumulatorSlot, physical: string, value: SqlValue): void {
  if (physical === "i128") {
    slot.setBigint("high", (value as bigint) >> 64n);
    slot.setBigint("low", BigInt.asUintN(64, value as bigint));
  } else if (physical === "i64") slot.setBigint("value", value as bigint);
  else if (physical === "bytes") {
    slot.setBytes(
      "value",
      typeof value === "string" ? new TextEncoder().encode(value) : (value as Uint8Array),
    );
  } else slot.setNumber("value", Number(value));
}
