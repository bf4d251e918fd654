/** Views of IN and EXISTS whose rows are kept for a while: what is found is there as long as its last row. */
import { expect, test } from "vitest";
import { boundProject, EngineWorld, LogWorld } from "../../../test/support/engine-world.ts";
import { scratchFolder } from "../../../test/support/scratch-folder.ts";
import { nodeFileLayer } from "../../log/journal/file-layer.ts";

const kept = "WITH ('retention' = '20 s')";
const sql = `
CREATE TABLE hits (id INT NOT NULL, c STRING);
CREATE TABLE listed (c STRING);
CREATE MATERIALIZED VIEW by_in ${kept} AS
SELECT id, COUNT(*) FILTER (WHERE c IN (SELECT c FROM listed)) AS n FROM hits GROUP BY id;
CREATE MATERIALIZED VIEW by_exists ${kept} AS
SELECT id, COUNT(*) FILTER (WHERE EXISTS (SELECT 1 FROM listed AS l WHERE l.c = h.c)) AS n FROM hits AS h
GROUP BY id;
CREATE MATERIALIZED VIEW by_any ${kept} AS
SELECT id, COUNT(*) FILTER (WHERE EXISTS (SELECT 1 FROM listed)) AS n FROM hits GROUP BY id;
CREATE MATERIALIZED VIEW by_where ${kept} AS
SELECT id, COUNT(*) AS n FROM hits WHERE c = 'none' OR c IN (SELECT c FROM listed) GROUP BY id;
CREATE MATERIALIZED VIEW by_doubt ${kept} AS
SELECT id, COUNT(*) FILTER (WHERE (c IN (SELECT c FROM listed)) IS UNKNOWN) AS n FROM hits GROUP BY id;`;

const startMs = Date.parse("2026-03-01T12:00:00Z");

function world() {
  const folder = scratchFolder();
  const project = boundProject(sql);
  const log = new LogWorld(folder, project.tables, startMs);
  const engine = new EngineWorld(folder, project.views, "compiled", nodeFileLayer, { ...project, log });
  const at = (seconds: number, stream?: string, row: object = {}) => {
    log.nowMs = startMs + seconds * 1000;
    if (stream === undefined) log.tick(log.nowMs);
    else log.send(stream, [row]);
    engine.catchUp();
  };
  const counts = () => {
    expect(engine.failures).toEqual([]);
    return ["by_in", "by_exists", "by_any", "by_where"].map((view) => engine.rows(view)[0]?.n);
  };
  const unsure = () => engine.rows("by_doubt")[0]?.n;
  return { at, counts, unsure };
}

test("a value that came again is there for as long as its last row", () => {
  const { at, counts } = world();
  at(0, "listed", { c: "x" });
  at(15, "listed", { c: "x" });
  at(18, "hits", { id: 1, c: "x" });
  expect(counts()).toEqual([1, 1, 1, 1]);
  at(30);
  expect(counts()).toEqual([1, 1, 1, 1]);
  at(36);
  expect(counts()).toEqual([0, 0, 0, undefined]);
  at(39);
  expect(counts()).toEqual([undefined, undefined, undefined, undefined]);
});

test("a NULL among the values makes IN uncertain for as long as it is there", () => {
  const { at, unsure } = world();
  at(1, "listed", {});
  at(2, "listed", { c: "x" });
  at(3, "hits", { id: 1, c: "y" });
  expect(unsure()).toBe(1);
  at(4, "listed", { c: "y" });
  expect(unsure()).toBe(0);
  at(5, "hits", { id: 1, c: "z" });
  expect(unsure()).toBe(1);
  at(20, "listed", { c: "x" });
  at(22);
  expect(unsure()).toBe(0);
});
