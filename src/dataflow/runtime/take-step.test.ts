/** Journals whose front retention took: what is made of them says what it lacks, once a stream. */
import { expect, test } from "vitest";
import { take } from "../../../test/log/log-driver.ts";
import { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { boundProject, EngineWorld } from "../../../test/support/engine-world.ts";
import { recordFirstStep } from "../../log/journal/journal-front.ts";
import { LogService } from "../../log/journal/log-service.ts";
import { listSegments, segmentPath } from "../../log/journal/segments.ts";
import { defaultLogSettings } from "../../log/log-settings.ts";

const count = (name: string) => `CREATE MATERIALIZED VIEW of_${name} WITH ('retention' = '1 h') AS
  SELECT k, COUNT(*) AS n FROM ${name} GROUP BY k;`;
const names = ["quiet", "busy", "unread", "whole"];
const { tables, views } = boundProject(`${names.map((name) => `CREATE TABLE ${name} (k STRING);`).join("\n")}
  ${count("quiet")}${count("busy")}${count("whole")}`);

test("streams that lack rows are told, also where none is left", () => {
  const files = new LossyFileLayer();
  const folder = "/journal";
  const log = new LogService(files, folder, () => 1, { ...defaultLogSettings, segmentBytesMax: 2_000 });
  log.declare(tables);
  const send = (stream: string, rowCount: number) => {
    take(log, stream, Array.from({ length: rowCount }, () => '{"k":"a"}').join("\n"));
    log.commit();
  };
  send("quiet", 3);
  send("unread", 2);
  for (let turn = 0; turn < 40; turn++) send("busy", 5);
  send("whole", 1);
  const segments = listSegments(files, folder);
  const front = segments.at(-2)!;
  for (const segment of segments) if (segment < front) files.remove(segmentPath(folder, segment));
  recordFirstStep(files, folder, front);
  const engine = new EngineWorld(folder, views, "compiled", files).catchUp();
  const left = Number(engine.rows("of_busy")[0]!.n);
  expect(left).toBeLessThan(200);
  const gone = (rowCount: number, stream: string) =>
    `The journal has let the first ${rowCount} rows of ${stream} go: what is made of it lacks them.`;
  expect(engine.notices).toEqual([gone(200 - left, "busy"), gone(3, "quiet")]);
  send("quiet", 1);
  engine.catchUp();
  expect([engine.notices.length, engine.rows("of_quiet")]).toMatchObject([2, [{ n: 1 }]]);
});
