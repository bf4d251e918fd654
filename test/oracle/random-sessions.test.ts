/**
 * Random rows in sessions: what is given, and in which order, is what a plain computation of one row at a
 * time gives; so is what is shown of open sessions, after each row.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { LossyFileLayer } from "../log/lossy-file-layer.ts";
import { SltWorld } from "../sql/slt-runner.ts";
import { caseCount } from "../support/drawing.ts";
import { boundProject, EngineWorld, LogWorld } from "../support/engine-world.ts";

const runs = caseCount(300);
const base = Date.UTC(2026, 2, 1);

const rowArbitrary = fc.record({
  k: fc.constantFrom("a", "b", null),
  n: fc.option(fc.integer({ min: -3, max: 3 }), { nil: null, freq: 6 }),
  ms: fc.oneof(
    fc.integer({ min: 0, max: 60_000 }),
    fc.integer({ min: 0, max: 60 }).map((s) => s * 1000),
  ),
});
type Row = typeof rowArbitrary extends fc.Arbitrary<infer R> ? R : never;

const caseArbitrary = fc.record({
  rows: fc.array(rowArbitrary, { maxLength: 40, size: "max" }),
  gapSeconds: fc.constantFrom(1, 2, 5, 20),
  delaySeconds: fc.constantFrom(0, 3, 10, 60),
  mode: fc.constantFrom("compiled" as const, "interpreted" as const),
  chunkRows: fc.integer({ min: 1, max: 60 }),
  restores: fc.boolean(),
});
type Case = typeof caseArbitrary extends fc.Arbitrary<infer C> ? C : never;

interface Session {
  readonly k: string | null;
  start: number;
  end: number;
  rows: Row[];
}

/** Sessions as their definition says them; `closed` grows in the order in which they are given. */
class PlainSessions {
  readonly open: Session[] = [];
  readonly closed: Session[] = [];
  late = 0;
  #watermark = Number.NEGATIVE_INFINITY;
  readonly #gapMs: number;
  readonly #delayMs: number;

  constructor({ gapSeconds, delaySeconds }: Pick<Case, "gapSeconds" | "delaySeconds">) {
    this.#gapMs = gapSeconds * 1000;
    this.#delayMs = delaySeconds * 1000;
  }

  take(row: Row): void {
    const alone: Session = { k: row.k, start: row.ms, end: row.ms + this.#gapMs, rows: [row] };
    const touched = this.open.filter(
      ({ k, start, end }) => k === row.k && start <= alone.end && end >= row.ms,
    );
    if (touched.length === 0 && alone.end - 1 <= this.#watermark) this.late++;
    else {
      const all = [...touched, alone];
      for (const session of touched) this.open.splice(this.open.indexOf(session), 1);
      this.open.push({
        k: row.k,
        start: Math.min(...all.map(({ start }) => start)),
        end: Math.max(...all.map(({ end }) => end)),
        rows: all.flatMap(({ rows }) => rows),
      });
    }
    this.close(Math.max(this.#watermark, row.ms - this.#delayMs));
  }

  close(watermark: number): void {
    this.#watermark = watermark;
    const due = this.open.filter(({ end }) => end - 1 <= watermark).sort((a, b) => a.end - b.end);
    for (const session of due) this.open.splice(this.open.indexOf(session), 1);
    this.closed.push(...due);
  }
}

/** `key start end count sum distinct least` */
function textOf({ k, start, end, rows }: Session): string {
  const values = rows.flatMap(({ n }) => (n === null ? [] : [n]));
  const sum = values.length === 0 ? "NULL" : values.reduce((left, right) => left + right, 0);
  const least = values.length === 0 ? "NULL" : Math.min(...values);
  return [k ?? "NULL", start, end, rows.length, sum, new Set(values).size, least].join(" ");
}

const timeOf = (ms: number) => new Date(base + ms).toISOString().slice(0, -1);
const jsonOf = ({ k, n, ms }: Row) => ({ k, n, ts: timeOf(ms) });
const interval = (seconds: number) => `INTERVAL '${seconds}' SECOND`;
const tableOf = ({ delaySeconds }: Case) =>
  `CREATE TABLE t (k STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - ${interval(delaySeconds)})`;
const queryOf = ({ gapSeconds }: Case) => `SELECT window_start, window_end, k, COUNT(*) AS c, SUM(n) AS s,
  COUNT(DISTINCT n) AS d, MIN(n) AS lo
  FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(ts), ${interval(gapSeconds)}))
  GROUP BY window_start, window_end, k`;

/** Sessions of one end are given in any order. */
function byEnd(sessions: readonly Session[]): readonly string[] {
  return sessions.toSorted((a, b) => a.end - b.end || textOf(a).localeCompare(textOf(b))).map(textOf);
}

async function compareGiven(tried: Case): Promise<void> {
  const world = new SltWorld(tried);
  world.bind(tableOf(tried));
  world.addRows(
    "t",
    tried.rows.map((row) => JSON.stringify(jsonOf(row))),
  );
  const { rows, books } = await world.query(queryOf(tried));
  const plain = new PlainSessions(tried);
  for (const row of tried.rows) plain.take(row);
  plain.close(Number.POSITIVE_INFINITY);
  const ends = rows.map(({ values }) => (values[1] as number) - base);
  expect(ends, "in order of their ends").toEqual(plain.closed.map(({ end }) => end));
  const ours = rows.map(({ values: [start, end, k, ...counts] }) => {
    const numbers = counts.map((value) => value ?? "NULL");
    return [k ?? "NULL", (start as number) - base, (end as number) - base, ...numbers].join(" ");
  });
  expect(ours.toSorted()).toEqual(plain.closed.map(textOf).sort());
  expect(books.rowsLate).toBe(plain.late);
}

test(`${runs} random tables in sessions`, { timeout: 600_000 }, async () => {
  await fc.assert(fc.asyncProperty(caseArbitrary, compareGiven), { numRuns: runs });
});

function compareShown(tried: Case): void {
  const { tables, views } = boundProject(
    `${tableOf(tried)}; CREATE MATERIALIZED VIEW v AS ${queryOf(tried)};`,
  );
  const files = new LossyFileLayer();
  const log = new LogWorld("/data", tables, base, files);
  const engine = new EngineWorld("/data", views, tried.mode, files);
  const plain = new PlainSessions(tried);
  for (const row of tried.rows) {
    log.send("t", [jsonOf(row)]);
    plain.take(row);
    const shown = engine
      .catchUp()
      .rows("v")
      .map(({ window_start, window_end, k, c, s, d, lo, $final }) => {
        const [start, end] = [Date.parse(String(window_start)) - base, Date.parse(String(window_end)) - base];
        const text = [k ?? "NULL", start, end, c, s ?? "NULL", d, lo ?? "NULL"].join(" ");
        return `${text}${$final ? "!" : ""}`;
      });
    const expected = [...byEnd(plain.closed).map((text) => `${text}!`), ...byEnd(plain.open)];
    expect(shown.sort()).toEqual(expected.sort());
  }
}

test(`${Math.ceil(runs / 6)} random tables, as a view shows them`, { timeout: 600_000 }, () => {
  fc.assert(fc.property(caseArbitrary, compareShown), { numRuns: Math.ceil(runs / 6) });
});
