/** An event time that cannot be meant is said at the door. */
import { expect, test } from "vitest";
import { answerOf, folder, readAll, rowsOf, take } from "../../../test/log/log-driver.ts";
import { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { tableOf } from "../../../test/support/table-of.ts";
import type { AppendAnswer } from "../event-log.ts";
import { LogService } from "../journal/log-service.ts";
import { defaultLogSettings, type LogSettings } from "../log-settings.ts";

const nowMs = Date.UTC(2026, 6, 1, 12);
const plain = tableOf("CREATE TABLE plain (id INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)");
const instants = tableOf("CREATE TABLE instants (id INT, ts TIMESTAMP_LTZ(3), WATERMARK FOR ts AS ts)");

function sent(stream: string, hours: readonly number[], given: Partial<LogSettings> = {}) {
  const files = new LossyFileLayer();
  const log = new LogService(files, folder, () => nowMs, { ...defaultLogSettings, ...given });
  log.declare([plain, instants]);
  const rows = hours.map((hour, id) => {
    const ts = new Date(nowMs + hour * 3_600_000).toISOString();
    return JSON.stringify({ id, ts: stream === "plain" ? ts.slice(0, -1) : ts });
  });
  const id = take(log, stream, rows.join("\n"));
  const { accepted, rejected } = answerOf(log.commit(), id) as AppendAnswer;
  return { accepted, rejected, dead: rowsOf(readAll(files), `${stream}$dead`) };
}

test.each(["plain", "instants"])(
  "%s: an hour ahead is taken, more is a dead letter that says so",
  (stream) => {
    const { accepted, rejected, dead } = sent(stream, [0, 1, 1.001, -10, 24 * 365, -24 * 365 * 50]);
    expect(accepted).toBe(4);
    expect(rejected.map(({ index, code, field }) => [index, code, field])).toEqual([
      [2, "row.event-time-ahead", "ts"],
      [4, "row.event-time-ahead", "ts"],
    ]);
    expect(rejected[0]!.message).toBe("The event time ts is more than 3600 s ahead of this server's clock.");
    expect(dead.map((row) => JSON.parse(row).code)).toEqual(["row.event-time-ahead", "row.event-time-ahead"]);
  },
);

test("both limits are settings; nothing is too old where none is set", () => {
  const limits = { eventAgeMsMax: 7_200_000, eventAheadMsMax: 0 };
  const { accepted, rejected } = sent("instants", [0.001, -2, -2.001, 0], limits);
  expect(accepted).toBe(2);
  expect(rejected.map(({ index, code }) => [index, code])).toEqual([
    [0, "row.event-time-ahead"],
    [2, "row.event-time-old"],
  ]);
});

test("a TIMESTAMP is what the clocks of the project's zone show", () => {
  const given = { timeZone: "Asia/Kolkata" };
  expect(sent("plain", [5.5, 6.5, 6.6], given).accepted).toBe(2);
  expect(sent("instants", [5.5, 1], given).accepted).toBe(1);
});

/** Of a table whose event time is computed: by row, the code that it is refused with, or "taken". */
function outcomes(columns: string, rows: readonly object[]): readonly string[] {
  const table = tableOf(`CREATE TABLE computed (${columns}, WATERMARK FOR happened AS happened)`);
  const files = new LossyFileLayer();
  const log = new LogService(files, folder, () => nowMs, defaultLogSettings);
  log.declare([table]);
  const id = take(log, "computed", rows.map((row) => JSON.stringify(row)).join("\n"));
  const { rejected } = answerOf(log.commit(), id) as AppendAnswer;
  return rows.map((_, index) => {
    const found = rejected.find((each) => each.index === index);
    return found === undefined ? "taken" : `${found.code} ${found.field}`;
  });
}

const ahead = "row.event-time-ahead";

test("an event time that counts milliseconds is guarded too, and told from seconds and microseconds", () => {
  const nineYearsS = 9 * 31_557_600;
  const times = [nowMs, nowMs + 3_600_001, nowMs * 1000, nowMs / 1000, nowMs / 1000 - nineYearsS, 0, 5000];
  const rows = times.map((ms) => ({ ms }));
  expect(outcomes("ms BIGINT NOT NULL, happened AS TO_TIMESTAMP_LTZ(ms, 3)", rows)).toEqual([
    "taken",
    `${ahead} ms`,
    `${ahead} ms`,
    "row.event-time-unit ms",
    "row.event-time-unit ms",
    "taken",
    "taken",
  ]);
});

test("one that counts seconds is guarded, and so is a time before all years", () => {
  const rows = [{ s: nowMs / 1000 }, { s: nowMs }, { s: -62_167_219_201 }, { s: null }];
  const columns = "s BIGINT, happened AS COALESCE(TO_TIMESTAMP_LTZ(s, 0), TO_TIMESTAMP_LTZ(0, 0))";
  expect(outcomes(columns, rows)).toEqual(["taken", `${ahead} s`, "row.number-out-of-range s", "taken"]);
});

test("of several fields the first that a row has is its time", () => {
  const [now, later] = [0, 7_200_000].map((ms) => new Date(nowMs + ms).toISOString());
  const columns = `sent TIMESTAMP_LTZ(3), made TIMESTAMP_LTZ(3),
    came TIMESTAMP_LTZ(3) METADATA FROM 'timestamp',
    happened AS COALESCE(sent, made, came)`;
  const rows = [
    { sent: now, made: later },
    { sent: later, made: now },
    { sent: null, made: later },
    { made: now },
    {},
  ];
  expect(outcomes(columns, rows)).toEqual([
    "taken",
    `${ahead} happened`,
    `${ahead} happened`,
    "taken",
    "taken",
  ]);
});

test("what is not understood is taken as it is, and what stands behind it too", () => {
  const later = new Date(nowMs + 7_200_000).toISOString();
  const happened = "happened AS COALESCE(sent + INTERVAL '0' SECOND, made)";
  const columns = `sent TIMESTAMP_LTZ(3), made TIMESTAMP_LTZ(3), ${happened}`;
  expect(outcomes(columns, [{ sent: later }, { made: later }])).toEqual(["taken", "taken"]);
});

test("seconds that were written as if they were milliseconds are told by the time that came of them", () => {
  const hours = (Math.round(nowMs / 1000) - nowMs) / 3_600_000;
  const { rejected, dead } = sent("instants", [hours]);
  const at = new Date(Math.round(nowMs / 1000)).toISOString();
  const counted = "which seems to be counted in seconds where milliseconds are meant.";
  expect(rejected.map(({ code, message }) => [code, message])).toEqual([
    ["row.event-time-unit", `The event time ts is ${at}, ${counted}`],
  ]);
  expect(dead).toHaveLength(1);
});
