import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { EngineOptions } from "./dataflow/runtime/engine-options.ts";
import { type Engine, openEngine } from "./engine.ts";
import { QuickwaterError } from "./errors/quickwater-error.ts";
import { nodeFileLayer } from "./log/journal/file-layer.ts";
import { listSegments } from "./log/journal/segments.ts";

const table = `CREATE TABLE sales (
  amount INT, parts INT, ts TIMESTAMP_LTZ(3) NOT NULL, WATERMARK FOR ts AS ts
);`;
const view = (name: string, value: string) => `CREATE MATERIALIZED VIEW ${name} AS
  SELECT window_start, window_end, ${value} AS v
  FROM TABLE(TUMBLE(TABLE sales, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;`;
const sale = (amount: number, parts: number) => ({ amount, parts, ts: "2026-03-01T12:00:00Z" });

async function withEngine(options: EngineOptions, use: (engine: Engine) => Promise<void>): Promise<void> {
  const engine = await openEngine(options);
  try {
    await use(engine);
  } finally {
    await engine.close();
  }
}

test("a view that fails where its open rows are shown stops alone, and says why", async () => {
  const failures: string[] = [];
  const sql = [table, view("broken", "SUM(amount) / (COUNT(*) - 1)"), view("sound", "SUM(amount)")].join(
    "\n",
  );
  await withEngine(
    { sql, onViewFailure: (name, reason) => failures.push(`${name}: ${reason}`) },
    async (engine) => {
      await engine.send("sales", sale(3, 1));
      await expect
        .poll(() => failures)
        .toEqual(["broken: Division by zero, which for BIGINT has no result."]);
      await engine.send("sales", sale(4, 1));
      await expect.poll(() => engine.rows("sound")).toMatchObject([{ v: 7 }]);
      expect(engine.failure).toBeUndefined();
      expect(engine.view("broken")?.failure).toContain("Division by zero");
    },
  );
});

test("a view that is added and fails on rows that are there is refused with the reason", async () => {
  await withEngine({ sql: table }, async (engine) => {
    await engine.send("sales", [sale(1, 0), sale(2, 1)]);
    await expect(engine.execute(view("broken", "SUM(amount / parts)"))).rejects.toMatchObject({
      code: "run.change-failed",
      params: { name: "broken" },
    });
    expect(engine.view("broken")).toBeUndefined();
    await engine.execute(view("sound", "SUM(amount)"));
    await expect.poll(() => engine.rows("sound")).toMatchObject([{ v: 3 }]);
  });
});

test("a script with a mistake leaves nothing behind, so that it can be corrected and run again", async () => {
  await withEngine({}, async (engine) => {
    await expect(engine.execute(`${table}\n${view("totals", "SUM(nope)")}`)).rejects.toBeInstanceOf(
      QuickwaterError,
    );
    await engine.execute(`${table}\n${view("totals", "SUM(amount)")}`);
    await engine.send("sales", sale(5, 1));
    await expect.poll(() => engine.rows("totals")).toMatchObject([{ v: 5, $final: false }]);
  });
});

test("two engines are not let into one folder, also by one process", async () => {
  const data = mkdtempSync(join(tmpdir(), "quickwater-engine-"));
  const first = await openEngine({ data });
  await expect(openEngine({ data })).rejects.toMatchObject({ code: "run.data-folder-owned" });
  await first.close();
  await (await openEngine({ data })).close();
  rmSync(data, { recursive: true, force: true });
});

