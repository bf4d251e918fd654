/** Views as they were: those that are asked for together are made together, and the last ones stay. */
import { beforeEach, expect, test } from "vitest";
import { boundProject } from "../../../test/support/engine-world.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { postedError } from "../../log/journal/posted-error.ts";
import type { ReadingAnswers, ReadingJob } from "../reading/reading-jobs.ts";
import { querySettings } from "../runtime/query-messages.ts";
import { ViewPast } from "./view-past.ts";
import type { ViewThen } from "./views-at.ts";

const names = Array.from({ length: 70 }, (_, place) => `v${place}`);
const queries = boundProject(`CREATE TABLE t (k STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts);
  ${names.map(viewSql).join("\n")}`);

function viewSql(name: string): string {
  return `CREATE MATERIALIZED VIEW ${name} WITH ('retention' = '1 h')
    AS SELECT k, COUNT(*) AS n FROM t GROUP BY k;`;
}

/** The views of each reading of the journal. */
let read: (readonly string[])[] = [];
let rowsOfEach = 1;
const broken = "v1";

function thenOf(name: string): ViewThen {
  if (name === broken) {
    const refused = quickwaterError("request.view-not-kept", { view: name, stream: "t" });
    return { refused: postedError(refused, "reading") };
  }
  const upserts = Array.from({ length: rowsOfEach }, (_, place) => {
    return { key: `["${place}"]`, text: `"${place}"\u001f1`, final: true, revision: 0 };
  });
  const freshness = { lastRowAtMs: 1, watermarkMs: 1 };
  const counters = { rowsTaken: 1, rowsFiltered: 0, rowsLate: 0 };
  return { rows: { view: name, stepNumber: 1, freshness, counters, upserts, removedKeys: [] } };
}

async function answer<Job extends ReadingJob>(job: Job): Promise<ReadingAnswers[Job["kind"]]> {
  if (job.kind !== "views-at") throw new Error(`nobody asks for ${job.kind} here`);
  const asked = job.views.map(({ view }) => view.name);
  read.push(asked);
  return asked.map(thenOf) as readonly ViewThen[] as never;
}

function past(): ViewPast {
  const options = { readings: { answer }, streams: new Map(), bounds: querySettings() };
  return new ViewPast({ timeZone: "UTC" } as never, { ...options, queries: () => queries });
}

const anHourAgoMs = Date.now() - 3_600_000;

beforeEach(() => {
  read = [];
  rowsOfEach = 1;
});

test("views that are asked for together are made in one reading, each once", async () => {
  const views = past();
  const asked = ["v2", "v3", "v2", "v4"];
  const live = await Promise.all(asked.map((name) => views.at(name, anHourAgoMs)));
  expect(live.map(({ schema }) => schema.name)).toEqual(asked);
  expect(read).toEqual([["v2", "v3", "v4"]]);
  await views.at("v2", anHourAgoMs + 1);
  expect(read.at(-1)).toEqual(["v2"]);
});

test("one that is not known hinders no other, and is asked for again", async () => {
  const views = past();
  const [refused, known] = await Promise.allSettled(["v1", "v2"].map((name) => views.at(name, anHourAgoMs)));
  expect(refused).toMatchObject({ status: "rejected", reason: { code: "request.view-not-kept" } });
  expect(known).toMatchObject({ status: "fulfilled" });
  await expect(views.at("v1", anHourAgoMs)).rejects.toMatchObject({ code: "request.view-not-kept" });
  expect(read).toEqual([["v1", "v2"], ["v1"]]);
});

test("the last 64 stay, the last asked for longest", async () => {
  const views = past();
  const others = names.filter((name) => name !== broken);
  await Promise.all(others.slice(0, 64).map((name) => views.at(name, anHourAgoMs)));
  await views.at("v0", anHourAgoMs);
  expect(read).toHaveLength(1);
  await views.at(others[64]!, anHourAgoMs);
  await views.at("v0", anHourAgoMs);
  expect(read).toHaveLength(2);
  await views.at("v2", anHourAgoMs);
  expect(read.at(-1)).toEqual(["v2"]);
});

test("of rows 200,000 stay, and in any case those of the last view", async () => {
  const views = past();
  rowsOfEach = 90_000;
  for (const name of ["v2", "v3", "v4", "v4", "v3"]) await views.at(name, anHourAgoMs);
  expect(read).toEqual([["v2"], ["v3"], ["v4"]]);
  await views.at("v2", anHourAgoMs);
  expect(read.at(-1)).toEqual(["v2"]);
  rowsOfEach = 210_000;
  for (const name of ["v5", "v5"]) await views.at(name, anHourAgoMs);
  expect(read.filter(([name]) => name === "v5")).toHaveLength(1);
});

test("what may still be on its way to the disk is made again", async () => {
  const views = past();
  const nowMs = Date.now();
  for (const name of ["v2", "v2"]) await views.at(name, nowMs);
  expect(read).toEqual([["v2"], ["v2"]]);
});
