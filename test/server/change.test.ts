/** Views, streams and INSERTs that come, change and go while a server runs and events come in. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Server } from "../../src/server.ts";
import { queriedRows } from "../support/queried-rows.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { projectFolder, startServerProcess } from "../support/server-process.ts";
import { LiveClient, order, shopSql, testServer } from "../support/test-server.ts";

const orders = shopSql.slice(0, shopSql.indexOf("CREATE MATERIALIZED VIEW closed"));
const flagging = `CREATE TABLE flagged (id INT NOT NULL, why STRING NOT NULL);
INSERT INTO flagged SELECT id, CONCAT('over ', CAST(amount AS STRING)) FROM orders WHERE amount > 10;
CREATE MATERIALIZED VIEW flags WITH ('retention' = '1 d') AS
SELECT why, COUNT(*) AS n FROM flagged GROUP BY why;`;

const answerOf = async (server: Server, path: string) =>
  (await fetch(`${server.url}${path}`)) as Response & { json(): Promise<never> };

const rowsOf = async (server: Server, view: string): Promise<readonly Record<string, unknown>[]> =>
  ((await (await answerOf(server, `/v1/views/${view}`)).json()) as { rows: never }).rows;

/** Sends orders without end until it is told to stop; answers how many were acknowledged. */
function sending(server: Server, from = 0) {
  let id = from;
  let goesOn = true;
  const done = (async () => {
    while (goesOn) {
      const batch = Array.from({ length: 20 }, () =>
        order(id, Math.floor((id++ - from) / 40), "abc"[id % 3]!, (id % 4) * 5),
      );
      await server.engine.send("orders", batch);
    }
    return id - from;
  })();
  return {
    stop: () => {
      goesOn = false;
      return done;
    },
  };
}

const total = (rows: readonly Record<string, unknown>[]) => rows.reduce((sum, { n }) => sum + Number(n), 0);

describe("while events come in", () => {
  test("a view that is changed is shown as it was until the new one takes its place, whole", async () => {
    const server = await testServer({ sql: orders });
    const client = new LiveClient(server);
    await client.message("hello");
    client.send({ type: "subscribe", id: "s", view: "sales" });
    const load = sending(server);
    await expect.poll(async () => total(await rowsOf(server, "sales"))).toBeGreaterThan(500);
    const changing = server.engine.replace(
      orders.replace("SUM(amount) AS total", "MAX(amount) AS most, SUM(amount) * 2 AS twice"),
    );
    const seen: string[] = [];
    let over = false;
    void changing.then(() => {
      over = true;
    });
    while (!over) {
      const [row = {}] = await rowsOf(server, "sales");
      const columns = Object.keys(row).join();
      if (seen.at(-1) !== columns) seen.push(columns);
    }
    await changing;
    const sent = await load.stop();
    expect(seen.length).toBeLessThanOrEqual(2);
    expect(seen[0]).toContain("total");
    await expect.poll(async () => total(await rowsOf(server, "sales"))).toBe(sent);
    const rows = await rowsOf(server, "sales");
    expect(rows.every(({ most, twice }) => most === "15.00" && Number(twice) > 0)).toBe(true);
    const reset = await client.message("snapshot", (message) => message.reset === "view-changed");
    expect(reset.columns.map(({ name }) => name)).toEqual([
      "window_start",
      "window_end",
      "k",
      "n",
      "most",
      "twice",
    ]);
    await expect
      .poll(() => [...client.rows("s").values()].reduce((sum, { values }) => sum + Number(values[3]), 0))
      .toBe(sent);
  });

  test("a stream that is written begins, changes and ends; each order is flagged by one query", async () => {
    const server = await testServer({ sql: orders });
    const load = sending(server);
    await server.engine.replace(`${orders}${flagging}`);
    const before = total(await rowsOf(server, "flags"));
    await server.engine.replace(`${orders}${flagging.replace("'over '", "'more than ten: '")}`);
    const sent = await load.stop();
    const flags = Math.floor(sent / 4);
    const wanted = [{ why: "more than ten: 15.00", n: flags }];
    await expect.poll(() => rowsOf(server, "flags")).toMatchObject(wanted);
    expect(before).toBeLessThan(flags);
    // Of the rows of the stream the first ones are of the query of before.
    const sql = "SELECT id, why FROM flagged";
    const inStream = () => queriedRows<[number, string]>(server.engine, sql);
    // The view is told of rows before the journal has them.
    await expect.poll(async () => (await inStream()).length).toBe(flags);
    const written = await inStream();
    expect(written.map(([id]) => id)).toEqual([...new Set(written.map(([id]) => id))]);
    const words = written.map(([, why]) => why.split(" ")[0]);
    expect(words.slice(0, before).every((word) => word === "over")).toBe(true);
    expect(words.indexOf("more")).toBe(words.lastIndexOf("over") + 1);
    await server.engine.replace(orders);
    expect((await answerOf(server, "/v1/views/flags")).status).toBe(404);
    expect(server.engine.failure).toBeUndefined();
  });

  test("a view that is dropped ends its subscriptions with the reason, and is nowhere any more", async () => {
    const server = await testServer();
    const client = new LiveClient(server);
    await client.message("hello");
    client.send({ type: "subscribe", id: "s", view: "closed" });
    await client.message("snapshot");
    await server.engine.execute("DROP MATERIALIZED VIEW closed");
    expect(await client.message("stopped")).toMatchObject({ id: "s", reason: "The view was dropped." });
    expect((await answerOf(server, "/v1/views/closed")).status).toBe(404);
    const { views } = (await (await answerOf(server, "/v1/views")).json()) as { views: { name: string }[] };
    expect(views.map(({ name }) => name)).toEqual(["sales"]);
  });

  test("changes that come together are made one after the other", async () => {
    const server = await testServer({ sql: orders });
    await server.engine.send("orders", [order(1, 1), order(2, 2)]);
    const view = (name: string) => `CREATE MATERIALIZED VIEW ${name} WITH ('retention' = '1 h') AS
      SELECT k, COUNT(*) AS n FROM orders GROUP BY k;`;
    await Promise.all([
      server.engine.execute(view("first_one")),
      expect(server.engine.execute(view("first_one"))).rejects.toMatchObject({ code: "sql.duplicate-name" }),
      server.engine.execute(view("second_one")),
      server.engine.execute("DROP MATERIALIZED VIEW first_one"),
    ]);
    expect(server.engine.views().map(({ schema }) => schema.name)).toEqual(["sales", "second_one"]);
    expect(await rowsOf(server, "second_one")).toMatchObject([{ k: "a", n: 2 }]);
  });
});

