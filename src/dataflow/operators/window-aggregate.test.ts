import { expect, test } from "vitest";
import { PlanRun, planOf } from "../../../test/support/plan-run.ts";
import { Catalog } from "../../catalog/catalog.ts";
import { analyzeScript } from "../../sql/analyze.ts";
import { batchOfRows, readRow } from "../../values/column-access.ts";
import { type ColumnBatch, noCause } from "../../values/column-batch.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import type { KernelMode } from "../codegen/kernels.ts";
import { buildPipeline, type Pipeline } from "../physical/build-pipeline.ts";

const script = `
CREATE TABLE sales (
  shop STRING, amount DECIMAL(10, 2), ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts
);
CREATE MATERIALIZED VIEW totals AS
SELECT shop, window_start, window_end, COUNT(*) AS n, SUM(amount) AS total, MAX(shop) AS same
FROM TABLE(TUMBLE(TABLE sales, DESCRIPTOR(ts), INTERVAL '1' SECOND))
GROUP BY shop, window_start, window_end;`;

interface Run {
  readonly pipeline: Pipeline;
  readonly rows: SqlValue[][];
  readonly openRows: SqlValue[][];
}

function open(mode: KernelMode): Run {
  const { bound, errors } = analyzeScript(script, new Catalog());
  expect(errors).toEqual([]);
  const view = bound.find((statement) => statement.kind === "CreateMaterializedView")!;
  const rows: SqlValue[][] = [];
  const openRows: SqlValue[][] = [];
  const output = {
    accept: (batch: ColumnBatch) => {
      const to = batch.standing === "open" ? openRows : rows;
      for (let row = 0; row < batch.rowCount; row++) to.push(readRow(batch, row));
    },
    advance: () => {},
  };
  const pipeline = buildPipeline(view.plan, output, { mode, stateBytesMax: 2 ** 26 });
  return { pipeline, rows, openRows };
}

/** Values are given by the names of the scan's columns, whatever their order. */
function push({ pipeline }: Run, values: readonly Record<string, SqlValue>[], watermarkMs = -1): void {
  const { scan, input } = pipeline.scans[0]!;
  const { schema } = scan;
  const batch = batchOfRows(
    schema,
    values.map((row) => schema.columns.map((column) => row[column.name] ?? null)),
  );
  batch.watermarksMs = new Float64Array(values.length).fill(watermarkMs);
  input.accept(batch);
}

const first = [
  { shop: "Lyon", amount: 150n, ts: 100 },
  { shop: "Köln", amount: 1n, ts: 999 },
  { shop: null, amount: -250n, ts: 1000 },
];
const second = [
  { shop: "Lyon", amount: 5n, ts: 101 },
  { shop: "a name that is longer than sixteen bytes", amount: null, ts: 500 },
];

test.each(["compiled", "interpreted"] as const)(
  "a frozen operator goes on elsewhere as if never stopped (%s)",
  (mode) => {
    const undisturbed = open(mode);
    push(undisturbed, first);
    push(undisturbed, second);
    undisturbed.pipeline.scans[0]!.input.advance(Number.POSITIVE_INFINITY, false, noCause);

    const before = open(mode);
    push(before, first);
    const images = before.pipeline.operators.map((operator) => operator.freeze());
    // What comes after the freeze must not be in the image.
    push(before, [{ shop: "Lyon", amount: 999_999n, ts: 100 }]);
    const after = open(mode);
    after.pipeline.operators.forEach((operator, index) => {
      operator.restore(images[index]!);
    });
    push(after, second);
    after.pipeline.scans[0]!.input.advance(Number.POSITIVE_INFINITY, false, noCause);

    expect(after.rows).toEqual(undisturbed.rows);
    expect(after.rows).toEqual([
      ["Lyon", 0, 1000, 2n, 155n, "Lyon"],
      ["Köln", 0, 1000, 1n, 1n, "Köln"],
      [
        "a name that is longer than sixteen bytes",
        0,
        1000,
        1n,
        null,
        "a name that is longer than sixteen bytes",
      ],
      [null, 1000, 2000, 1n, -250n, null],
    ]);
  },
);

test.each(["compiled", "interpreted"] as const)(
  "open rows are told once a change, and all again after a restore (%s)",
  (mode) => {
    const run = open(mode);
    push(run, first);
    const told = (all = false) => {
      for (const operator of run.pipeline.openers) operator.deliverOpen(all);
      return run.openRows.splice(0).map(([shop, , , count]) => [shop, count]);
    };
    expect(told()).toEqual([
      ["Lyon", 1n],
      ["Köln", 1n],
      [null, 1n],
    ]);
    expect(told()).toEqual([]);
    push(run, [{ shop: "Köln", amount: 1n, ts: 1 }]);
    expect(told()).toEqual([["Köln", 2n]]);
    expect(told(true)).toHaveLength(3);
    for (const operator of run.pipeline.operators) operator.restore(operator.freeze());
    expect(told()).toHaveLength(3);
    expect(run.rows).toEqual([]);
  },
);

test.each(["compiled", "interpreted"] as const)(
  "a row is late when its window's end less 1 ms is at the watermark (%s)",
  (mode) => {
    const run = open(mode);
    push(run, [{ shop: "a", amount: 1n, ts: 999 }], 998);
    push(run, [{ shop: "a", amount: 1n, ts: 999 }], 999);
    run.pipeline.scans[0]!.input.advance(Number.POSITIVE_INFINITY, false, noCause);
    expect(run.rows.map(([, , , count]) => count)).toEqual([1n]);
    expect(run.pipeline.operators.map((operator) => operator.counters.rowsLate)).toContain(1);
  },
);

test("of a group that has lost its rows nothing stays open", () => {
  const plan = planOf(`CREATE TABLE p (
      id INT, k STRING, ts TIMESTAMP(3) NOT NULL, PRIMARY KEY (id) NOT ENFORCED, WATERMARK FOR ts AS ts
    );
    SELECT k, window_start, window_end, COUNT(*) AS n
    FROM TABLE(TUMBLE(TABLE p, DESCRIPTOR(ts), INTERVAL '1' SECOND)) GROUP BY k, window_start, window_end`);
  const run = new PlanRun(plan, { mode: "compiled", timeColumn: "ts", delayMs: 0 });
  run.feed([{ id: 1, k: "x", ts: 0 }], 1);
  run.deliverOpen();
  run.feed([{ id: 1, k: "y", ts: 1 }], 1);
  run.deliverOpen();
  run.feed([{ id: 2, k: "z", ts: 2 }], 1);
  run.deliverOpen();
  run.feed([{ id: 2, k: "z", ts: 1500 }], 1);
  const told = run.opens.map(({ kind, values: [k] }) => `${kind} ${k}`);
  // The row of z goes to the next window while its own closes.
  expect(told).toEqual(["+I x", "-D x", "+I y", "+I z", "-D z"]);
  expect(run.finals.map(({ values: [k, , , n] }) => [k, n])).toEqual([["y", 1n]]);
});
