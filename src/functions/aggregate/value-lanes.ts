/** One value of the argument in lanes of a slot, and whether there is one: for what gives a value back. */

import { physicalOf, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { readUtf8 } from "../../values/utf8.ts";
import type { AccumulatorLane, AccumulatorSlot, EmitContext, EmitResultContext } from "./accumulator.ts";

export const seenLane: AccumulatorLane = { name: "seen", kind: "u8" };

export function valueLanes(type: SqlType): readonly AccumulatorLane[] {
  const physical = physicalOf(type);
  if (physical === "i128") {
    return [
      { name: "high", kind: "i64" },
      { name: "low", kind: "u64" },
    ];
  }
  return [{ name: "value", kind: physical as AccumulatorLane["kind"] }];
}

/** JavaScript that puts the row's value there. */
export function emitWriteLanes(context: EmitContext, type: SqlType): string {
  const { lane, argument: column } = context;
  switch (physicalOf(type)) {
    case "bytes":
      return `${context.storeBytes("value")} ${lane("seen")} = 1;`;
    case "i128":
      return `${lane("high")} = h${column}[row]; ${lane("low")} = c${column}[row]; ${lane("seen")} = 1;`;
    default:
      return `${lane("value")} = c${column}[row]; ${lane("seen")} = 1;`;
  }
}

/** JavaScript that gives the value there as the result, NULL where there is none. */
export function emitReadLanes(
  { lane, set, setNull, setWide, setBytes }: EmitResultContext,
  type: SqlType,
): string {
  const physical = physicalOf(type);
  const read =
    physical === "bytes"
      ? setBytes("value")
      : physical === "i128"
        ? setWide(lane("high"), lane("low"))
        : set(lane("value"));
  return `if (${lane("seen")} === 0) { ${setNull()} } else { ${read} }`;
}

export function readLanes(slot: AccumulatorSlot, type: SqlType): SqlValue {
  const physical = physicalOf(type);
  if (physical === "i128") return (slot.bigint("high") << 64n) | slot.bigint("low");
  if (physical === "i64") return slot.bigint("value");
  if (physical === "u8") return slot.number("value") === 1;
  if (physical !== "bytes") return slot.number("value");
  const bytes = slot.bytes("value");
  return type.kind === "CHAR" || type.kind === "VARCHAR" ? readUtf8(bytes) : bytes.slice();
}

export function writeLanes(slot: AccumulatorSlot, type: SqlType, value: SqlValue): void {
  const physical = physicalOf(type);
  slot.setNumber("seen", 1);
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
