/** A project with a page of twenty panels, each of rows of its own, and events that change all of them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";

export const demoFolder = join(import.meta.dirname, "../../demo");
export const lines = ["ada", "bea", "cem", "dan", "eva", "fay", "gus", "hal"] as const;

const readings = `CREATE TABLE readings (
  id STRING NOT NULL, line STRING NOT NULL, amount BIGINT, ts TIMESTAMP_LTZ(3) NOT NULL,
  WATERMARK FOR ts AS ts
);
CREATE MATERIALIZED VIEW totals WITH ('retention' = '1 d') AS
SELECT line, COUNT(*) AS readings, SUM(amount) AS total, MAX(ts) AS newest FROM readings GROUP BY line;
CREATE MATERIALIZED VIEW per_ten_seconds AS
SELECT window_start, window_end, line, COUNT(*) AS readings, SUM(amount) AS total
FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '10' SECOND))
GROUP BY window_start, window_end, line;
`;

/** Saved anew: the same rows, counted from another number. */
const countedFrom = (from: number) => `CREATE MATERIALIZED VIEW counted WITH ('retention' = '1 d') AS
SELECT line, ${from} + COUNT(*) AS readings FROM readings GROUP BY line;
`;

const ofLine = (line: string) => ({
  view: "per_ten_seconds",
  where: `line = '${line}'`,
  time: "window_start",
});
const all = { view: "totals", time: "newest" };

/** Eight numbers, six charts, three of bars, two tables and a feed. */
const twenty = [
  lines.map((line) => ({
    kpi: `Readings of ${line}`,
    view: "totals",
    where: `line = '${line}'`,
    value: "sum(readings)",
  })),
  lines.slice(0, 3).map((line) => ({ series: `${line} by time`, ...ofLine(line), value: "sum(readings)" })),
  lines
    .slice(3, 6)
    .map((line) => ({ series: `${line} by time`, ...ofLine(line), value: "sum(total)", look: "area" })),
  ["readings", "total", "newest"].map((value) => ({
    bars: `Lines by ${value}`,
    view: "totals",
    where: `${value} IS NOT NULL`,
    by: "line",
    value: value === "newest" ? "count()" : value,
  })),
  [
    { table: "Lines", ...all, sort: "line", columns: { line: "Line", readings: "Readings", total: "Total" } },
    {
      table: "Totals",
      view: "totals",
      where: "total >= 0",
      sort: "-total",
      columns: { line: "Line", total: "Total" },
    },
    { feed: "Newest", view: "totals", where: "readings > 0", time: "newest", text: "{line}: {total}" },
  ],
];

const pages = {
  twenty: { title: "Twenty", span: "1h", rows: twenty },
  one: {
    title: "One",
    span: "1h",
    rows: [
      [
        { kpi: "Readings", view: "totals", where: "line = 'pixel'", value: "sum(readings)" },
        { kpi: "Counted", view: "counted", where: "line = 'pixel'", value: "sum(readings)" },
      ],
    ],
  },
};

export interface LivePage {
  readonly folder: string;
  readonly data: string;
  /** Saves the view `counted` anew. */
  countFrom(from: number): void;
  remove(): void;
}

/** `settings` are further ones of its quickwater.yaml. */
export function writeLivePage(settings: object = {}): LivePage {
  const folder = mkdtempSync(join(tmpdir(), "quickwater-live-page-"));
  const data = mkdtempSync(join(tmpdir(), "quickwater-live-page-data-"));
  const write = (path: string, text: string): void => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write("quickwater.yaml", stringify({ name: "live-page", ...settings }));
  write("sql/1-readings.sql", readings);
  write("sql/2-counted.sql", countedFrom(0));
  for (const [name, page] of Object.entries(pages)) write(`dashboards/${name}.yaml`, stringify(page));
  return {
    folder,
    data,
    countFrom: (from) => write("sql/2-counted.sql", countedFrom(from)),
    remove: () => {
      for (const each of [folder, data]) rmSync(each, { recursive: true, force: true });
    },
  };
}

let made = 0;

/** A reading of each line, now. */
export function readingsOf(names: readonly string[]): string {
  const ts = new Date().toISOString();
  return names.map((line) => JSON.stringify({ id: `r-${made++}`, line, amount: made % 100, ts })).join("\n");
}

export async function send(url: string, body: string): Promise<void> {
  const headers = { "content-type": "application/x-ndjson" };
  const answer = await fetch(`${url}/v1/streams/readings/events`, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`Readings were refused: ${await answer.text()}`);
  await answer.arrayBuffer();
}

export interface Load {
  /** Answers how many updates were taken, and how many were not. */
  end(): Promise<{ readonly sent: number; readonly failed: number }>;
}

/** All lines so often a second, until it is ended. */
export function sendSteadily(
  url: string,
  perSecond: number,
  ifNobodyAnswers: "throws" | "goes on" = "throws",
): Load {
  let isOver = false;
  const run = async () => {
    const startedMs = performance.now();
    let [sent, failed] = [0, 0];
    while (!isOver) {
      try {
        await send(url, readingsOf(lines));
        sent++;
      } catch (error) {
        if (ifNobodyAnswers === "throws") throw error;
        failed++;
      }
      await sleep(Math.max(0, startedMs + ((sent + failed) * 1_000) / perSecond - performance.now()));
    }
    return { sent, failed };
  };
  const running = run();
  return {
    end() {
      isOver = true;
      return running;
    },
  };
}
