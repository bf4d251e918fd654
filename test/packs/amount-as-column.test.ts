/**
 * The segments pack takes an amount that is a word for NULL; by the type of its column it is a dead letter.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectOf, rehearse, toldOf } from "../support/project-folder.ts";

const sql = join(import.meta.dirname, "..", "..", "packs", "segments", "sql");

/** A file of the pack with one thing said otherwise wherever it is said. */
function changed(name: string, changes: readonly (readonly [RegExp, string])[]): string {
  return changes.reduce(
    (text, [what, by]) => {
      expect(text).toMatch(what);
      return text.replace(what, by);
    },
    readFileSync(join(sql, name), "utf8"),
  );
}

const typed = [
  /properties( +)MAP<STRING, STRING>/,
  "properties$1ROW<amount DECIMAL(12, 2), currency STRING>",
] as const;

test("S6: an amount 'abc' is a dead letter where the amount is declared as a column of its row", async () => {
  const folder = projectOf({
    "sql/streams.sql": changed("streams.sql", [
      typed,
      [/'dedup-key' = 'event_id'/, "'dedup-key' = 'event_id', 'not-negative' = 'properties.amount'"],
    ]),
    "sql/enriched.sql": changed("enriched.sql", [
      typed,
      [/CASE WHEN REGEXP\(.*END,/, "properties.amount,"],
      [/properties\['currency'\]/, "properties.currency"],
    ]),
    "expected/amounts.yaml": `clock: 2026-03-02T09:00:00Z
steps:
  - send: raw_events
    at: 09:00:40
    events:
      - { user_id: u1, event_type: purchase, timestamp: 1772442010000, properties: { amount: "19.99" } }
      - { user_id: u1, event_type: purchase, timestamp: 1772442010001 }
    lines: |
      {"user_id": "u1", "event_type": "purchase", "timestamp": 1772442010002, "properties": {"amount": "abc"}}
      {"user_id": "u1", "event_type": "purchase", "timestamp": 1772442010003, "properties": {"amount": "-5"}}
      {"user_id": "u1", "event_type": "purchase", "timestamp": 1772442010004, "properties": {"amount": 5.005}}
    answer:
      {
        accepted: 2,
        rejected:
          [
            { index: 2, code: row.wrong-type },
            { index: 3, code: row.negative },
            { index: 4, code: row.decimal-digits },
          ],
      }
  - at: 09:01:20
    shows:
      raw_events$dead: |
        code               | field
        row.wrong-type     | properties.amount
        row.negative       | properties.amount
        row.decimal-digits | properties.amount
      revenue_events: |
        timestamp     | amount
        1772442010000 | 19.99
        1772442010001 | NULL
`,
  });
  const outcomes = await rehearse(folder);
  expect(outcomes).toHaveLength(1);
  expect(toldOf(outcomes)).toEqual([]);
});
