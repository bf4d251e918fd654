import { describe, expect, test } from "vitest";
import { explainedBy } from "../../../test/support/explained-by-pass.ts";

const merged = (query: string) => explainedBy("merge-projections", query);
const from = "FROM sales: reads shop, item, amount, text, ts; event time ts";
const isSelect = (line: string) => line.startsWith("SELECT");

describe("merge-projections", () => {
  test("makes one of two projections, with what the lower one computes", () => {
    const query = "SELECT a + 1 AS b, shop FROM (SELECT amount * 2 AS a, shop FROM sales)";
    expect(explainedBy(undefined, query).filter(isSelect)).toHaveLength(2);
    expect(merged(query)).toEqual(["SELECT (amount * 2) + 1 AS b, shop", from]);
  });

  test("leaves two where it would compute something twice", () => {
    const query = "SELECT a + 1 AS b, a + 2 AS c FROM (SELECT amount * 2 AS a FROM sales)";
    expect(merged(query)).toEqual(["SELECT a + 1 AS b, a + 2 AS c", "SELECT amount * 2 AS a", from]);
  });

  test("a column and a constant may be read as often as they like", () => {
    const query = "SELECT a, a AS b, fix, fix + a AS c FROM (SELECT amount AS a, 1 AS fix FROM sales)";
    expect(merged(query)).toEqual(["SELECT amount AS a, amount AS b, 1 AS fix, 1 + amount AS c", from]);
  });

  test("an aggregation picks its columns itself, also one that is named twice", () => {
    const query = `SELECT a, b, COUNT(DISTINCT c) FILTER (WHERE d) AS n
      FROM (SELECT shop AS a, shop AS b, item AS c, amount > 1 AS d FROM sales) GROUP BY a, b`;
    expect(merged(query).filter(isSelect)).toHaveLength(2);
    const plain =
      "SELECT a, b, SUM(c) AS s FROM (SELECT shop AS a, shop AS b, amount AS c FROM sales) GROUP BY a, b";
    expect(explainedBy(undefined, plain).filter(isSelect).length).toBeGreaterThan(1);
    expect(merged(plain)).toEqual([
      "SELECT a, b, SUM(amount) AS s [changes]",
      "GROUP BY shop, shop: SUM(amount) [changes]",
      "keeps a group a key (shop, shop); unbounded: it needs an input that ends",
      from,
    ]);
  });

  test("a window keeps its time and its key", () => {
    const query = `SELECT window_end, k, SUM(a) AS s
      FROM TABLE(SESSION(TABLE sales PARTITION BY shop, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
        AS w(k, i, a, t, ts, window_start, window_end, window_time)
      GROUP BY window_start, window_end, k`;
    const lines = merged(query);
    expect(lines.filter(isSelect)).toHaveLength(1);
    expect(lines).toContain(from);
    expect(lines.join()).toContain("SESSION(ts PARTITION BY shop, 1 min)");
  });
});
