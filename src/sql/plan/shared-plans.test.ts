import { describe, expect, test } from "vitest";
import { Catalog } from "../../catalog/catalog.ts";
import { analyzeScript } from "../analyze.ts";
import type { LogicalPlan } from "./logical-plan.ts";
import { sharedPlansOf } from "./shared-plans.ts";

const tables = `
  CREATE TABLE t (k STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts);
  CREATE VIEW counts AS SELECT window_start, window_end, k, COUNT(*) AS c
    FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end, k;`;

function planOf(query: string): LogicalPlan {
  const { bound, errors } = analyzeScript(tables + query, new Catalog(), { inputEnds: true });
  if (errors[0] !== undefined) throw errors[0];
  const select = bound.at(-1)!;
  if (select.kind !== "Select") throw new Error("no query");
  return select.plan;
}

/** Each place where a shared part stands, as its kind and number. */
function shared(query: string): readonly string[] {
  return [...sharedPlansOf(planOf(query))].map(([{ kind }, number]) => `${kind} ${number}`);
}

const sums = "(SELECT k, SUM(n) AS s FROM t GROUP BY k)";

describe("a part that is there twice", () => {
  test("is shared, whoever reads it", () => {
    expect(shared("SELECT k, c FROM counts UNION ALL SELECT k, c + 1 FROM counts")).toEqual([
      "WindowAggregate 1",
      "WindowAggregate 1",
    ]);
    expect(shared(`SELECT a.k, b.s FROM ${sums} AS a JOIN ${sums} AS b ON a.k = b.k`)).toEqual([
      "Project 1",
      "Project 1",
    ]);
  });

  test("is shared as a whole, with what lies in it", () => {
    const twice = `(SELECT a.k, b.s FROM ${sums} AS a JOIN ${sums} AS b ON a.k = b.k)`;
    expect(shared(`SELECT x.k, y.s FROM ${twice} AS x JOIN ${twice} AS y ON x.k = y.k`)).toEqual([
      "Project 1",
      "Project 2",
      "Project 2",
      "Project 1",
    ]);
  });

  test("is not shared where it keeps nothing", () => {
    expect(shared("SELECT k FROM t UNION ALL SELECT k FROM t")).toEqual([]);
    expect(shared("SELECT 1 AS a UNION ALL SELECT 1 AS a")).toEqual([]);
  });

  test("is not shared where anything differs", () => {
    const filtered = sums.replace("GROUP", "WHERE n > 1 GROUP");
    expect(shared(`SELECT a.k, b.s FROM ${sums} AS a JOIN ${filtered} AS b ON a.k = b.k`)).toEqual([]);
    const parted = `SELECT k, c FROM counts UNION ALL
      SELECT k, COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '2' MINUTE))
      GROUP BY window_start, window_end, k`;
    expect(shared(parted)).toEqual([]);
  });

  test("is not shared where open windows are shown to one reader only", () => {
    const joined = `SELECT a.k, a.c FROM counts AS a JOIN counts AS b
      ON a.window_start = b.window_start AND a.window_end = b.window_end AND a.k = b.k`;
    const all = "SELECT window_start, window_end, k, c FROM counts";
    const both = joined.replace("a.k, a.c", "a.window_start, a.window_end, a.k, a.c");
    expect(shared(joined)).toHaveLength(2);
    expect(shared(`${all} UNION ALL ${both}`)).toHaveLength(2);
    expect(shared(`${all} UNION ALL ${all}`)).toHaveLength(2);
  });
});
