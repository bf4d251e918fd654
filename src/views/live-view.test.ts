/** The replica; the oracle is a Map of the rows that the batches brought. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { RowSchema } from "../values/row-schema.ts";
import { LiveView } from "./live-view.ts";
import { type ChangeBatch, cellsOf, type ViewRow, type ViewSchema } from "./view.ts";

const columns: RowSchema = { columns: [{ name: "k", type: { kind: "BIGINT", nullable: false } }] };
const schema: ViewSchema = { name: "v", schema: columns, key: [0], emit: "changes" };

const batchOf = (change: Partial<ChangeBatch>): ChangeBatch => ({
  view: "v",
  stepNumber: 1,
  freshness: { lastRowAtMs: undefined, watermarkMs: undefined },
  counters: { rowsTaken: 0, rowsFiltered: 0, rowsLate: 0 },
  upserts: [],
  removedKeys: [],
  ...change,
});

const key = fc.constantFrom("[1]", "[2]", '["é"]', "[null]");
const row: fc.Arbitrary<ViewRow> = fc.record({
  key,
  text: fc.constantFrom("1\n2", '"é"\nnull', ""),
  final: fc.boolean(),
  revision: fc.nat(3),
});
const batch = fc.record({
  removedKeys: fc.uniqueArray(key, { maxLength: 2 }),
  upserts: fc.uniqueArray(row, { maxLength: 3, selector: (each) => each.key }),
  begins: fc.boolean(),
});

test("a replica holds each row as its last batch had it", () => {
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 20 }), (batches) => {
      const replica = new LiveView(schema);
      const model = new Map<string, ViewRow>();
      for (const { removedKeys, upserts, begins } of batches) {
        replica.apply(batchOf({ removedKeys, upserts, replaces: begins ? schema : undefined }));
        if (begins) model.clear();
        for (const removed of removedKeys) model.delete(removed);
        for (const upsert of upserts) model.set(upsert.key, upsert);
        expect([...replica.rows()]).toEqual([...model.values()]);
        expect(replica.rowCount).toBe(model.size);
      }
    }),
    { numRuns: 300 },
  );
});

test("a row's text is its cells", () => {
  expect(cellsOf({ text: '1\n"a,b"\nnull' })).toEqual(["1", '"a,b"', "null"]);
});
