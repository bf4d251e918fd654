/** Random amounts of money in the engine, and their sums as whole numbers of any size beside it. */
import { cut, pack } from "../../bench/json-steps.ts";
import { Catalog } from "../../src/catalog/catalog.ts";
import { buildPipeline, defaultPipelineOptions } from "../../src/dataflow/physical/build-pipeline.ts";
import { StreamSource, sourceOptions } from "../../src/dataflow/runtime/stream-source.ts";
import { Random } from "../../src/simulate/random.ts";
import { analyzeScript } from "../../src/sql/analyze.ts";
import { readRow } from "../../src/values/column-access.ts";
import { noCause } from "../../src/values/column-batch.ts";
import { formatDecimal } from "../../src/values/decimal.ts";

const sql = `CREATE TABLE pays (
    shop INT, amount DECIMAL(18, 2), ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts);
  SELECT shop, SUM(amount), MIN(amount), MAX(amount), COUNT(*)
  FROM TABLE(TUMBLE(TABLE pays, DESCRIPTOR(ts), INTERVAL '1' DAY)) GROUP BY window_start, window_end, shop`;
const shops = 5;
const chunkRows = 100_000;

/** By shop: the sum, the least, the greatest, how many; what the engine says and what whole numbers say. */
export function moneyOf(count: number, seed: number) {
  const { bound, errors } = analyzeScript(sql, new Catalog(), { inputEnds: true });
  if (errors[0] !== undefined) throw errors[0];
  const select = bound.at(-1);
  if (select?.kind !== "Select") throw new Error("the script ends with a query");
  const engine: string[] = [];
  const pipeline = buildPipeline(
    select.plan,
    {
      accept: (batch) => {
        for (let row = 0; row < batch.rowCount; row++) {
          const [shop, ...values] = readRow(batch, row);
          const [sum, least, greatest] = values.map((value) => formatDecimal(value as bigint, 2));
          engine.push([shop, sum, least, greatest, values[3]].join(" "));
        }
      },
      advance: () => {},
    },
    defaultPipelineOptions,
  );
  const onFailure = (_: unknown, error: unknown) => {
    throw error;
  };
  const source = new StreamSource({ ...sourceOptions(select.tables[0]!, defaultPipelineOptions), onFailure });
  source.add(pipeline);
  const random = new Random(seed);
  const drawn = (below: number) => Math.floor(random.unit() * below);
  const totals = Array.from({ length: shops }, () => ({
    sum: 0n,
    least: 10n ** 20n,
    greatest: -1n,
    count: 0,
  }));
  for (let from = 0; from < count; from += chunkRows) {
    const lines = Array.from({ length: Math.min(chunkRows, count - from) }, () => {
      const shop = drawn(shops);
      // Up to 18 digits, of which a double holds fifteen.
      const digits = String(drawn(1e9)) + String(drawn(1e9)).padStart(9, "0").slice(0, drawn(10));
      const cents = BigInt(digits);
      const total = totals[shop]!;
      total.sum += cents;
      total.count++;
      if (cents < total.least) total.least = cents;
      if (cents > total.greatest) total.greatest = cents;
      return `{"shop":${shop},"amount":"${formatDecimal(cents, 2)}","ts":"2026-03-01T12:00:00"}`;
    });
    for (const step of cut(pack(lines))) source.take(step, noCause);
  }
  source.end();
  const exact = totals.map(({ sum, least, greatest, count: rows }, shop) => {
    return [shop, ...[sum, least, greatest].map((cents) => formatDecimal(cents, 2)), rows].join(" ");
  });
  return { engine: engine.sort(), exact };
}
