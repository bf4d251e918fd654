/**
 * Events of a stream by conditions at random, the newest or the oldest first, page by page, over a journal of
 * many segments, packed and not: together they are what DuckDB answers.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EventSearch, searchEvents } from "../../src/dataflow/reading/event-search.ts";
import { DeclaredTables } from "../../src/log/journal/declared-tables.ts";
import { JournalReader } from "../../src/log/journal/journal-reader.ts";
import { LogService } from "../../src/log/journal/log-service.ts";
import { UnindexedRuns } from "../../src/log/journal/unindexed-runs.ts";
import { DuckDb, type JsonRow } from "../../src/rehearsal/duck-db.ts";
import { Random } from "../../src/simulate/random.ts";
import { bindEventChoice } from "../../src/sql/event-choice.ts";
import { keep } from "../log/keeper-driver.ts";
import { clicks, folder, settings, take } from "../log/log-driver.ts";
import { LossyFileLayer } from "../log/lossy-file-layer.ts";
import { caseCount, drawingSeed } from "../support/drawing.ts";
import { tableOf } from "../support/table-of.ts";
import { drawer, drawnColumns } from "./drawn-conditions.ts";

const runs = caseCount(100);

const table = tableOf(`CREATE TABLE t (${drawnColumns})`);
/** What DuckDB is told of each row beside its columns. */
const told = tableOf(
  `CREATE TABLE t (${drawnColumns}, \`$step\` BIGINT, \`$row\` INT, ms BIGINT, line STRING)`,
);

let oracle: DuckDb;
beforeAll(async () => {
  oracle = await DuckDb.open();
});
afterAll(() => oracle.close());

interface World {
  readonly files: LossyFileLayer;
  readonly unindexed: UnindexedRuns;
  readonly lastStep: number;
  readonly rows: readonly JsonRow[];
}

/** BIGINT is a number with all its digits. */
const lineOf = ({ n, ...row }: JsonRow) =>
  JSON.stringify({ ...row, n: "N" }).replace('"N"', n === null ? "null" : String(n));

function written({ below, row }: ReturnType<typeof drawer>): World {
  const files = new LossyFileLayer();
  let nowMs = 1_000;
  const log = new LogService(files, folder, () => nowMs, { ...settings, segmentBytesMax: 6_000 });
  log.declare([clicks, table]);
  const rows: JsonRow[] = [];
  for (let step = 0; step < 40; step++) {
    nowMs += below(3) * 100;
    if (below(3) === 0) take(log, "clicks", `{"id":${step}}`);
    const some = Array.from({ length: below(5) }, (_, place) => row(rows.length + place));
    if (some.length > 0) take(log, "t", some.map(lineOf).join("\n"));
    rows.push(...some);
    log.commit();
    if (step === 25 && below(2) === 0) keep(files, { packAfterMs: below(2) === 0 ? 0 : 1e12 });
  }
  const unindexed = new UnindexedRuns();
  const places: JsonRow[] = [];
  const reader = new JournalReader(files, folder);
  let lastStep = 0;
  for (let step = reader.next(); step !== undefined; step = reader.next()) {
    lastStep = step.number;
    if (step.rowCount === 0 || step.streamId !== 3) continue;
    for (let index = 0; index < step.rowCount; index++) {
      const line = lineOf(rows[places.length]!);
      const at = { $step: step.number, $row: index, ms: step.appendTimeMs, line };
      places.push({ ...rows[places.length]!, ...at } as JsonRow);
    }
  }
  return { files, unindexed, lastStep, rows: places };
}

function pageOf({ files, unindexed, lastStep }: World, search: EventSearch) {
  const open = () => new JournalReader(files, folder, () => lastStep, unindexed);
  const places = { files, folder, unindexed };
  const reader = open();
  const turns = searchEvents(
    { ...places, declared: new DeclaredTables(places, open) },
    reader,
    search,
    lastStep,
  );
  for (;;) {
    const { done, value } = turns.next();
    if (done !== true) continue;
    reader.close();
    return value;
  }
}

test(`${runs} questions`, { timeout: 600_000 }, async () => {
  const drawn = drawer(new Random(drawingSeed));
  const { below, where } = drawn;
  let world: World | undefined;
  for (let run = 0; run < runs; run++) {
    if (world === undefined || run % 10 === 0) {
      world = written(drawn);
      await oracle.fill("t", told.schema, world.rows);
    }
    const mark = [undefined, `MOD(\`$step\`, 3) = ${below(3)}`, `\`$row\` > 0`][below(3)];
    const conditions = [where(), mark].filter((each) => each !== undefined);
    const condition = conditions.length === 0 ? undefined : conditions.join(" AND ");
    const text = [undefined, "ß", '"ok":true', "12.50"][below(4)];
    const [from, to] = [below(3) === 0 ? 1_000 + below(40) * 100 : undefined, 1_000 + below(60) * 100];
    const newestFirst = below(2) === 0;
    const eventsMax = 1 + below(20);
    const bytesMax = below(4) === 0 ? 300 : 1e9;
    const search: EventSearch = {
      stream: 3 as never,
      choice: bindEventChoice(table, condition, "UTC"),
      newestFirst,
      after: undefined,
      text,
      appendedFromMs: from,
      appendedToMs: to,
      eventFromMs: undefined,
      eventToMs: undefined,
      nowMs: 0,
      bounds: { eventsMax, msMax: below(8) === 0 ? -1 : 1e9, rowsMax: below(4) === 0 ? 5 : 1e9, bytesMax },
    };
    const found: string[] = [];
    for (let after: EventSearch["after"], pages = 0; pages === 0 || after !== undefined; pages++) {
      expect(pages).toBeLessThan(400);
      const page = pageOf(world, { ...search, after });
      expect(page.events.length).toBeLessThanOrEqual(eventsMax);
      expect(page.stopped === undefined).toBe(page.next === undefined);
      found.push(...page.events.map((event) => `${event.step} ${event.row} ${event.text}`));
      after = page.next;
    }
    const wanted = await oracle.query(
      `SELECT "$step" || ' ' || "$row" || ' ' || line FROM t WHERE ms < ${to}` +
        (from === undefined ? "" : ` AND ms >= ${from}`) +
        (text === undefined ? "" : ` AND contains(line, '${text}')`) +
        (condition === undefined ? "" : ` AND (${condition.replaceAll("`", '"')})`) +
        ` ORDER BY "$step" ${newestFirst ? "DESC" : ""}, "$row" ${newestFirst ? "DESC" : ""}`,
    );
    const asked = JSON.stringify([condition, text, from, to, newestFirst, search.bounds]);
    const what = `run ${run}: ${asked}`;
    expect(found, what).toEqual(wanted.map(([line]) => line));
  }
});
