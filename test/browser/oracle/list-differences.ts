/** Tables, feeds and the state of things, row by row, beside what their rows are. */
import type { FeedPanel, StatusPanel, TablePanel } from "../../../src/serving/pages.ts";
import { exactOf, order } from "./exact-arithmetic.ts";
import { type Given, notEmpty, unlike } from "./given.ts";
import { at, exactText, measure, msOf, plainText, type Row, within } from "./panel-rows.ts";

export function ofTable(given: Given<TablePanel>): string[] {
  const {
    panel,
    rows: [rows = []],
    shown,
    texts,
  } = given;
  const inSpan = within(rows, panel.time, shown.fromMs, shown.toMs);
  if (inSpan.length === 0) return notEmpty(given);
  const cellsOf = (row: Row) => panel.columns.map((column) => tableCell(row, column) || "no value");
  const known = new Set(inSpan.map((row) => JSON.stringify(cellsOf(row))));
  const onPage = texts.cells.map((cells) => cells.slice(0, panel.columns.length));
  const sort = panel.sort ?? (panel.time === null ? null : { column: panel.time, descending: true });
  const place = panel.columns.findIndex(({ column }) => column === sort?.column);
  const strangers = onPage.filter((cells) => !known.has(JSON.stringify(cells)));
  const differences = [
    ...strangers.map((cells) => `is no row of the API: ${JSON.stringify(cells)}`),
    ...unlike("how many rows", onPage.length, Math.min(panel.pageRows, inSpan.length)),
  ];
  if (sort === null || place === -1) return differences;
  const sorted = inSpan.map((row) => [at(row, sort.column), tableCell(row, panel.columns[place]!)] as const);
  sorted.sort(([left], [right]) => inOrder(left, right, sort.descending ? -1 : 1));
  const first = sorted.slice(0, onPage.length).map(([, cell]) => cell || "no value");
  // Rows that are equal by it have no order: what it is sorted by is compared alone.
  return [
    ...differences,
    ...unlike(
      "order",
      onPage.map((cells) => cells[place]),
      first,
    ),
  ];
}

function tableCell(row: Row, { column, format }: TablePanel["columns"][number]): string {
  const value = at(row, column);
  const number = typeof value === "boolean" || value === null ? undefined : exactOf(value);
  return number === undefined ? plainText(value) : exactText(number, format, row);
}

/** Numbers by what they are, others as texts, null last in either direction. */
function inOrder(left: unknown, right: unknown, sign: number): number {
  if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
  const [one, other] = [exactOf(left), exactOf(right)];
  if (one !== undefined && other !== undefined) return sign * order(one, other);
  return sign * new Intl.Collator().compare(plainText(left), plainText(right));
}

export function ofFeed(given: Given<FeedPanel>): string[] {
  const {
    panel,
    rows: [rows = []],
    texts,
  } = given;
  if (rows.length === 0)
    return panel.none === null || texts.words.includes(panel.none)
      ? []
      : [`has no rows, and says: ${texts.words}`];
  const { headings, rows: onPage } = texts.twin ?? { headings: [], rows: [] };
  const [time, what, more] = ["Time", "What", "More"].map((heading) => headings.indexOf(heading));
  const said = (row: readonly string[]) => JSON.stringify([row[time!], row[what!], row[more!] ?? ""]);
  const moment = (row: Row) =>
    panel.time === null ? undefined : new Date(msOf(row, panel.time)).toISOString();
  const byApi = rows.map((row) =>
    JSON.stringify([moment(row), filled(panel, panel.text, row), filled(panel, panel.more ?? "", row)]),
  );
  const newest = rows.map(moment).sort().reverse().slice(0, panel.limit);
  return [
    ...onPage.filter((row) => !byApi.includes(said(row))).map((row) => `is no row of the API: ${said(row)}`),
    ...(panel.time === null
      ? []
      : unlike(
          "times",
          onPage.map((row) => row[time!]),
          newest,
        )),
    ...unlike("how many", onPage.length, Math.min(panel.limit, rows.length)),
  ];
}

/** "{user_id} made {event_count} events", with every digit. */
function filled({ formats }: FeedPanel, template: string, row: Row): string {
  return template.replaceAll(/\{([^{}|]+)(?:\|[^{}]*)?\}/g, (_, name: string) => {
    const value = at(row, name);
    const format = formats[name];
    const number = format === undefined || format.as === "text" ? undefined : exactOf(value);
    return number === undefined ? plainText(value) : exactText(number, format!, row);
  });
}

interface GivenStatus extends Given<StatusPanel> {
  /** When the server's process began. */
  readonly startedMs: number;
}

/** What is told of the server and has every digit somewhere is of the moment of the page. */
export function ofStatus({ panel, rows, shown, texts, startedMs }: GivenStatus): string[] {
  const byApi = panel.items.flatMap(({ title, shows }) => {
    if (shows.is === "clock") return [[title, new Date(shown.toMs).toISOString()]];
    if (shows.is === "uptime") return [[title, `${Math.floor((shown.toMs - startedMs) / 1_000)} s`]];
    if (shows.is !== "measure") return [];
    const own = rows[shows.source] ?? [];
    return [[title, exactText(measure(shows.value, own, null), shows.format, own[0]) || "no value"]];
  });
  return unlike("measures", texts.named, byApi);
}
