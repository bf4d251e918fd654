import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Engine, type EngineOptions, openEngine } from "./engine.ts";
import { QuickwaterError } from "./errors/quickwater-error.ts";

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
      code: "run.view-failed",
    });
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

test("a plain view names a query; what runs is not dropped, what the script made is", async () => {
  const plain = "CREATE VIEW late_sales AS SELECT amount * 10 AS amount, ts FROM sales;";
  const over = view("totals", "SUM(amount)").replace("TABLE sales", "TABLE late_sales");
  await withEngine(
    { sql: `CREATE TABLE gone (n INT); DROP TABLE gone; ${table}${plain}` },
    async (engine) => {
      await engine.execute(over);
      await engine.send("sales", sale(5, 1));
      await expect.poll(() => engine.rows("totals")).toMatchObject([{ v: 50 }]);
      await expect(engine.execute("DROP MATERIALIZED VIEW totals")).rejects.toMatchObject({
        code: "sql.not-supported-yet",
      });
      await expect(engine.send("gone", { n: 1 })).rejects.toMatchObject({ code: "request.unknown-stream" });
      await expect(engine.execute("SHOW TABLES")).rejects.toThrow(
        "A SHOW statement has no place in a project.",
      );
      expect(engine.catalog.has("totals")).toBe(true);
    },
  );
});
