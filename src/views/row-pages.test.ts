/** The oracle is a Map, which is in the order in which keys came too. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { RowSchema } from "../values/row-schema.ts";
import { RowPages } from "./row-pages.ts";
import { keyText, type ViewRow, type ViewSchema } from "./view.ts";

const columns: RowSchema = {
  columns: ["a", "b", "c"].map((name) => ({ name, type: { kind: "BIGINT", nullable: true } })),
};
const keys = [[0], [0, 1], [2, 0], [1], [2, 1, 0], [0, 1, 2], []];
const schemaOf = (key: readonly number[]): ViewSchema => ({
  name: "v",
  schema: columns,
  key,
  emit: "changes",
});

/** Some begin as others do, and some are no single bytes. */
const cell = fc.constantFrom("1", "12", "null", '"é"', '"1,1"', '"x"'.padEnd(400, "x"));
const cells = fc.tuple(cell, cell, cell);
const change = fc.record({ cells, revision: fc.nat(3), isRemoved: fc.boolean() });

function put(rows: RowPages, { key, text, revision }: ViewRow): void {
  rows.put(rows.find(key), text, revision);
}

test("rows are found by their keys, whatever columns those are, also in a restored image", () => {
  fc.assert(
    fc.property(fc.constantFrom(...keys), fc.array(change, { maxLength: 60 }), (key, changes) => {
      const rows = new RowPages(schemaOf(key));
      const model = new Map<string, ViewRow>();
      for (const { cells: of, revision, isRemoved } of changes) {
        const row = {
          key: keyText(key.map((column) => of[column]!)),
          text: of.join("\n"),
          final: true,
          revision,
        };
        if (!isRemoved) {
          put(rows, row);
          model.set(row.key, row);
        } else {
          const found = rows.find(row.key);
          expect(found !== 0).toBe(model.delete(row.key));
          if (found !== 0) rows.remove(found);
        }
      }
      expect([...rows.rows()]).toEqual([...model.values()]);
      const restored = new RowPages(schemaOf(key));
      restored.restore(rows.freeze());
      for (const row of model.values()) expect(restored.rowAt(restored.find(row.key))).toEqual(row);
      for (const oldest of model.keys()) {
        expect(restored.rowAt(restored.oldest).key).toBe(oldest);
        restored.remove(restored.oldest);
      }
      expect(restored.count).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test("a row that is not final is so marked, with its revision beside", () => {
  const rows = new RowPages(schemaOf([0]));
  const first = { key: "[1]", text: "1\n2\n3", final: false, revision: 0 };
  const second = { key: "[2]", text: "2\n2\n3", final: false, revision: 4 };
  const third = { key: "[3]", text: "3\n2\n3", final: true, revision: 4 };
  for (const row of [first, second, third]) rows.put(rows.find(row.key), row.text, row.revision, row.final);
  expect([...rows.rows()]).toEqual([first, second, third]);
  expect([...rows.addresses()].map((address) => rows.isFinal(address))).toEqual([false, false, true]);
});

test("two keys of one hash are two rows", () => {
  const hashOf = (text: string) => {
    let hash = text.length;
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    return hash;
  };
  const seen = new Map<number, string>();
  const pairs: (readonly [string, string])[] = [];
  for (let number = 0; number < 300_000 && pairs.length < 3; number++) {
    const cell = String(number * 7919);
    const other = seen.get(hashOf(`[${cell}]`));
    if (other !== undefined) pairs.push([other, cell]);
    seen.set(hashOf(`[${cell}]`), cell);
  }
  expect(pairs).toHaveLength(3);
  const rows = new RowPages(schemaOf([0]));
  const all = pairs.flat().map((number) => {
    return { key: `[${number}]`, text: `${number}\n1\n2`, final: true, revision: 0 };
  });
  for (const row of all) put(rows, row);
  expect([...rows.rows()]).toEqual(all);
});
