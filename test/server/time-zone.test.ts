/** The time zone of a project, from its settings to what the server says. Days were counted by hand. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEngine } from "../../src/engine.ts";
import { readProject } from "../../src/project/read-project.ts";
import { quickwater } from "../support/quickwater-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { projectFolder, startServerProcess } from "../support/server-process.ts";

const sql = `CREATE TABLE visits (id INT NOT NULL, at_ TIMESTAMP_LTZ(3) NOT NULL, WATERMARK FOR at_ AS at_);
CREATE MATERIALIZED VIEW days AS SELECT window_start, window_end, COUNT(*) AS n,
  MIN(CAST(at_ AS STRING)) AS first_seen
FROM TABLE(TUMBLE(TABLE visits, DESCRIPTOR(at_), INTERVAL '1' DAY)) GROUP BY window_start, window_end;`;

function project(settings: string): { readonly folder: string; readonly data: string } {
  const parent = scratchFolder();
  const folder = projectFolder(parent, sql);
  writeFileSync(join(folder, "quickwater.yaml"), settings);
  return { folder, data: join(parent, "data") };
}

/** Around the midnights of Berlin on both days that its clocks change, in 2026: March 29 and October 25. */
const visits = [
  ...["2026-03-28T22:59:59Z", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z", "2026-03-29T22:00:00Z"],
  ...["2026-10-24T21:59:59Z", "2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z", "2026-10-25T23:00:00Z"],
];

test("windows are days of the project's zone, 23 and 25 hours long where its clocks change", async () => {
  const { folder, data } = project("time-zone: Europe/Berlin\n");
  const { url, child } = await startServerProcess(folder, data);
  const body = visits.map((at_, id) => JSON.stringify({ id, at_ })).join("\n");
  const headers = { "content-type": "application/x-ndjson" };
  const sent = await fetch(`${url}/v1/streams/visits/events`, { method: "POST", headers, body });
  expect(await sent.json()).toMatchObject({ accepted: visits.length });
  const ask = async (path: string, init?: RequestInit) =>
    (await (await fetch(url + path, init)).json()) as { rows: readonly unknown[]; timeZone?: string };
  await expect.poll(async () => (await ask("/v1/views/days")).rows.length).toBe(6);
  const query = "SELECT CAST(window_start AS STRING), n, first_seen FROM days ORDER BY window_start";
  const answer = await ask("/v1/query", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sql: query }),
  });
  expect(answer.timeZone).toBe("Europe/Berlin");
  expect(answer.rows).toEqual([
    ["2026-03-28 00:00:00.000", 1, "2026-03-28 23:59:59.000"],
    ["2026-03-29 00:00:00.000", 2, "2026-03-29 00:00:00.000"],
    ["2026-03-30 00:00:00.000", 1, "2026-03-30 00:00:00.000"],
    ["2026-10-24 00:00:00.000", 1, "2026-10-24 23:59:59.000"],
    ["2026-10-25 00:00:00.000", 2, "2026-10-25 00:00:00.000"],
    ["2026-10-26 00:00:00.000", 1, "2026-10-26 00:00:00.000"],
  ]);
  child.kill();
});

test("the library takes it too, and what is executed later is in it", async () => {
  const engine = await openEngine({ sql: sql.split(";")[0], timeZone: "Europe/Berlin" });
  await engine.execute(sql.split(";")[1]!);
  await engine.send("visits", [{ id: 1, at_: visits[1] }]);
  await expect.poll(() => engine.rows("days")[0]?.window_start).toBe("2026-03-28T23:00:00.000Z");
  await engine.close();
});

test("a zone that is none is refused with the one that was meant", () => {
  const { folder } = project("time-zone: Europe/Berln\n");
  expect(() => readProject(folder)).toThrow(
    /quickwater\.yaml:1: time-zone must be a time zone, such as Europe\/Berlin, this is "Europe\/Berln"/,
  );
});

test("a script for Flink sets it", async () => {
  const { folder } = project("time-zone: Europe/Berlin\n");
  const { code, stdout } = await quickwater(["explain", folder, "--for", "flink"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^SET 'table\.local-time-zone' = 'Europe\/Berlin';\n\nCREATE TABLE/);
});
