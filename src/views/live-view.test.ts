/** The replica; the oracle is a Map of the rows that the batches brought. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { RowSchema } from "../values/row-schema.ts";
import { LiveView } from "./live-view.ts";
import { type ChangeBatch, cellSeparator, cellsOf, keyText, type ViewRow, type ViewSchema } from "./view.ts";

const columns: RowSchema = {
  columns: ["k", "n", "s"].map((name) => ({ name, type: { kind: "BIGINT", nullable: true } })),
};
const schemaOf = (key: readonly number[]): ViewSchema => ({
  name: "v",
  schema: columns,
  key,
  emit: "changes",
});
const schema = schemaOf([0]);

const batchOf = (change: Partial<ChangeBatch>): ChangeBatch => ({
  view: "v",
  stepNumber: 1,
  freshness: { lastRowAtMs: undefined, watermarkMs: undefined },
  counters: { rowsTaken: 0, rowsFiltered: 0, rowsLate: 0 },
  upserts: [],
  removedKeys: [],
  ...change,
});

/** Cells of a key are cells of the row. */
const cell = fc.constantFrom("1", "2", '"é"', "null", '"long"'.padEnd(300, "g"));
const row = fc.record({
  cells: fc.tuple(cell, cell, cell),
  final: fc.boolean(),
  revision: fc.nat(3),
  isRemoved: fc.boolean(),
});
/** A view whose query is changed may have another key. */
const batch = fc.record({
  rows: fc.array(row, { maxLength: 3 }),
  begins: fc.option(fc.constantFrom([0], [1, 2], [2, 0], []), { nil: undefined }),
});

test("a replica holds each row as its last batch had it", () => {
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 20 }), (batches) => {
      const replica = new LiveView(schema);
      const model = new Map<string, ViewRow>();
      let key: readonly number[] = schema.key;
      for (const { rows, begins } of batches) {
        key = begins ?? key;
        const upserts = new Map<string, ViewRow>();
        const removedKeys = new Set<string>();
        for (const { cells, final, revision, isRemoved } of rows) {
          const of = keyText(key.map((column) => cells[column]!));
          if (isRemoved) removedKeys.add(of);
          else upserts.set(of, { key: of, text: cells.join(cellSeparator), final, revision });
        }
        const replaces = begins === undefined ? undefined : schemaOf(begins);
        replica.apply(batchOf({ removedKeys: [...removedKeys], upserts: [...upserts.values()], replaces }));
        if (begins !== undefined) model.clear();
        for (const removed of removedKeys) model.delete(removed);
        for (const upsert of upserts.values()) model.set(upsert.key, upsert);
        expect([...replica.rows()]).toEqual([...model.values()]);
        for (const each of model.values()) expect(replica.row(each.key)).toEqual(each);
        for (const removed of removedKeys) expect(replica.row(removed)).toEqual(model.get(removed));
        expect(replica.rowCount).toBe(model.size);
        const open = [...model.values()].filter(({ final }) => !final);
        expect(replica.openRowCount).toBe(open.length);
      }
    }),
    { numRuns: 300 },
  );
});

test("a row's text is its cells", () => {
  expect(cellsOf({ text: '1\n"a,b"\nnull' })).toEqual(["1", '"a,b"', "null"]);
});
