import { expect, test } from "vitest";
import { Catalog } from "../../catalog/catalog.ts";
import type { QuickwaterError } from "../../errors/quickwater-error.ts";
import { analyzeScript } from "../../sql/analyze.ts";
import { readRow } from "../../values/column-access.ts";
import { padding } from "../../values/json/scan.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { buildPipeline } from "../physical/build-pipeline.ts";
import { StreamSource } from "./stream-source.ts";

const table = "CREATE TABLE o (a INT, b INT, c STRING, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts);";
const view = (name: string, value: string) => `CREATE MATERIALIZED VIEW ${name} AS
  SELECT window_start, window_end, ${value} AS v
  FROM TABLE(TUMBLE(TABLE o, DESCRIPTOR(ts), INTERVAL '1' SECOND)) GROUP BY window_start, window_end;`;

/** A source with a view for each value; results by view, failures as messages. */
function open(values: readonly string[], partitionCount = 1) {
  const { bound, errors } = analyzeScript(
    table + values.map((value, index) => view(`v${index}`, value)).join("\n"),
    new Catalog(),
  );
  expect(errors).toEqual([]);
  const failures: string[] = [];
  const source = new StreamSource({
    table: "o",
    timeStyle: "iso",
    watermark: { path: "ts", delayMs: 0, idleMs: 5_000, partitionCount },
    mode: "compiled",
    onFailure: (_, error) => failures.push((error as QuickwaterError).message),
  });
  const results: SqlValue[][] = [];
  for (const statement of bound) {
    if (statement.kind !== "CreateMaterializedView") continue;
    const values: SqlValue[] = [];
    results.push(values);
    const output = {
      accept: (batch: Parameters<typeof readRow>[0]) => {
        for (let row = 0; row < batch.rowCount; row++) values.push(readRow(batch, row)[2]!);
      },
      advance: () => {},
    };
    source.add(buildPipeline(statement.plan, output, { mode: "compiled", stateBytesMax: 2 ** 24 }));
  }
  return { source, results, failures };
}

function take(source: StreamSource, rows: readonly object[], appendTimeMs = 0, partition = 0): void {
  const lines = rows.map((row) => Buffer.from(JSON.stringify(row)));
  let end = 0;
  const rowEnds = Int32Array.from(lines, (line) => {
    end += line.length;
    return end;
  });
  const bytes = new Uint8Array(Buffer.concat([...lines, Buffer.alloc(padding)]));
  source.take({ bytes, rowEnds, rowCount: rows.length }, { ...causeAt(appendTimeMs), partition });
}

const causeAt = (appendTimeMs: number) => ({ stepNumber: 1, partition: 0, appendTimeMs });

const at = (ms: number) => new Date(ms).toISOString().slice(0, -1);

test("a view that fails is told and left out; the others take the same rows whole", () => {
  const { source, results, failures } = open(["SUM(a / b)", "SUM(a)", "MAX(c)"]);
  take(source, [{ a: 1, b: 1, c: "x", ts: at(0) }]);
  take(source, [{ a: 2, b: 0, c: "y", ts: at(1) }]);
  take(source, [{ a: 4, b: 1, c: "a", ts: at(2) }]);
  source.end();
  expect(failures).toEqual(["Division by zero, which for INT has no result."]);
  expect(results).toEqual([[], [7], ["y"]]);
});

test("a view that joins later sees the rows from then on, and the others go on undisturbed", () => {
  const { source, results } = open(["SUM(a)"]);
  take(source, [{ a: 1, ts: at(0) }]);
  const late = open(["MIN(c)"]).source.pipelines[0]!;
  source.add(late);
  take(source, [{ a: 2, c: "z", ts: at(1) }]);
  source.end();
  expect(results).toEqual([[3]]);
});

test("strings with escapes are the same for every view on the stream", () => {
  const { source, results } = open(["MAX(c)", "MIN(c)"]);
  take(source, [{ c: 'quote " and é and \u{1F600}\n', ts: at(0) }]);
  source.end();
  expect(results).toEqual([['quote " and é and \u{1F600}\n'], ['quote " and é and \u{1F600}\n']]);
});

test("time in which nobody ticked, because no server ran, does not make a stream quiet", () => {
  const { source, results } = open(["SUM(a)"]);
  take(source, [{ a: 5, ts: at(100) }], 100);
  source.tick(causeAt(600_000));
  take(source, [{ a: 7, ts: at(200) }], 600_001);
  source.end();
  expect(results).toEqual([[12]]);
});

test("one of two partitions is quiet: windows close without it, and it counts when it speaks again", () => {
  const { source, results } = open(["SUM(a)"], 2);
  take(source, [{ a: 5, ts: at(100) }], 0, 0);
  take(source, [{ a: 7, ts: at(200) }], 0, 1);
  for (let clock = 250; clock < 5_000; clock += 250) {
    take(source, [{ a: 1, ts: at(1_000 + clock) }], clock, 0);
    source.tick(causeAt(clock));
  }
  // The quiet one was heard last at 200 ms of event time: until it is idle it holds the window open.
  expect(results).toEqual([[]]);
  take(source, [{ a: 1, ts: at(6_100) }], 5_100, 0);
  source.tick(causeAt(5_250));
  expect(results[0]![0]).toBe(12);
  take(source, [{ a: 100, ts: at(6_500) }], 5_300, 1);
  take(source, [{ a: 1, ts: at(8_000) }], 5_400, 0);
  take(source, [{ a: 1, ts: at(8_100) }], 5_400, 1);
  expect(results[0]!.at(-1)).toBe(101);
});

test("a quiet stream's windows close when the logged clock has passed them by the idle time", () => {
  const { source, results } = open(["SUM(a)"]);
  take(source, [{ a: 5, ts: at(100) }], 100);
  for (let clock = 250; clock <= 5_099; clock += 250) source.tick(causeAt(clock));
  source.tick(causeAt(5_099));
  expect(results).toEqual([[]]);
  source.tick(causeAt(5_998));
  expect(results).toEqual([[]]);
  source.tick(causeAt(5_999));
  expect(results).toEqual([[5]]);
});
