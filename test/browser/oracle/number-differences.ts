/** What stands in a panel beside what its rows come to: a line for each difference. */
import type {
  BarsPanel,
  BubblePanel,
  FunnelPanel,
  GaugePanel,
  HeatMapPanel,
  KpiPanel,
  Measure,
  PlacesPanel,
  SeriesPanel,
} from "../../../src/serving/pages.ts";
import { type Exact, exactOf, order, over, text } from "./exact-arithmetic.ts";
import { type Given, notEmpty, unlike } from "./given.ts";
import {
  at,
  exactText,
  isSum,
  measure,
  measuredRows,
  msOf,
  plainText,
  type Row,
  type Shown,
  takesLatest,
  within,
} from "./panel-rows.ts";

const linesMax = 8;
/** A table on the page has no more; all of them are in its download. */
const twinRowsMax = 1_000;
const zero: Exact = { digits: 0n, places: 0 };
/** The number of the newest row, or of all rows of the span. */
function numberOf({ panel, rows: [rows = []], shown }: Given<KpiPanel | GaugePanel>) {
  const { value, time } = panel;
  const fromMs = takesLatest(value) ? Number.NEGATIVE_INFINITY : shown.fromMs;
  const counted = within(rows, time, fromMs, shown.toMs);
  if (counted.length > 0) return { value: measure(value, counted, time), row: counted.at(-1) };
  // None of a view's rows is as it is asked for: that is how many there are.
  const isCount = value.of.aggregate === "count" && value.per === null;
  if (rows.length === 0 && isCount) return { value: exactOf(0), row: undefined };
  const wasBefore = time !== null && rows.some((row) => msOf(row, time) < shown.fromMs);
  return wasBefore && isSum(value) ? { value: exactOf(0), row: undefined } : undefined;
}

export function ofNumber(given: Given<KpiPanel | GaugePanel>): string[] {
  const { panel, texts } = given;
  const number = numberOf(given);
  if (number === undefined) return notEmpty(given);
  return unlike("value", texts.value, exactText(number.value, panel.format, number.row) || "no number");
}

/** What it is compared with, where a column says so. */
export function ofNumberTwin(given: Given<KpiPanel>): string[] {
  const {
    panel,
    rows: [rows = []],
    shown,
    texts,
  } = given;
  const number = numberOf(given);
  if (number === undefined) return notEmpty(given);
  const told = new Map(texts.twin?.rows.map(([what = "", value]) => [what, value]));
  const counted = within(rows, panel.time, Number.NEGATIVE_INFINITY, shown.toMs);
  const before = panel.before && measure(panel.before, counted, panel.time);
  const change = panel.change && measure(panel.change, counted, panel.time);
  const hundredth = change && { digits: change.digits, places: change.places + 2 };
  const value = exactText(number.value, panel.format, number.row) || "no number";
  return [
    ...unlike("value", told.get(panel.title), value),
    ...(before && before.digits !== 0n && number.value !== undefined
      ? unlike("before", told.get("Compared with"), exactText(before, panel.format, number.row))
      : []),
    ...(hundredth && panel.changeAs === "percent"
      ? unlike("change", told.get("Change as a ratio"), text(hundredth))
      : []),
  ];
}

interface Bar {
  readonly name: string;
  readonly value: Exact;
  readonly text: string;
}

export function ofBars(given: Given<BarsPanel>): string[] {
  const {
    panel,
    rows: [rows = []],
    shown,
    texts,
  } = given;
  const bars = panel.values.length > 0 ? measuredBars(given) : groupedBars(panel, rows, shown);
  if (bars.length === 0) return notEmpty(given);
  if (panel.sort === "most" || panel.sort === "least") {
    const sign = panel.sort === "least" ? 1 : -1;
    bars.sort((left, right) => sign * order(left.value, right.value) || (left.name < right.name ? -1 : 1));
  }
  const left = bars.slice(panel.limit);
  const ranked = bars.slice(0, panel.limit).map((bar) => [bar.name, bar.text]);
  // For the eye a unit stands behind what is no amount.
  const named = texts.named.map(([name, value]) => [name, value.replace(/ (%|ms|s)$/, "")]);
  const onPage = named.slice(0, ranked.length);
  const isRanked = panel.sort === "most" || panel.sort === "least";
  const rest = panel.rest && left.length > 0 && panel.value.per === null ? 1 : 0;
  return [
    ...unlike("bars", isRanked ? onPage : onPage.toSorted(), isRanked ? ranked : ranked.toSorted()),
    ...unlike("how many bars", named.length, ranked.length + rest),
    ...(rest === 0 ? [] : unlike("others", named.at(-1)?.[1], restText(panel, left, rows))),
  ];
}

