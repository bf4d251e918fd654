import { describe, expect, test } from "vitest";
import { explainedBy } from "../../../test/support/explained-by-pass.ts";

const pushed = (query: string) => explainedBy("predicate-pushdown", query);
const from = "FROM sales: reads shop, item, amount, text, ts; event time ts";
const windowed = `FROM TABLE(TUMBLE(TABLE sales, DESCRIPTOR(ts), INTERVAL '1' MINUTE))`;

/** Words of the stages, so that a test says only where the conditions are. */
function stages(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line.startsWith("WHERE") ? line : line.split(" ")[0]!));
}

describe("predicate-pushdown", () => {
  test("a condition goes below a projection, by what its columns are there", () => {
    const query = "SELECT a FROM (SELECT amount AS a, UPPER(shop) AS s FROM sales) WHERE a > 5";
    expect(stages(explainedBy(undefined, query))).toEqual(["SELECT", "WHERE a > 5", "SELECT", "FROM"]);
    const lines = pushed(query);
    expect(stages(lines)).toEqual(["SELECT", "SELECT", "WHERE amount > 5", "FROM"]);
    expect(lines.at(-1)).toBe(from);
  });

  test("what reads a computed column stays above it", () => {
    const query = "SELECT b FROM (SELECT amount * 2 AS b, shop FROM sales) WHERE b > 5 AND shop = 'x'";
    expect(stages(pushed(query))).toEqual(["SELECT", "WHERE b > 5", "SELECT", "WHERE shop = 'x'", "FROM"]);
  });

  test("rows get their windows after the condition, unless it reads the window", () => {
    const query = `SELECT shop, window_end ${windowed}
      WHERE amount > 5 AND window_start > TIMESTAMP '2026-01-01 00:00:00'`;
    expect(stages(pushed(query))).toEqual([
      "SELECT",
      "WHERE window_start > CAST(TIMESTAMP '2026-01-01 00:00:00' AS TIMESTAMP(3))",
      "TUMBLE",
      "WHERE amount > 5",
      "FROM",
    ]);
  });

  test("goes on as far as it can, with the filters that it meets on its way before it", () => {
    const query = `SELECT s FROM (SELECT shop AS s, amount AS a ${windowed} WHERE item = 'y') WHERE a > 5`;
    expect(stages(pushed(query))).toEqual([
      "SELECT",
      "SELECT",
      "TUMBLE",
      "WHERE (item = 'y') AND (amount > 5)",
      "FROM",
    ]);
  });

  test("a condition that may fail never comes before one that stood before it", () => {
    const guarded = (first: string, second: string) =>
      `SELECT b FROM (SELECT amount * 2 AS b, text AS t FROM sales) WHERE ${first} AND ${second}`;
    const cast = "CAST(t AS INT) = 1";
    expect(stages(pushed(guarded("b > 5", cast)))).toEqual([
      "SELECT",
      "WHERE (b > 5) AND (CAST(t AS INT) = 1)",
      "SELECT",
      "FROM",
    ]);
    expect(stages(pushed(guarded(cast, "b > 5")))).toEqual([
      "SELECT",
      "WHERE b > 5",
      "SELECT",
      "WHERE CAST(text AS INT) = 1",
      "FROM",
    ]);
  });

  test("never below what decides which rows there are, or when", () => {
    const session = `SELECT shop FROM TABLE(
      SESSION(TABLE sales PARTITION BY shop, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) WHERE amount > 5`;
    expect(stages(pushed(session))).toEqual(["SELECT", "WHERE amount > 5", "SESSION", "keeps", "FROM"]);
  });
});
