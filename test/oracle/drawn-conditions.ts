/** Rows of all kinds of values, conditions and orders over them, at random, for our SQL and DuckDB's. */
import type { JsonRow } from "../../src/rehearsal/duck-db.ts";
import type { Random } from "../../src/simulate/random.ts";

export const drawnColumns = `id INT NOT NULL, k STRING, n BIGINT, price DECIMAL(12, 2), x DOUBLE, ok BOOLEAN,
  ts TIMESTAMP(3), moment TIMESTAMP_LTZ(6), d DATE`;

export function drawer(random: Random) {
  const below = (count: number) => Math.floor(random.unit() * count);
  const one = <T>(among: readonly T[]): T => among[below(among.length)]!;
  const instant = () => new Date(Date.UTC(2026, 2, 1) + below(5) * 3_600_000 + below(3)).toISOString();
  const row = (id: number): JsonRow => ({
    id,
    k: one(["a", "B", "ß", "a\nb", 'q"', "😀", "￿", "", null]),
    n: one(["9007199254740993", "-9223372036854775808", "0", "10", "9", null]),
    price: one(["0.10", "12.50", "-3.00", "9999999999.99", null]),
    x: one([0.1, -2.5, 1e300, 7, null]),
    ok: one([true, false, null]),
    ts: one([instant().slice(0, -1), null]),
    moment: one([`${instant().slice(0, -1)}123Z`, null]),
    d: one(["2026-03-01", "1999-12-31", null]),
  });
  const atom = () =>
    one([
      () => `k = '${one(["a", "ß", "zz"])}'`,
      () => `k ${one(["<", ">=", "<>"])} '${one(["a", "q", "😀", "￿"])}'`,
      () => `k LIKE '${one(["a%", "_", "%b"])}'`,
      () => `k IN ('a', 'B')`,
      () => `n ${one([">", "<=", "="])} ${one(["9007199254740992", "9", "-5"])}`,
      () => `price BETWEEN ${one(["-3.00", "0.1"])} AND ${one(["12.5", "12.49"])}`,
      () => `price * 2 > ${one(["25.00", "0.2"])}`,
      () => `x ${one(["<", ">"])} ${one(["0.1e0", "7e0"])}`,
      () => one(["ok", "NOT ok", "ok IS NULL", "ok IS NOT TRUE"]),
      () => `ts ${one(["<", "=", ">="])} TIMESTAMP '2026-03-01 0${below(5)}:00:00.001'`,
      () => `d = DATE '2026-03-01'`,
      () => `EXTRACT(HOUR FROM ts) = ${below(5)}`,
      () => `id = ${below(60)}`,
      () => `CHAR_LENGTH(k) > ${below(2)}`,
    ])();
  const condition = (depth: number): string =>
    depth === 0
      ? atom()
      : one([
          `(${condition(depth - 1)} AND ${condition(depth - 1)})`,
          `(${condition(depth - 1)} OR ${condition(depth - 1)})`,
          `NOT (${condition(depth - 1)})`,
        ]);
  const item = () => {
    const by = one(["k", "n", "price", "x", "ok", "ts", "moment", "d", "price * -1"]);
    return `${by}${one(["", " ASC", " DESC"])}${one(["", " NULLS FIRST", " NULLS LAST"])}`;
  };
  const order = () => one([() => "id DESC", item, () => `${item()}, id`, () => `${item()}, ${item()}`])();
  return { below, row, where: () => one([undefined, condition(0), condition(1), condition(2)]), order };
}
