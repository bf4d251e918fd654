/** How a row that takes another away is written and checked, for each way in which a table says its time. */
import { expect, test } from "vitest";
import { engineScript } from "../dataflow/runtime/engine-script.ts";
import { MemoryFiles } from "../rehearsal/memory-files.ts";
import { VirtualLog } from "../rehearsal/virtual-log.ts";
import { utc } from "../sql/bind/local-time.ts";
import { rowKind } from "../values/column-batch.ts";
import { JournalReader } from "./journal/journal-reader.ts";
import { defaultLogSettings } from "./log-settings.ts";
import { removalLine } from "./removal.ts";

const noonMs = Date.parse("2026-07-01T12:00:00.250Z");
const hourMs = 3_600_000;
const utf8 = new TextEncoder();

function tableOf(columns: string, options = "") {
  const sql = `CREATE TABLE t (${columns}, PRIMARY KEY (id) NOT ENFORCED)${options}`;
  return engineScript(sql, utc).catalog.table("t")!;
}

const berlin = { atMs: noonMs, timeZone: "Europe/Berlin" };

test.each([
  ["no time", "id STRING", '{"id":"a"}'],
  [
    "an instant",
    "id STRING, ts TIMESTAMP_LTZ(3), WATERMARK FOR ts AS ts",
    '{"id":"a","ts":"2026-07-01T12:00:00.250Z"}',
  ],
  [
    "a wall clock of the project's zone",
    "id STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts",
    '{"id":"a","ts":"2026-07-01T14:00:00.250"}',
  ],
  [
    "seconds",
    "id STRING, s BIGINT, ts AS TO_TIMESTAMP_LTZ(s, 0), WATERMARK FOR ts AS ts",
    '{"id":"a","s":1782907200}',
  ],
  [
    "the first of two columns, in milliseconds",
    "id STRING, born BIGINT NOT NULL, changed BIGINT, ts AS TO_TIMESTAMP_LTZ(COALESCE(changed, born), 3), " +
      "WATERMARK FOR ts AS ts",
    '{"id":"a","changed":1782907200250}',
  ],
  [
    "what the log knows",
    "id STRING, at_log TIMESTAMP_LTZ(3) METADATA FROM 'timestamp', WATERMARK FOR at_log AS at_log",
    '{"id":"a"}',
  ],
])("of a table with %s", (_, columns, line) => {
  const table = tableOf(columns);
  expect(removalLine(table, { id: "a" }, berlin)).toBe(line);
  const log = new VirtualLog({
    files: new MemoryFiles(),
    folder: "/journal",
    tables: [table],
    settings: { ...defaultLogSettings, timeZone: "Europe/Berlin" },
    nowMs: noonMs,
  });
  const request = { stream: "t", format: "ndjson", origin: "test", removes: true } as const;
  expect(log.append({ ...request, chunks: [utf8.encode(line)] })).toMatchObject({ accepted: 1 });
  const times = Object.keys(JSON.parse(line) as object).filter((name) => name !== "id");
  const withoutTime = times.map((name) => ({ id: "a", [name]: null }));
  for (const wrong of [{}, { id: null }, { id: 5 }, ...withoutTime]) {
    const text = removalLine(table, wrong, berlin);
    expect(() => log.append({ ...request, chunks: [utf8.encode(text)] })).toThrow(/^Nothing was removed\./);
  }
});

test("a row of several that is wrong leaves all of them; a key may say its time itself", () => {
  const table = tableOf("id STRING, ts TIMESTAMP_LTZ(3), WATERMARK FOR ts AS ts");
  const files = new MemoryFiles();
  const log = new VirtualLog({
    files,
    folder: "/journal",
    tables: [table],
    settings: defaultLogSettings,
    nowMs: noonMs,
  });
  const remove = (...keys: readonly Readonly<Record<string, unknown>>[]) => {
    const lines = keys.map((key) => removalLine(table, key, berlin)).join("\n");
    const chunks = [utf8.encode(lines)];
    return log.append({ stream: "t", format: "ndjson", origin: "test", removes: true, chunks });
  };
  expect(() => remove({ id: "a" }, { id: 1 })).toThrow("The field id must be STRING");
  expect(() => remove({ id: "a" }, { id: "b", ts: "yesterday" })).toThrow("The field ts holds");
  expect(() => remove({ id: "a", ts: null })).toThrow("Nothing was removed.");
  expect(log.service.lastStep).toBe(
    new JournalReader(files, "/journal", () => log.service.lastStep).firstStep + 1,
  );
  expect(remove({ id: "a" }, { id: "b", ts: "2026-07-01T11:00:00Z" })).toMatchObject({ accepted: 2 });
  const reader = new JournalReader(files, "/journal", () => log.service.lastStep);
  let last = reader.next();
  for (let step = last; step !== undefined; step = reader.next()) last = step;
  expect(last).toMatchObject({ eventTimeMinMs: noonMs - hourMs - 250, eventTimeMaxMs: noonMs });
  expect([...last!.rowKinds!]).toEqual([rowKind.delete, rowKind.delete]);
});

test("a key that went is no key that was sent: after a restart it is taken as before it", () => {
  const table = tableOf("id STRING NOT NULL", " WITH ('dedup-key' = 'id')");
  const files = new MemoryFiles();
  const open = (nowMs: number) =>
    new VirtualLog({ files, folder: "/journal", tables: [table], settings: defaultLogSettings, nowMs });
  const chunks = () => [utf8.encode('{"id":"a"}')];
  const request = { stream: "t", format: "ndjson", origin: "test" } as const;
  const first = open(noonMs);
  expect(first.append({ ...request, chunks: chunks() })).toMatchObject({ accepted: 1 });
  first.nowMs += 30 * hourMs;
  expect(first.append({ ...request, chunks: chunks(), removes: true })).toMatchObject({ accepted: 1 });
  first.service.close();
  const second = open(first.nowMs + hourMs);
  expect(second.append({ ...request, chunks: chunks() })).toMatchObject({ accepted: 1, duplicates: 0 });
});
