/**
 * Analyses of ten million events of thirty days, made by DuckDB itself and asked as history is asked, beside
 * the least that such a question could cost: how many actors there are.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { QuickwaterError } from "../src/errors/quickwater-error.ts";
import type { AnalysedEvent } from "../src/history/analyses/analysed-event.ts";
import type { AnalysisKindName, AnalysisQuery } from "../src/history/analyses/analysis.ts";
import { kinds } from "../src/history/analyses/kinds.ts";
import type { SegmentRules } from "../src/history/analyses/segments.ts";
import { readSetting, withFallbacks } from "../src/history/analyses/setting.ts";
import type { HistoryQuery } from "../src/history/history-messages.ts";
import { type QueriedHistory, runHistoryQuery } from "../src/history/history-query.ts";
import { historySettings } from "../src/history/history-settings.ts";
import { median, type Report, thousands } from "./report.ts";

const eventCount = Number(process.env.BENCH_EVENTS ?? 10_000_000);
const actorCount = eventCount / 50;
const rounds = 3;
/** What takes longer than this is measured once. */
const slowMs = 5_000;
const dayMs = 86_400_000;
const begin = Date.UTC(2026, 2, 1);
const limits = { runMsMax: 600_000, rowsMax: 100_000, answerBytesMax: 1024 ** 3 };
const bare = "SELECT COUNT(DISTINCT user_id) AS n FROM site_events";

const stepMicros = Math.floor((30 * dayMs * 1_000) / eventCount);

/** One actor in five has carts, one in twenty purchases too; of their events a fifth, and a twentieth. */
const rows = `SELECT
    'user_' || lpad(actor::VARCHAR, 7, '0') AS user_id,
    CASE WHEN actor % 20 = 0 AND hash(i * 7 + 1) % 100 < 5 THEN 'purchase'
      WHEN actor % 5 = 0 AND hash(i * 7 + 1) % 100 < 25 THEN 'cart' ELSE 'view' END AS event_type,
    make_timestamptz(${begin} * 1000::BIGINT + i * ${stepMicros}) AS event_ts,
    ['DE', 'FR', 'SE', 'US'][1 + (hash(i * 3) % 4)::INTEGER] AS country,
    i AS _step, 0::INTEGER AS _row, event_ts AS _at
  FROM (SELECT i, hash(i) % ${actorCount} AS actor FROM range(${eventCount}) t(i))`;

const named = (name: string, where?: string): AnalysedEvent => ({
  name,
  streams: ["site_events"],
  actor: "user_id",
  at: "event_ts",
  value: undefined,
  where,
  properties: new Map(),
  columns: ["user_id", "event_type", "event_ts", "country"],
});
const events = new Map(
  [
    ...["view", "cart", "purchase"].map((type) => named(type, `event_type = '${type}'`)),
    named("anything"),
  ].map((event) => [event.name, event]),
);
const atLeast = (event: string, min: number) => {
  return {
    name: `${event} ${min}`,
    conditions: [{ event, property: undefined, min, max: undefined, is: [] }],
  };
};
const rules: SegmentRules = {
  segments: [atLeast("purchase", 2), atLeast("cart", 3), atLeast("view", 10)],
  otherwise: "others",
};

interface Question {
  readonly what: string;
  readonly kind: AnalysisKindName;
  readonly given: Readonly<Record<string, string>>;
  readonly wantedMs?: number;
}

const steps = "view,cart,purchase";
const questions: readonly Question[] = [
  {
    what: "funnel of three steps, loose, a week",
    kind: "funnel",
    given: { steps, within: "7d" },
    wantedMs: 1_000,
  },
  { what: "funnel, the same by country", kind: "funnel", given: { steps, within: "7d", by: "country" } },
  { what: "funnel, strict", kind: "funnel", given: { steps, order: "strict" } },
  { what: "funnel, any order", kind: "funnel", given: { steps, order: "any" } },
  {
    what: "cohort by day, view to purchase",
    kind: "cohort",
    given: { first: "view", return: "purchase", grain: "day", periods: "30" },
    wantedMs: 2_000,
  },
  {
    what: "cohort by day, anything to anything",
    kind: "cohort",
    given: { first: "anything", return: "anything", grain: "day", periods: "30" },
    wantedMs: 2_000,
  },
  {
    what: "segments by three counts",
    kind: "segments",
    given: { population: "anything", averages: "purchase" },
  },
  { what: "heat map", kind: "heat-map", given: { event: "anything" } },
  { what: "paths of two behind a cart", kind: "paths", given: { start: "cart", among: steps } },
  { what: "growth of thirty days", kind: "growth", given: { event: "anything", periods: "30" } },
  { what: "top countries", kind: "top", given: { event: "anything", by: "country" } },
];

