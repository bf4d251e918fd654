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
