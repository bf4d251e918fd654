import { expect, test } from "vitest";
import { planOf } from "../../../test/support/plan-run.ts";
import { batchOfRows, readRow } from "../../values/column-access.ts";
import { type ColumnBatch, rowKind } from "../../values/column-batch.ts";
import { arrayOf } from "../../values/nested/nested-value.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { buildPipeline, defaultPipelineOptions } from "../physical/build-pipeline.ts";
import { batchRowsMax } from "../runtime/batches.ts";

const string: SqlType = { kind: "VARCHAR", length: 2_147_483_647, nullable: true };
const table = "CREATE TABLE t (id INT, tags ARRAY<STRING>);";

function open(query: string) {
  const rows: (readonly SqlValue[])[] = [];
  const sizes: number[] = [];
  const output = {
    accept: (batch: ColumnBatch) => {
      sizes.push(batch.rowCount);
      for (let row = 0; row < batch.rowCount; row++)
        rows.push([batch.kinds?.[row] ?? 0, ...readRow(batch, row)]);
    },
    advance: () => {},
  };
  const { scans } = buildPipeline(planOf(`${table} ${query}`), output, defaultPipelineOptions);
  const [{ scan, input }] = scans as [(typeof scans)[0] & object];
  const send = (given: readonly (readonly SqlValue[])[], kinds: readonly number[]) => {
    const batch = batchOfRows(scan.schema, given);
    batch.kinds = Uint8Array.from(kinds);
    input.accept(batch);
  };
  return { rows, sizes, send };
}

test("an array of more elements than a batch has rows makes several batches, in order", () => {
  const { rows, sizes, send } = open(
    "SELECT id, x, o FROM t CROSS JOIN UNNEST(tags) WITH ORDINALITY AS u (x, o)",
  );
  const count = batchRowsMax * 2 + 5;
  const texts = Array.from({ length: count }, (_, index) => `text ${index}`);
  send(
    [
      [1, arrayOf(texts, string)],
      [2, arrayOf(["z"], string)],
    ],
    [0, 0],
  );
  expect(Math.max(...sizes)).toBe(batchRowsMax);
  expect(rows).toEqual([...texts.map((text, index) => [0, 1, text, index + 1]), [0, 2, "z", 1]]);
});

test("a row that is taken back takes back the rows that it made, its padding too", () => {
  const { rows, send } = open("SELECT id, x FROM t LEFT JOIN UNNEST(tags) AS u (x) ON x <> 'b'");
  const { insert, delete: gone, updateBefore, updateAfter } = rowKind;
  send(
    [
      [1, arrayOf(["a", "b", null], string)],
      [2, null],
      [3, arrayOf(["b"], string)],
    ],
    [updateBefore, updateAfter, gone],
  );
  expect(rows).toEqual([
    [gone, 1, "a"],
    [insert, 2, null],
    [gone, 3, null],
  ]);
});
