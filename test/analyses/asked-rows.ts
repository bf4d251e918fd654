/**
 * Random rows in a DuckDB of the test's own, asked as history is asked: through its sandbox, with its
 * bounds. Two streams, ties in time, actors that are NULL.
 */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { onTestFinished } from "vitest";
import type { AnalysedEvent } from "../../src/history/analyses/analysed-event.ts";
import { type AnalysisKindName, cellRows } from "../../src/history/analyses/analysis.ts";
import { kinds } from "../../src/history/analyses/kinds.ts";
import type { SegmentRules } from "../../src/history/analyses/segments.ts";
import { readSetting, type SettingValue, withFallbacks } from "../../src/history/analyses/setting.ts";
import { runHistoryQuery } from "../../src/history/history-query.ts";

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
/** A Sunday; the last one of March is when clocks change in Berlin. */
export const beginMs = Date.UTC(2026, 2, 1);

/** A row of `acts` or of `notes`, as it came: its place among all is its step. */
export interface Row {
  readonly stream: "acts" | "notes";
  readonly actor: string | null;
  readonly type: string;
  readonly atMs: number;
  readonly cents: number | null;
  readonly country: string | null;
}

/** With its place: of rows at one instant the one that came first is first. */
export type PlacedRow = Row & { readonly actor: string; readonly place: number };

const columns = ["id", "actor", "type", "happened", "amount", "country"];
const event = (name: string, streams: readonly string[], where: string | undefined): AnalysedEvent => ({
  name,
  streams,
  actor: "actor",
  at: "happened",
  value: "amount",
  where,
  properties: new Map([["place", "upper(country)"]]),
  columns,
});

export const events: ReadonlyMap<string, AnalysedEvent> = new Map(
  [
    event("a", ["acts"], "type = 'a'"),
    event("b", ["acts"], "type = 'b' -- or so"),
    event("c", ["acts"], "type = 'c'"),
    event("ab", ["acts"], "type = 'a' OR type = 'b'"),
    event("note", ["notes"], undefined),
    event("any", ["acts", "notes"], "type <> 'd'"),
  ].map((each) => [each.name, each]),
);

/** Whether a row is that event, by its name alone. */
export function isEvent(name: string, { stream, type }: Row): boolean {
  if (name === "any") return type !== "d";
  return name === "note" ? stream === "notes" : stream === "acts" && name.includes(type);
}

/** `hours`: over how long they are spread. */
export function rowsOver(hours: number, maxLength = 60): fc.Arbitrary<readonly Row[]> {
  const row = fc.record({
    stream: fc.constantFrom("acts" as const, "acts" as const, "acts" as const, "notes" as const),
    actor: fc.constantFrom("ann", "bob", "cid", "dan", null),
    type: fc.constantFrom("a", "b", "c", "d"),
    // Many are at the same instant.
    atMs: fc.oneof(
      fc.integer({ min: 0, max: hours * 6 }).map((tenths) => beginMs + tenths * 10 * minuteMs),
      fc.integer({ min: 0, max: hours }).map((hour) => beginMs + hour * hourMs),
    ),
    cents: fc.option(fc.integer({ min: 0, max: 10_000 }), { nil: null, freq: 4 }),
    country: fc.constantFrom("de", "fr", "se", null),
  });
  return fc.array(row, { maxLength, size: "max" });
}

/** Those that count, in their order. */
export function inOrder(rows: readonly Row[]): readonly PlacedRow[] {
  const placed = rows.map((row, place) => ({ ...row, place }));
  return placed
    .filter((row): row is PlacedRow => row.actor !== null)
    .sort((one, other) => one.atMs - other.atMs || one.place - other.place);
}

export interface Question {
  readonly kind: AnalysisKindName;
  /** As a request has them. */
  readonly given: Readonly<Record<string, string>>;
  readonly rules?: SegmentRules | undefined;
  readonly nowMs: number;
  readonly timeZone?: string;
}

export class AskedRows {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  static async open(): Promise<AskedRows> {
    const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
    const connection = await instance.connect();
    await connection.run("SET GLOBAL TimeZone = 'UTC'");
    for (const name of ["acts", "notes"])
      await connection.run(`CREATE TABLE ${name} (id INTEGER, actor VARCHAR, type VARCHAR,
        happened TIMESTAMPTZ, amount DECIMAL(10, 2), country VARCHAR,
        _step BIGINT, _row INTEGER, _at TIMESTAMPTZ)`);
    onTestFinished(() => {
      connection.closeSync();
      instance.closeSync();
    });
    return new AskedRows(instance, connection);
  }

  /** In another order than that in which they came. */
  async hold(rows: readonly Row[]): Promise<void> {
    for (const stream of ["acts", "notes"] as const) {
      await this.#connection.run(`DELETE FROM ${stream}`);
      const values = rows
        .map((row, place) => ({ row, place }))
        .filter(({ row }) => row.stream === stream)
        .reverse()
        .map(({ row, place }) => {
          const text = (value: string | null) => (value === null ? "NULL" : `'${value}'`);
          const at = text(new Date(row.atMs).toISOString());
          const amount = row.cents === null ? "NULL" : (row.cents / 100).toFixed(2);
          // Three rows of a step, so that its rows are told apart.
          const where = `${Math.floor(place / 3)}, ${place % 3}`;
          const told = [text(row.actor), text(row.type), at, amount, text(row.country)];
          return `(${[place, ...told, where, at].join(", ")})`;
        });
      if (values.length > 0) await this.#connection.run(`INSERT INTO ${stream} VALUES ${values.join(", ")}`);
    }
  }

  async ask({ kind, given, rules, nowMs, timeZone = "UTC" }: Question): Promise<unknown> {
    const { settings, query, answer } = kinds[kind];
    const values = new Map<string, SettingValue>();
    for (const [name, text] of Object.entries(given)) {
      const setting = settings.find((each) => each.name === name);
      if (setting === undefined) throw new Error(`${kind} has no setting ${name}`);
      values.set(name, readSetting(setting, text, [...events.keys()]));
    }
    const asked = { values: withFallbacks(settings, values), rules };
    const limits = { runMsMax: 60_000, rowsMax: 10_000, answerBytesMax: 1024 ** 2 };
    const { rows } = await runHistoryQuery(
      { ...query(asked, { events, nowMs, timeZone }), limits },
      { connect: () => this.#instance.connect(), relations: ["acts", "notes"], position: 1 },
    );
    return answer(cellRows(rows), asked);
  }
}

export const instantText = (ms: number) => new Date(ms).toISOString();

/** Per cent with two places, as the pages define it. */
export function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 100;
}

/** In the order of their code points. */
export function nullLast(one: string | null, other: string | null): number {
  if (one === other) return 0;
  if (one === null || other === null) return one === null ? 1 : -1;
  return one < other ? -1 : 1;
}

/** What a measure gives; a sum is exact digits, of nothing 0. */
export function measureOf(rows: readonly Row[], measure: "count" | "actors" | "sum"): number | string {
  if (measure === "count") return rows.length;
  if (measure === "actors") return new Set(rows.map(({ actor }) => actor)).size;
  return (rows.reduce((sum, { cents }) => sum + (cents ?? 0), 0) / 100).toFixed(2);
}
