/** JOIN … FOR SYSTEM_TIME AS OF a processing time, in the order of the journal's steps. */
import { expect, test } from "vitest";
import { journaled, world } from "../../../test/support/decision-world.ts";
import { boundProject, EngineWorld } from "../../../test/support/engine-world.ts";
import { nodeFileLayer } from "../../log/journal/file-layer.ts";

test("a row is joined with what a table has at its step, before a restart and behind it", () => {
  const sql = `CREATE TABLE rates (k STRING NOT NULL, rate INT, PRIMARY KEY (k) NOT ENFORCED);
    CREATE TABLE orders (id INT, k STRING);
    CREATE TABLE priced (id INT, rate INT);
    INSERT INTO priced SELECT o.id, r.rate FROM (SELECT *, PROCTIME() AS p FROM orders) AS o
      LEFT JOIN rates FOR SYSTEM_TIME AS OF o.p AS r ON o.k = r.k;`;
  const { folder, log, engine } = world(sql);
  const { views, inserts } = boundProject(sql);
  const send = (stream: string, ...rows: readonly object[]) => log.send(stream, rows);
  send("orders", { id: 1, k: "a" });
  send("rates", { k: "a", rate: 1 }, { k: "b", rate: 5 });
  send("orders", { id: 2, k: "a" }, { id: 3, k: "b" });
  engine.catchUp();
  const image = engine.engine.freeze();
  send("rates", { k: "a", rate: 2 });
  const after = new EngineWorld(folder, views, "compiled", nodeFileLayer, { inserts, log });
  after.engine.restore(image);
  send("orders", { id: 4, k: "a" }, { id: 5, k: "b" });
  after.catchUp();
  expect([...engine.failures, ...after.failures]).toEqual([]);
  const written = journaled(folder, "priced").map(({ row }) => `${row.id} ${row.rate}`);
  expect(written).toEqual(["1 null", "2 1", "3 5", "4 2", "5 5"]);
});
