/** Money is exact: sums are those of whole numbers, and refunds go back to the cent. */
import { expect, test } from "vitest";
import { Random } from "../../src/simulate/random.ts";
import { formatDecimal } from "../../src/values/decimal.ts";
import { finalRows, SltWorld } from "../sql/slt-runner.ts";
import { moneyOf } from "./money.ts";

test("200,000 random amounts equal the sums of whole numbers", () => {
  const { engine, exact } = moneyOf(200_000, 31);
  expect(engine).toEqual(exact);
});

test("amounts that are replaced and refunded leave the sum of what stands", async () => {
  const random = new Random(32);
  const world = new SltWorld({ mode: "compiled", chunkRows: 311 });
  world.bind("CREATE TABLE pays (id INT, shop INT, amount DECIMAL(18, 2), PRIMARY KEY (id) NOT ENFORCED)");
  const standing = new Map<number, { readonly shop: number; readonly cents: bigint }>();
  const lines = Array.from({ length: 20_000 }, () => {
    const id = Math.floor(random.unit() * 3_000);
    if (random.unit() < 0.3 && standing.delete(id)) return `-D {"id":${id}}`;
    const shop = id % 5;
    const cents = BigInt(Math.floor(random.unit() * 1e9)) * 10n ** BigInt(Math.floor(random.unit() * 9));
    standing.set(id, { shop, cents });
    return JSON.stringify({ id, shop, amount: formatDecimal(cents, 2) });
  });
  world.addRows("pays", lines);
  const { rows } = await world.query("SELECT shop, SUM(amount), COUNT(*) FROM pays GROUP BY shop");
  const found = finalRows(rows).map(([shop, sum, n]) => `${shop} ${formatDecimal(sum as bigint, 2)} ${n}`);
  const exact = [0, 1, 2, 3, 4].map((wanted) => {
    const own = [...standing.values()].filter(({ shop }) => shop === wanted);
    const sum = own.reduce((total, { cents }) => total + cents, 0n);
    return `${wanted} ${formatDecimal(sum, 2)} ${own.length}`;
  });
  expect(found.sort()).toEqual(exact);
});