test("start --watch takes what is saved, and nothing of what has a mistake", async () => {
  const scratch = scratchFolder();
  const project = projectFolder(scratch, orders);
  const file = join(project, "sql", "all.sql");
  const server = await startServerProcess(project, join(scratch, "data"), [], ["--watch"]);
  const body = JSON.stringify([order(1, 1), order(2, 2, "b")]);
  const send = { method: "POST", headers: { "content-type": "application/json" }, body };
  expect((await fetch(`${server.url}/v1/streams/orders/events`, send)).status).toBe(200);
  writeFileSync(file, orders.replace("COUNT(*) AS n", "COUNT(*) AS n, SUM(amuont) AS s"));
  await server.waitForOutput(/amuont[\s\S]*The project runs on as it was/);
  expect((await fetch(`${server.url}/v1/views/sales`)).status).toBe(200);
  writeFileSync(file, orders.replace("COUNT(*) AS n", "COUNT(*) AS orders"));
  await server.waitForOutput(/The project runs as it is saved now/);
  const { rows } = (await (await fetch(`${server.url}/v1/views/sales`)).json()) as { rows: object[] };
  expect(rows).toMatchObject([
    { k: "a", orders: 1 },
    { k: "b", orders: 1 },
  ]);
  // The same goes for endpoints, in a folder that was not there.
  for (const folder of ["endpoints", "analyses"]) mkdirSync(join(project, folder));
  writeFileSync(
    join(project, "endpoints", "one.yaml"),
    "path: /one\nsummary: One\nsql: SELECT k FROM sales\n",
  );
  await server.waitForOutput(/saved now[\s\S]*saved now/);
  expect(await (await fetch(`${server.url}/one`)).json()).toEqual([{ k: "a" }, { k: "b" }]);
  // And for analyses, whose conditions DuckDB reads.
  const event = (where: string) => `events:\n  ordered: { stream: orders, actor: k, where: ${where} }\n`;
  const analyses = join(project, "analyses", "one.yaml");
  writeFileSync(analyses, event("idd > 1"));
  await server.waitForOutput(/events\.ordered\.where must be a condition of DuckDB/);
  writeFileSync(analyses, event("id > 1"));
  await server.waitForOutput(/saved now[\s\S]*saved now[\s\S]*saved now/);
  const listed = (await (await fetch(`${server.url}/v1/analyses`)).json()) as { events: object[] };
  expect(listed.events).toMatchObject([{ name: "ordered", where: "id > 1" }]);
  // One that fails on what is there.
  writeFileSync(file, orders.replace("COUNT(*) AS n", "SUM(1 / (id - 2)) AS n"));
  await server.waitForOutput(/Nothing was changed: sales[\s\S]*The project runs on as it was/);
  server.child.kill("SIGKILL");
  await server.finished;
});