test("a plain view names a query; what is dropped is gone", async () => {
  const plain = "CREATE VIEW late_sales AS SELECT amount * 10 AS amount, ts FROM sales;";
  const over = view("totals", "SUM(amount)").replace("TABLE sales", "TABLE late_sales");
  await withEngine(
    { sql: `CREATE TABLE gone (n INT); DROP TABLE gone; ${table}${plain}` },
    async (engine) => {
      await engine.execute(over);
      await engine.send("sales", sale(5, 1));
      await expect.poll(() => engine.rows("totals")).toMatchObject([{ v: 50 }]);
      await expect(engine.execute("DROP VIEW late_sales")).rejects.toMatchObject({ code: "sql.still-read" });
      await expect(engine.execute("DROP TABLE sales")).rejects.toMatchObject({ code: "sql.still-read" });
      await expect(engine.send("gone", { n: 1 })).rejects.toMatchObject({ code: "request.unknown-stream" });
      await expect(engine.execute("SHOW TABLES")).rejects.toThrow(
        "A SHOW statement has no place in a project.",
      );
      await engine.execute("DROP MATERIALIZED VIEW totals; DROP VIEW late_sales;");
      expect(engine.views()).toEqual([]);
      expect(() => engine.rows("totals")).toThrow("There is no view totals");
      await engine.send("sales", sale(6, 2));
      await engine.execute("DROP TABLE sales");
      await expect(engine.send("sales", sale(7, 3))).rejects.toMatchObject({
        code: "request.unknown-stream",
      });
      expect(engine.catalog.has("sales")).toBe(false);
    },
  );
});

test("rows that a stream has let go stay in its views, and are missed aloud by one made anew", async () => {
  const data = mkdtempSync(join(tmpdir(), "quickwater-gone-"));
  const sales = `CREATE TABLE sales (amount INT, note STRING) WITH ('retention-size' = '20 KB');`;
  const total = (sum: string) =>
    `CREATE MATERIALIZED VIEW total WITH ('retention' = '1 h') AS
    SELECT note, ${sum} AS v, COUNT(*) AS n FROM sales GROUP BY note;`;
  const notices: string[] = [];
  const options = {
    data,
    checkpointMs: 20,
    log: { segmentBytesMax: 20_000, upkeepMs: 20 },
    onNotice: (notice: string) => notices.push(notice),
  };
  const note = "x".repeat(1000);
  try {
    let sent = 0;
    await withEngine({ ...options, sql: `${sales}${total("SUM(amount)")}` }, async (engine) => {
      for (const deadline = Date.now() + 20_000; Date.now() < deadline; ) {
        await engine.send(
          "sales",
          Array.from({ length: 20 }, () => ({ amount: 1, note })),
        );
        sent += 20;
        if (listSegments(nodeFileLayer, join(data, "journal"))[0]! > 1) break;
      }
      await expect.poll(() => engine.rows("total")).toMatchObject([{ v: sent, n: sent }]);
    });
    await withEngine({ ...options, sql: `${sales}${total("SUM(amount)")}` }, async (engine) => {
      await engine.ready;
      expect(engine.rows("total")).toMatchObject([{ v: sent, n: sent }]);
      expect(notices).toEqual([]);
    });
    await withEngine({ ...options, sql: `${sales}${total("SUM(amount * 2)")}` }, async (engine) => {
      await engine.ready;
      const left = Number(engine.rows("total")[0]!.n);
      expect(left).toBeLessThan(sent);
      expect(notices).toEqual([
        "Made of the journal again: total.",
        `The journal has let the first ${sent - left} rows of sales go: what is made of it lacks them.`,
      ]);
    });
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
});

test("rows of a table with a primary key are removed by their keys", async () => {
  const sql = `CREATE TABLE shelves (sku BIGINT, shop STRING, pieces INT,
      PRIMARY KEY (sku, shop) NOT ENFORCED);
    CREATE MATERIALIZED VIEW stock AS SELECT sku, shop, pieces FROM shelves;`;
  await withEngine({ sql }, async (engine) => {
    await engine.send(
      "shelves",
      ["a", "b", "c"].map((shop) => ({ sku: 7, shop, pieces: 1 })),
    );
    expect(await engine.remove("shelves", { sku: 7n, shop: "a" })).toMatchObject({ accepted: 1 });
    expect(
      await engine.remove("shelves", [
        { sku: 7, shop: "b" },
        { sku: 8, shop: "b" },
      ]),
    ).toEqual({
      accepted: 2,
      duplicates: 0,
      rejected: [],
    });
    await expect.poll(() => engine.rows("stock")).toMatchObject([{ shop: "c" }]);
    await expect(engine.remove("shelves", { sku: 7 })).rejects.toMatchObject({ code: "request.bad-removal" });
    await expect(engine.remove("nobody", { sku: 7 })).rejects.toMatchObject({
      code: "request.unknown-stream",
    });
  });
});