function restText({ format }: BarsPanel, left: readonly Bar[], rows: readonly Row[]): string {
  const values = left.map(({ value }) => value);
  const all = values.reduce((sum, value) => ({
    places: Math.max(sum.places, value.places),
    digits:
      sum.digits * 10n ** BigInt(Math.max(0, value.places - sum.places)) +
      value.digits * 10n ** BigInt(Math.max(0, sum.places - value.places)),
  }));
  return exactText(all, format, rows[0]);
}

function measuredBars({ panel, rows: [rows = []], shown }: Given<BarsPanel>): Bar[] {
  const measures = panel.values.map(({ value }) => value);
  const counted = measuredRows(rows, panel.time, measures, shown);
  return panel.values.flatMap(({ title, value: of }) => {
    const value = counted.length === 0 ? undefined : measure(of, counted, panel.time);
    return value === undefined
      ? []
      : [{ name: title, value, text: exactText(value, panel.format, counted[0]) }];
  });
}

function groupedBars(panel: BarsPanel, rows: readonly Row[], shown: Shown): Bar[] {
  const counted = measuredRows(rows, panel.time, [panel.value], shown);
  return [...groups(counted, panel.by)].flatMap(([name, own]) => {
    const value = measure(panel.value, own, panel.time);
    return value === undefined ? [] : [{ name, value, text: exactText(value, panel.format, own[0]) }];
  });
}

function groups(rows: readonly Row[], by: readonly string[]): Map<string, Row[]> {
  return Map.groupBy(rows, (row) =>
    by.map((path) => plainText(at(row, path) ?? "none") || "empty").join(" · "),
  );
}

export function ofFunnel(given: Given<FunnelPanel>): string[] {
  const {
    panel,
    rows: [rows = []],
    shown,
    texts,
  } = given;
  const measures = panel.steps.map(({ value }) => value);
  const counted = measuredRows(rows, panel.time, measures, shown);
  if (counted.length === 0) return notEmpty(given);
  const values = measures.map((each) => measure(each, counted, panel.time));
  const [first] = values;
  const steps = panel.steps.map(({ title }, place) => {
    const value = values[place];
    const ofFirst = first && value && first.digits !== 0n ? text(over(value, first)) : "";
    return [title, value === undefined ? "" : text(value), ofFirst];
  });
  return unlike(
    "steps",
    texts.twin?.rows.map((cells) => cells.slice(0, 3)),
    steps,
  );
}

export function ofSeries(given: Given<SeriesPanel>): string[] {
  const {
    panel,
    rows: [rows = []],
    shown,
    texts,
  } = given;
  const { time, by, bucketMs } = panel;
  const start = (ms: number) => (bucketMs === null ? ms : Math.floor(ms / bucketMs) * bucketMs);
  const inSpan = within(rows, time, start(shown.fromMs), shown.toMs);
  if (inSpan.length === 0) return notEmpty(given);
  const slots = Map.groupBy(inSpan, (row) => new Date(start(msOf(row, time))).toISOString());
  const twin = texts.twin ?? { headings: [], rows: [] };
  const first = panel.values[0]!;
  const names = by === null ? [] : lineNames(by, inSpan, first.value);
  const lines = by === null ? panel.values.map(({ title }) => title) : names;
  const state = lines.length + 1;
  const differences = [
    ...unlike("lines", twin.headings.slice(1, state), lines),
    ...unlike(
      "times",
      twin.rows.filter((cells) => cells[state] !== "no row").map(([ms]) => ms),
      [...slots.keys()].sort().slice(0, twinRowsMax),
    ),
  ];
  for (const [ms = "", ...cells] of twin.rows) {
    const slot = slots.get(ms) ?? [];
    for (const [place, line] of lines.entries()) {
      const { value, format } = by === null ? panel.values[place]! : first;
      const own = by === null ? slot : slot.filter((row) => isOfLine(lineName(by, row), line, names));
      const byApi = own.length === 0 ? (isSum(value) ? exactOf(0) : undefined) : measure(value, own, time);
      const onPage = cells[place];
      // A moment that is no window has no zero: there is nothing to tell.
      if (own.length === 0 && onPage === "") continue;
      differences.push(...unlike(`${line} at ${ms}`, onPage, exactText(byApi, format, own[0] ?? inSpan[0])));
    }
  }
  return differences;
}

