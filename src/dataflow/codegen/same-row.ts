/**
 * Whether two rows of one batch hold the same from a column on, compiled and interpreted. NULL is the same as
 * NULL, NaN as NaN; 0 and -0 are two.
 */
import { readValue } from "../../values/column-access.ts";
import type { Column, ColumnBatch } from "../../values/column-batch.ts";
import { columnLocals, wordsOf } from "./column-locals.ts";

export type SameRowKernel = (left: number, right: number) => boolean;

export function compileSameRow(rows: ColumnBatch, from: number): SameRowKernel {
  const columns = rows.columns.map((column, index) => ({ column, index })).slice(from);
  const names = { batch: rows, wordsOf, sameSlices };
  const make = new Function(
    ...Object.keys(names),
    `"use strict";
${columns.map(({ index }) => columnLocals(index)).join("\n")}
return function sameRow(left, right) {
  return ${columns.map(({ column, index }) => sameSource(column, index)).join(" &&\n    ") || "true"};
};`,
  );
  return make(...Object.values(names)) as SameRowKernel;
}

/** The lane of a NULL holds zeros, so that it is compared like any other. */
function sameSource({ physical }: Column, index: number): string {
  const isNull = (row: string) => `((n${index}[${row} >> 3] >> (${row} & 7)) & 1)`;
  const same = (lane: string) => `${lane}${index}[left] === ${lane}${index}[right]`;
  const nulls = `${isNull("left")} === ${isNull("right")}`;
  switch (physical) {
    case "f64":
      return `${nulls} && Object.is(c${index}[left], c${index}[right])`;
    case "i64":
      return `${nulls} && w${index}[left * 2] === w${index}[right * 2] &&
      w${index}[left * 2 + 1] === w${index}[right * 2 + 1]`;
    case "i128":
      return `${nulls} && ${same("c")} && ${same("h")}`;
    case "bytes":
      return `${nulls} && ${same("l")} &&
      sameSlices(batch.arena, s${index}[left], s${index}[right], l${index}[left])`;
    default:
      return `${nulls} && ${same("c")}`;
  }
}

function sameSlices(bytes: Uint8Array, left: number, right: number, length: number): boolean {
  for (let at = 0; at < length; at++) {
    if (bytes[left + at] !== bytes[right + at]) return false;
  }
  return true;
}

export function interpretSameRow(rows: ColumnBatch, from: number): SameRowKernel {
  return (left, right) => {
    for (let column = from; column < rows.columns.length; column++) {
      const [one, other] = [readValue(rows, column, left), readValue(rows, column, right)];
      const isSame =
        one instanceof Uint8Array && other instanceof Uint8Array
          ? Buffer.compare(one, other) === 0
          : Object.is(one, other);
      if (!isSame) return false;
    }
    return true;
  };
}