function queryOf({ kind, given }: Question): AnalysisQuery {
  const { settings, query, hasRules } = kinds[kind];
  const names = [...events.keys()];
  const values = new Map(
    settings.flatMap((setting) => {
      const text = given[setting.name];
      return text === undefined ? [] : [[setting.name, readSetting(setting, text, names)]];
    }),
  );
  const asked = { values: withFallbacks(settings, values), rules: hasRules && rules };
  return query(asked, { events, nowMs: begin + 30 * dayMs, timeZone: "UTC" });
}

export async function benchAnalyses(): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "quickwater-bench-"));
  try {
    await fill(folder);
    const usual = historySettings();
    const [small, large] = [
      await measured(folder, usual),
      await measured(folder, { threads: 2, memoryBytesMax: 1024 ** 3 }),
    ];
    const told = (name: string, place: number) => [name, ...toldOf(small, place), ...toldOf(large, place)];
    const missed = questions.filter(
      ({ wantedMs }, place) => wantedMs !== undefined && large[place + 1]! > wantedMs,
    );
    return {
      title: "Analyses over history",
      command: "npm run bench -- analyses",
      method: [
        `${thousands(eventCount)} events of ${thousands(actorCount)} actors in thirty days, of whom one in`,
        "five has carts and one in twenty purchases, made by DuckDB into a file with the columns of history",
        "and asked through its sandbox: with history's own settings (one thread, 128 MB), and with two",
        "threads and 1 GB. Beside each the ratio to a bare COUNT(DISTINCT user_id) of the same run. Medians",
        `of ${rounds}; what takes longer than ${slowMs / 1_000} s once.`,
      ].join(" "),
      columns: ["what", "history's settings", "ratio", "2 threads, 1 GB", "ratio"],
      rows: [told("distinct actors", 0), ...questions.map(({ what }, place) => told(what, place + 1))],
      findings: questions
        .filter(({ wantedMs }) => wantedMs !== undefined)
        .map((question) => {
          const isMissed = missed.includes(question);
          const asked = `asked for: ${question.wantedMs! / 1_000} s`;
          return `${question.what}: ${asked}, ${isMissed ? "**not reached**" : "reached"} with two threads.`;
        }),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(folder: string): Promise<void> {
  const instance = await DuckDBInstance.create(join(folder, "history.duckdb"));
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run(`CREATE TABLE site_events AS ${rows}`);
  await connection.run("CHECKPOINT");
  connection.closeSync();
  instance.closeSync();
}

/** Milliseconds: of the bare count, and of each question. */
async function measured(
  folder: string,
  { threads, memoryBytesMax }: { readonly threads: number; readonly memoryBytesMax: number },
): Promise<readonly number[]> {
  const instance = await DuckDBInstance.create(join(folder, "history.duckdb"), {
    threads: String(threads),
    memory_limit: `${memoryBytesMax / 1024 ** 2}MiB`,
    temp_directory: join(folder, "spill"),
  });
  const setting = await instance.connect();
  await setting.run("SET GLOBAL TimeZone = 'UTC'");
  setting.closeSync();
  const history = { connect: () => instance.connect(), relations: ["site_events"], position: 1 };
  const taken: number[] = [];
  for (const query of [{ sql: bare }, ...questions.map(queryOf)]) {
    taken.push(await medianMs({ ...query, limits }, history));
  }
  instance.closeSync();
  return taken;
}

/** Infinite where there is not memory enough. */
async function medianMs(query: HistoryQuery, history: QueriedHistory): Promise<number> {
  const each: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = performance.now();
    try {
      const { rows: found } = await runHistoryQuery(query, history);
      if (found.length === 0) throw new Error("an analysis without an answer");
    } catch (error) {
      if (!(error instanceof QuickwaterError && /Out of Memory/.test(error.message))) throw error;
      return Number.POSITIVE_INFINITY;
    }
    each.push(performance.now() - before);
    if (each[0]! > slowMs) break;
  }
  return median(each);
}

function toldOf(taken: readonly number[], place: number): readonly string[] {
  if (taken[place] === Number.POSITIVE_INFINITY) return ["out of memory", ""];
  return [`${thousands(taken[place]!)} ms`, (taken[place]! / taken[0]!).toFixed(1)];
}