const lineName = (by: string, row: Row): string => {
  const value = at(row, by);
  return value === null ? "none" : plainText(value) || "(empty)";
};

/** The eight that come to most, and one of all others. */
function lineNames(by: string, rows: readonly Row[], of: Measure): readonly string[] {
  const sums = [...Map.groupBy(rows, (row) => lineName(by, row))].map(
    ([name, own]) => [name, measure(of, own, null) ?? zero] as const,
  );
  sums.sort(([left, one], [right, other]) => order(other, one) || (left < right ? -1 : 1));
  const names = sums.map(([name]) => name);
  const shown = names.slice(0, linesMax).sort();
  return names.length > linesMax && isSum(of) ? [...shown, "others"] : shown;
}

const isOfLine = (name: string, line: string, lines: readonly string[]): boolean =>
  line === name || (line === "others" && !lines.includes(name));

export function ofHeatMap(given: Given<HeatMapPanel>): string[] {
  const {
    panel,
    rows: [rows = []],
    shown,
    texts,
  } = given;
  const { x, y, value, time, yNames, format } = panel;
  if (x === null || y === null || value === null)
    return ["is of an analysis, which has an oracle of its own"];
  const counted = measuredRows(rows, time, [value], shown);
  if (counted.length === 0) return notEmpty(given);
  const cells = Map.groupBy(counted, (row) => JSON.stringify([String(at(row, y)), String(at(row, x))]));
  const byApi = [...cells].map(([key, own]) => {
    const [row = "", column = ""] = JSON.parse(key) as string[];
    return [yNames[row] ?? row, column, exactText(measure(value, own, time), format, own[0])];
  });
  return unlike("cells", texts.twin?.rows.toSorted(), byApi.toSorted());
}

export function ofBubbles(given: Given<BubblePanel>): string[] {
  const {
    panel,
    rows: [rows = []],
    shown,
    texts,
  } = given;
  const { label, x, y, size, time } = panel;
  const counted = measuredRows(rows, time, [x.value, y.value, size.value], shown);
  const bubbles = [...groups(counted, [label])].flatMap(([name, own]) => {
    const [across, up, large] = [x, y, size].map(({ value }) => measure(value, own, time));
    if (across === undefined || up === undefined) return [];
    return [
      [
        name,
        ...[across, up, large].map((value, place) => exactText(value, [x, y, size][place]!.format, own[0])),
      ],
    ];
  });
  if (bubbles.length === 0) return notEmpty(given);
  return unlike("bubbles", texts.twin?.rows.map((cells) => cells.slice(0, 4)).toSorted(), bubbles.toSorted());
}

/** Countries by their first number, each before its cities. */
export function ofPlaces(given: Given<PlacesPanel>): string[] {
  const {
    panel,
    rows: [rows = []],
    shown,
    texts,
  } = given;
  const measures = panel.values.map(({ value }) => value);
  const counted = measuredRows(rows, panel.time, measures, shown);
  if (counted.length === 0) return notEmpty(given);
  const onPage = texts.twin?.rows.map((cells) => cells.slice(0, panel.by.length + measures.length));
  return unlike("places", onPage, placesOf(panel, counted, []));
}

function placesOf(panel: PlacesPanel, rows: readonly Row[], outer: readonly string[]): string[][] {
  const [path, ...further] = panel.by.slice(outer.length);
  const [first] = panel.values;
  if (path === undefined || first === undefined) return [];
  const ranked = [...groups(rows, [path])].map(
    ([name, own]) => ({ name, own, rank: measure(first.value, own, panel.time) ?? zero }) as const,
  );
  ranked.sort((one, other) => order(other.rank, one.rank) || (one.name < other.name ? -1 : 1));
  return ranked
    .slice(0, panel.limit)
    .flatMap(({ name, own }) => [
      [
        ...outer,
        name,
        ...further.map(() => ""),
        ...panel.values.map(({ value, format }) =>
          exactText(measure(value, own, panel.time), format, own[0]),
        ),
      ],
      ...placesOf(panel, own, [...outer, name]),
    ]);
}
