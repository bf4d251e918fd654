/** Rows for the tests of shapes and for the gallery. */

import type { Format, Measure, MeasureTerm } from "../../../src/serving/pages.ts";
import type { WireType, WireValue } from "../../../src/serving/protocol.ts";
import type { Around, Reading } from "../panels/panel-kind.ts";
import { timesIn } from "../time/times.ts";

export const noon = Date.parse("2026-03-01T12:00:00.000Z");

/** Columns as `name: type`; rows as the values in that order. */
export function readingOf(
  columns: Readonly<Record<string, WireType>>,
  rows: readonly (readonly WireValue[])[],
  more: Partial<Reading> & { readonly final?: boolean } = {},
): Reading {
  const { final = true, ...rest } = more;
  return {
    columns: Object.entries(columns).map(([name, type]) => ({
      name,
      type,
      nullable: true,
      sqlType: "STRING",
    })),
    rows: rows.map((values, index) => ({ key: JSON.stringify([index]), values, final, revision: 0 })),
    watermarkMs: null,
    ...rest,
  };
}

export const around: Around = {
  fromMs: noon - 3_600_000,
  toMs: noon,
  endsNow: true,
  at: undefined,
  sinceMs: noon - 7_200_000,
  before: { fromMs: noon - 7_200_000, toMs: noon - 3_600_000, words: "the hour before" },
  times: timesIn("UTC"),
  chronicle: [],
  filters: new Map(),
  choose: () => {},
  zoom: () => {},
  dimmed: false,
};

export function measureOf(aggregate: MeasureTerm["aggregate"], column: string, per?: MeasureTerm): Measure {
  return { of: { aggregate, column }, per: per ?? null };
}

export const plainNumber: Format = { as: "number", currency: null, digits: null };
export const euros: Format = { as: "money", currency: { code: "EUR" }, digits: null };

/** What every panel has. */
export const frame = {
  id: "panel",
  title: "Panel",
  note: null,
  width: 6,
  sources: [],
  match: {},
  span: null,
  newest: null,
  problem: null,
};
