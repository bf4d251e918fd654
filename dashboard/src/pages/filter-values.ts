/** The values that a filter of a page can have: those of its view's rows, those of most rows first chosen. */
import type { PageFilter } from "../../../src/serving/pages.ts";
import { cellOf, instantOf, textOf } from "../data/cells.ts";
import type { Reading } from "../panels/panel-kind.ts";
import type { PageSearch } from "./page-search.ts";
import { chosenOf } from "./page-search.ts";

export interface FilterValues {
  /** In alphabetical order, so that the choice does not jump about as rows come. */
  readonly values: readonly string[];
  /** Null: all. */
  readonly chosen: string | null;
}

export function filterValues(
  filter: PageFilter,
  reading: Reading | undefined,
  search: PageSearch,
): FilterValues {
  const counts = new Map<string, number>();
  if (reading !== undefined) {
    const cell = cellOf(reading.columns, filter.column);
    for (const row of reading.rows) {
      const text = textOf(cell(row));
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }
  const values = [...counts.keys()].sort();
  const chosen = chosenOf(filter, search);
  return { values, chosen: chosen === null && !filter.all ? mostOf(counts) : chosen };
}

function mostOf(counts: ReadonlyMap<string, number>): string | null {
  let most: string | null = null;
  for (const [value, count] of counts) if (most === null || count > counts.get(most)!) most = value;
  return most;
}

const newestStepMs = 900_000;

/** What is asked for first of the newest moment: it seldom moves on, and is never just before now. */
export function newestSinceMs(nowMs: number): number {
  return (Math.floor(nowMs / newestStepMs) - 1) * newestStepMs;
}

/** Rows of the newest moment that has passed. */
export function ofNewest(reading: Reading, column: string, nowMs: number): Reading {
  const at = cellOf(reading.columns, column);
  const times = reading.rows.map((row) => instantOf(at(row)) ?? Number.POSITIVE_INFINITY);
  let newest = Number.NEGATIVE_INFINITY;
  for (const time of times) if (time <= nowMs && time > newest) newest = time;
  return { ...reading, rows: reading.rows.filter((_, place) => times[place] === newest) };
}

/** Rows of the first source that fit what is chosen. */
export function matching(
  reading: Reading,
  match: Readonly<Record<string, string>>,
  filters: ReadonlyMap<string, string | null>,
): Reading {
  const wanted = Object.entries(match).flatMap(([column, filter]) => {
    const value = filters.get(filter) ?? null;
    return value === null ? [] : [{ cell: cellOf(reading.columns, column), value }];
  });
  if (wanted.length === 0) return reading;
  const rows = reading.rows.filter((row) => wanted.every(({ cell, value }) => textOf(cell(row)) === value));
  return { ...reading, rows };
}
