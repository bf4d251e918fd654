import { describe, expect, test } from "vitest";
import { Catalog } from "../../catalog/catalog.ts";
import { analyzeScript } from "../analyze.ts";
import type { LogicalPlan, Rank } from "../plan/logical-plan.ts";
import { inputsOf } from "../plan/map-plan.ts";
import { isUpdating } from "../plan/traits.ts";

const table = `CREATE TABLE sales (
  shop STRING, item STRING, amount INT, unread STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts
);`;
const perItem = "(SELECT shop, item, SUM(amount) AS total FROM sales GROUP BY shop, item)";
const ofMinutes = "TABLE(TUMBLE(TABLE sales, DESCRIPTOR(ts), INTERVAL '1' MINUTE))";

/** The view's key by name, and its plan; a refusal is its code. */
function view(columns: string, over: string, from: string, limit: string) {
  const ranked = `SELECT *, ROW_NUMBER() OVER (${over}) AS rn FROM ${from}`;
  const script = `${table} CREATE MATERIALIZED VIEW v AS SELECT ${columns} FROM (${ranked}) WHERE ${limit}`;
  const { bound, errors } = analyzeScript(script, new Catalog(), { inputEnds: true });
  if (errors[0] !== undefined) return { key: errors[0].code, rank: undefined, changes: undefined };
  const last = bound.at(-1)!;
  if (last.kind !== "CreateMaterializedView") throw new Error("no view");
  const key = last.view.key.map((place) => last.view.schema.columns[place]!.name);
  return { key, rank: rankIn(last.plan), changes: isUpdating(last.plan) };
}

function rankIn(plan: LogicalPlan): Rank | undefined {
  return plan.kind === "Rank"
    ? plan
    : inputsOf(plan)
        .map(rankIn)
        .find((found) => found !== undefined);
}

const byTotal = "PARTITION BY shop ORDER BY total DESC";
const byAmount = "PARTITION BY window_start, window_end, shop ORDER BY amount DESC";

describe("the view of a row number with a limit", () => {
  test.each([
    { what: "the partition and the number", columns: "*", limit: "rn <= 3", key: ["shop", "rn"] },
    { what: "the partition, of one rank", columns: "shop, item", limit: "rn = 1", key: ["shop"] },
    { what: "the partition, of a later rank", columns: "shop, item, rn", limit: "rn = 2", key: ["shop"] },
    {
      what: "the key below without the number",
      columns: "item, shop",
      limit: "rn < 4",
      key: ["shop", "item"],
    },
    {
      what: "nothing where ranks begin later and are not told",
      columns: "item, shop",
      limit: "rn BETWEEN 2 AND 3",
      key: "sql.view-needs-key",
    },
    {
      what: "nothing where the number's partition is left out",
      columns: "item, rn",
      limit: "rn < 4",
      key: "sql.view-key",
    },
  ])("has as its key $what", ({ columns, limit, key }) => {
    expect(view(columns, byTotal, perItem, limit).key).toEqual(key);
  });

  test("without the number has no key where the rows have none", () => {
    expect(view("shop, item", "ORDER BY amount", "sales", "rn <= 3").key).toBe("sql.view-needs-key");
    expect(view("shop, item, rn", "ORDER BY amount", "sales", "rn <= 3").key).toEqual(["rn"]);
  });

  test.each([
    {
      over: "PARTITION BY shop ORDER BY ts",
      from: "sales",
      limit: "rn = 1",
      method: "keep-first",
      changes: false,
    },
    {
      over: "PARTITION BY shop ORDER BY ts DESC",
      from: "sales",
      limit: "rn <= 1",
      method: "keep-last",
      changes: true,
    },
    {
      over: "PARTITION BY shop ORDER BY ts, item",
      from: "sales",
      limit: "rn = 1",
      method: "top",
      changes: true,
    },
    { over: "PARTITION BY shop ORDER BY ts", from: "sales", limit: "rn = 2", method: "top", changes: true },
    { over: byTotal, from: perItem, limit: "1 >= rn", method: "top", changes: true },
    { over: byAmount, from: ofMinutes, limit: "rn <= 1", method: "window", changes: false },
    {
      over: "PARTITION BY window_end ORDER BY ts",
      from: ofMinutes,
      limit: "rn = 1",
      method: "keep-first",
      changes: false,
    },
  ])("is found by $method ($over, $limit)", ({ over, from, limit, method, changes }) => {
    const found = view("*", over, from, limit);
    expect(found.rank?.method).toBe(method);
    expect(found.changes).toBe(changes);
  });

  test("reads no field that nobody asked for, and gives no number that nobody reads", () => {
    const { rank } = view("window_start, window_end, shop", byAmount, ofMinutes, "rn <= 1");
    expect(rank?.givesNumber).toBe(false);
    expect(rank?.schema.columns.map(({ name }) => name)).not.toContain("unread");
    expect(rank?.schema.columns.map(({ name }) => name)).not.toContain("item");
  });
});
