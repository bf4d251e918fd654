/**
 * docs/internals/checkpoints.md is true: a reader that was written from it reads what the engine wrote. And
 * what an older Quickwater wrote is read: `test/fixtures/checkpoint-1` is a data folder of format 1.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { nodeFileLayer } from "../../src/log/journal/file-layer.ts";
import { nodeCheckpointFiles } from "../../src/state/checkpoint/checkpoint-files.ts";
import { CheckpointStore, type FoundCheckpoint } from "../../src/state/checkpoint/checkpoint-store.ts";
import { boundProject, EngineWorld, LogWorld } from "../support/engine-world.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { readIndependently } from "./independent-checkpoint-reader.ts";

const startMs = Date.UTC(2026, 2, 1);
const fixture = join(projectRoot, "test", "fixtures", "checkpoint-1");
/** Those of the fixture: who changes how plans look needs no new one, because views alone are made again. */
const views = `CREATE TABLE visits (
  id INT NOT NULL, page STRING NOT NULL, ts TIMESTAMP(3) NOT NULL,
  WATERMARK FOR ts AS ts - INTERVAL '2' SECOND
);
CREATE MATERIALIZED VIEW per_page AS SELECT window_start, window_end, page, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE visits, DESCRIPTOR(ts), INTERVAL '10' SECOND))
GROUP BY window_start, window_end, page;
CREATE MATERIALIZED VIEW newest AS SELECT rn, id, page FROM (
  SELECT *, ROW_NUMBER() OVER (ORDER BY id DESC) AS rn FROM visits
) WHERE rn <= 3;`;
const viewNames = ["per_page", "newest"];
const written = `CREATE TABLE numbered (id INT NOT NULL, nth BIGINT NOT NULL) WITH ('emit' = 'first');
INSERT INTO numbered SELECT id, COUNT(*) OVER (PARTITION BY page ORDER BY ts
  RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW) FROM visits;
CREATE MATERIALIZED VIEW repeated WITH ('retention' = '1 h') AS
SELECT nth, COUNT(*) AS n FROM numbered GROUP BY nth;`;

const storeOf = (folder: string) =>
  new CheckpointStore(nodeCheckpointFiles, join(folder, "checkpoints"), () => 0);

function worldOf(folder: string, sql: string, checkpoints?: CheckpointStore) {
  const { tables, views: bound, inserts } = boundProject(sql);
  const log = new LogWorld(join(folder, "journal"), tables, startMs);
  const surroundings = checkpoints === undefined ? { inserts, log } : { inserts, log, checkpoints };
  return {
    log,
    engine: new EngineWorld(join(folder, "journal"), bound, "compiled", nodeFileLayer, surroundings),
  };
}

/** Two checkpoints, the second with pages of the first, and steps behind them. */
async function writeFolder(folder: string, sql: string): Promise<void> {
  const { log, engine } = worldOf(folder, sql, storeOf(folder));
  const send = (from: number, to: number) => {
    for (let id = from; id < to; id++) {
      const ts = new Date(startMs + id * 900 - (id % 4) * 1500).toISOString().slice(0, -1);
      log.nowMs = startMs + id * 100;
      log.send("visits", [{ id, page: `/page/${id % 5}/é`, ts }]);
      engine.catchUp();
    }
  };
  send(0, 30);
  await engine.checkpoint();
  send(30, 33);
  await engine.checkpoint();
  send(33, 40);
  log.service.close();
}

test("a reader written from the page reads every part and page", async () => {
  const folder = scratchFolder();
  await writeFolder(folder, `${views}${written}`);
  const found = newestOf(folder);
  const read = readIndependently(join(folder, "checkpoints"), found.place.step);
  expect([read.journalId, read.step, read.createdAtMs]).toEqual(Object.values(found.place));
  expect(read.about).toEqual(found.content.about);
  const parts = found.content.parts.map(({ numbers, states }) => ({
    numbers,
    states: states.map(({ slotBytes, slotCount, slots, index, arena }) => {
      const [ofSlots, ofIndex, ofArena] = [slots, index, arena].map(({ pages }) =>
        pages.map((page) => Buffer.from(page)),
      );
      return { slotBytes, slotCount, slots: ofSlots, index: ofIndex, arena: ofArena };
    }),
  }));
  expect(read.parts).toEqual(parts);
  expect(parts.length).toBeGreaterThan(8);
  const { sources, views: names } = read.about as { sources: string[]; views: { name: string }[] };
  expect([sources, names.map(({ name }) => name)]).toEqual([
    ["visits", "numbered"],
    [...viewNames, "repeated"],
  ]);
});

test("a folder of format 1 is read, and its views go on", async () => {
  if (!existsSync(fixture)) await recordFixture();
  const folder = scratchFolder();
  for (const part of ["journal", "checkpoints"]) {
    mkdirSync(join(folder, part));
    for (const name of readdirSync(join(fixture, part))) {
      const bytes = gunzipSync(readFileSync(join(fixture, part, name)));
      writeFileSync(join(folder, part, name.slice(0, -".gz".length)), bytes);
    }
  }
  const { engine } = worldOf(folder, views, storeOf(folder));
  expect(engine.startedAt).toBe(newestOf(folder).place.step);
  // A view whose plan is another by now is made again; that is said, and the others go on.
  expect(engine.notices.filter((notice) => !notice.startsWith("Made of the journal again: "))).toEqual([]);
  engine.catchUp();
  expect(engine.failures).toEqual([]);
  const expected = JSON.parse(readFileSync(join(fixture, "rows.json"), "utf8"));
  expect(viewNames.map((view) => engine.rows(view).map((row) => JSON.parse(JSON.stringify(row))))).toEqual(
    expected,
  );
});

function newestOf(folder: string): FoundCheckpoint {
  const passed: string[] = [];
  const found = storeOf(folder).newest(
    () => undefined,
    (file, problem) => passed.push(`${file}: ${problem}`),
  );
  expect(passed).toEqual([]);
  return found!;
}

/** For a format that has none yet. The rows are those of an engine that has read the whole journal. */
async function recordFixture(): Promise<void> {
  const folder = scratchFolder();
  await writeFolder(folder, views);
  for (const part of ["journal", "checkpoints"]) {
    mkdirSync(join(fixture, part), { recursive: true });
    for (const name of readdirSync(join(folder, part)))
      writeFileSync(join(fixture, part, `${name}.gz`), gzipSync(readFileSync(join(folder, part, name))));
  }
  const { engine, log } = worldOf(folder, views);
  engine.catchUp();
  log.service.close();
  writeFileSync(
    join(fixture, "rows.json"),
    `${JSON.stringify(
      viewNames.map((view) => engine.rows(view)),
      undefined,
      1,
    )}\n`,
  );
}
