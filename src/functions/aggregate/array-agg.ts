/**
 * ARRAY_AGG: the values as they came, NULLs among them; NULL where there is no row. A NULL is no argument of
 * an aggregate, so each value comes as a ROW of it, whose bytes behind each other are those of the array's
 * items. Of rows that may be taken back all are kept as they came; one that is taken back goes where it came
 * first.
 */
import { arrayOfPieces, arrayWithout, countOf } from "../../values/nested/nested-value.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import {
  type Accumulator,
  type AccumulatorNeeds,
  type AccumulatorSlot,
  keptAccumulator,
} from "./accumulator.ts";

/** How the field of the argument is called: what becomes of a NULL. */
export const arrayFields = { RESPECT: "value", IGNORE: "known" } as const;

type RowType = Extract<SqlType, { kind: "ROW" }>;

const nothing = new Uint8Array(0);

export function arrayAccumulator({ argument, distinct, losesRows }: AccumulatorNeeds): Accumulator {
  const { fields } = argument as RowType;
  const [{ name, type }] = fields as [RowType["fields"][number]];
  const leavesNulls = name === arrayFields.IGNORE;
  const made = (pieces: readonly Uint8Array[], count: number): SqlValue => {
    const all = arrayOfPieces(pieces, count);
    const kept = leavesNulls ? arrayWithout(all, type, null) : all;
    return countOf(kept) === 0 ? null : kept;
  };
  if (losesRows) {
    return keptAccumulator({ order: "arrival", once: distinct }, (values) => {
      const items: Uint8Array[] = [];
      values.eachArrived((row) => items.push(row as Uint8Array));
      return made(items, items.length);
    });
  }
  const append = (slot: AccumulatorSlot, more: Uint8Array, count: number) => {
    slot.setBytes("items", Buffer.concat([slot.bytes("items"), more]));
    slot.setNumber("count", slot.number("count") + count);
  };
  return {
    lanes: [
      { name: "items", kind: "bytes" },
      { name: "count", kind: "i32" },
    ],
    emitAdd: ({ lane, storeBytes, appendBytes }) =>
      `if (${lane("count")} === 0) { ${storeBytes("items")} } else { ${appendBytes("items", nothing)} }
        ${lane("count")} = ${lane("count")} + 1;`,
    add: (slot, row) => append(slot, row as Uint8Array, 1),
    result: (slot) => made([slot.bytes("items")], slot.number("count")),
    merge: (into, from) => append(into, from.bytes("items").slice(), from.number("count")),
  };
}
