import { expect, test } from "vitest";
import { boundProject } from "../../../test/support/engine-world.ts";
import { fingerprintOf, printedOf } from "./query-fingerprint.ts";

const table = "CREATE TABLE t (k STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts);";

function fingerprint(query: string): string {
  const [view] = boundProject(
    `${table} CREATE MATERIALIZED VIEW v WITH ('retention' = '1 h') AS ${query}`,
  ).views;
  return fingerprintOf({ plan: view!.plan, tables: view!.tables, target: undefined }, [], "compiled");
}

test("tells queries apart by what they do, not by how they are written", () => {
  const of = fingerprint("SELECT k, SUM(n) AS s FROM t GROUP BY k");
  expect(fingerprint("select k,\n  sum(n) as s -- so many\nfrom t group by k")).toBe(of);
  const others = [
    "SELECT k, SUM(n) AS s FROM t WHERE n > 0 GROUP BY k",
    "SELECT k, SUM(n) AS s FROM t WHERE n > 1 GROUP BY k",
    "SELECT k, COUNT(n) AS s FROM t GROUP BY k",
    "SELECT k, SUM(DISTINCT n) AS s FROM t GROUP BY k",
    "SELECT k, SUM(n) AS total FROM t GROUP BY k",
  ].map(fingerprint);
  expect(new Set([of, ...others]).size).toBe(1 + others.length);
});

test("does not tell queries apart by the time zone that their rows are told in", () => {
  const sql = `${table} CREATE MATERIALIZED VIEW v WITH ('retention' = '1 h') AS
    SELECT ts, COUNT(*) AS n FROM t GROUP BY ts;`;
  const print = (zone: string) => {
    const { views } = boundProject(`SET 'table.local-time-zone' = '${zone}'; ${sql}`);
    expect(views[0]!.view.timeZone).toBe(zone);
    return fingerprintOf(printedOf(views[0]!), [], "compiled");
  };
  expect(print("Europe/Berlin")).toBe(print("UTC"));
});

test("takes no longer where a plan stands in many places", () => {
  let plan = boundProject(`${table} CREATE MATERIALIZED VIEW v WITH ('retention' = '1 h') AS
    SELECT k, COUNT(*) AS n FROM t GROUP BY k`).views[0]!.plan;
  for (let depth = 0; depth < 60; depth++)
    plan = { kind: "Union", inputs: [plan, plan], schema: plan.schema } as unknown as typeof plan;
  const of = () => fingerprintOf({ plan, tables: [], target: undefined }, [], "compiled");
  expect(of()).toBe(of());
});
