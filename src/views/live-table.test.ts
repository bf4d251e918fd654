import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batchOfRows } from "../values/column-access.ts";
import { rowKind } from "../values/column-batch.ts";
import type { RowSchema } from "../values/row-schema.ts";
import { LiveTable } from "./live-table.ts";
import { LiveView } from "./live-view.ts";
import { cellsOf, type ViewSchema } from "./view.ts";

const columns: RowSchema = {
  columns: [
    { name: "k", type: { kind: "VARCHAR", length: 2_147_483_647, nullable: true } },
    { name: "n", type: { kind: "BIGINT", nullable: false } },
  ],
};
const schema: ViewSchema = { name: "v", schema: columns, key: [0], emit: "changes" };
const nothing = { lastRowAtMs: undefined, watermarkMs: undefined };
const noRows = { rowsTaken: 0, rowsFiltered: 0, rowsLate: 0 };
type Row = readonly [k: string | null, n: bigint];

function finals(table: LiveTable, rows: readonly Row[], kinds?: readonly number[]): void {
  const batch = batchOfRows(columns, rows);
  batch.kinds = kinds === undefined ? null : Uint8Array.from(kinds);
  table.accept(batch);
}
function open(table: LiveTable, rows: readonly Row[]): void {
  table.accept({ ...batchOfRows(columns, rows), standing: "open" });
}
const changes = (table: LiveTable, step = 1) => table.takeChanges(step, nothing, noRows);
const shown = (table: LiveTable) => {
  const { upserts, removedKeys } = changes(table);
  return { rows: upserts.map((row) => [...cellsOf(row), row.final, row.revision]), removedKeys };
};

describe("the rows of a view", () => {
  test("are told once: open as they fill, then final, then with a higher revision", () => {
    const table = new LiveTable(schema, 100);
    open(table, [["a", 1n]]);
    expect(shown(table)).toEqual({ rows: [['"a"', "1", false, 0]], removedKeys: [] });
    expect(table.rowCount).toBe(0);
    open(table, [["a", 2n]]);
    finals(table, [["a", 3n]]);
    expect(shown(table)).toEqual({ rows: [['"a"', "3", true, 0]], removedKeys: [] });
    expect(shown(table)).toEqual({ rows: [], removedKeys: [] });
    finals(table, [["a", 4n]]);
    finals(table, [["a", 5n]]);
    expect(shown(table).rows).toEqual([['"a"', "5", true, 2]]);
    // What is not final never takes the place of what is.
    open(table, [["a", 6n]]);
    expect(shown(table).rows).toEqual([]);
  });

  test("leave oldest first where there are more than the view keeps", () => {
    const table = new LiveTable(schema, 3);
    finals(table, [
      ["a", 1n],
      ["b", 1n],
      [null, 1n],
    ]);
    expect(shown(table).removedKeys).toEqual([]);
    finals(table, [
      ["a", 2n],
      ["d", 1n],
      ["e", 1n],
    ]);
    const { rows, removedKeys } = shown(table);
    expect(removedKeys.toSorted()).toEqual(['["a"]', '["b"]']);
    expect(rows.map(([k]) => k)).toEqual(['"d"', '"e"']);
    expect(table.rowCount).toBe(3);
  });

  test("are replaced by an update's second half, and gone where a filter left it out", () => {
    const { updateBefore, updateAfter } = rowKind;
    const table = new LiveTable(schema, 9);
    finals(table, [["a", 1n]]);
    const update: readonly Row[] = [
      ["a", 1n],
      ["a", 2n],
    ];
    finals(table, update, [updateBefore, updateAfter]);
    expect(shown(table)).toEqual({ rows: [['"a"', "2", true, 1]], removedKeys: [] });
    finals(table, [["a", 2n]], [updateBefore]);
    expect(shown(table)).toEqual({ rows: [], removedKeys: ['["a"]'] });
    const other: readonly Row[] = [
      ["b", 1n],
      ["c", 1n],
    ];
    finals(table, [["b", 1n]]);
    finals(table, other, [updateBefore, updateAfter]);
    expect(shown(table)).toEqual({ rows: [['"c"', "1", true, 0]], removedKeys: ['["b"]'] });
  });

  test("follow inserts, updates and deletes as a Map does, through a replica fed by the batches", () => {
    const change = fc.record({
      k: fc.constantFrom("a", "b", "c", "é", "long ".repeat(30), null),
      n: fc.bigInt({ min: -9n, max: 9n }),
      kind: fc.constantFrom(rowKind.insert, rowKind.updateAfter, rowKind.delete, rowKind.updateBefore),
      deliver: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (all, rowsMax) => {
        const table = new LiveTable(schema, rowsMax);
        const replica = new LiveView(schema);
        // In the order in which keys became final; the first ones leave.
        const model = new Map<string | null, bigint>();
        all.forEach(({ k, n, kind, deliver }, step) => {
          finals(table, [[k, n]], [kind]);
          if (kind === rowKind.delete || kind === rowKind.updateBefore) model.delete(k);
          else model.set(k, n);
          while (model.size > rowsMax) model.delete([...model.keys()][0]!);
          if (deliver) replica.apply(changes(table, step));
        });
        replica.apply(changes(table, all.length));
        const rows = Array.from(replica.rows(), (row) => cellsOf(row).join("=")).sort();
        expect(rows).toEqual([...model].map(([k, n]) => `${JSON.stringify(k)}=${n}`).sort());
        expect(table.rowCount).toBe(model.size);
      }),
      { numRuns: 500 },
    );
  });
});
