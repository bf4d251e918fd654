/** A key is taken once within its span, whatever happens in between. */
import { describe, expect, test } from "vitest";
import { answerOf, folder, idsIn, readAll, rowsOf, take } from "../../../test/log/log-driver.ts";
import { diskFault, LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { tableOf } from "../../../test/support/table-of.ts";
import { LogService } from "../journal/log-service.ts";
import { defaultLogSettings } from "../log-settings.ts";

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 2, 1);
const clock = { ms: startMs };
const orders = tableOf(
  "CREATE TABLE orders (id INT, key STRING, n INT) WITH ('dedup-key' = 'key', 'dedup-span' = '3 h')",
);
const numbers = tableOf("CREATE TABLE numbers (id BIGINT NOT NULL) WITH ('dedup-key' = 'id')");

function open(files: LossyFileLayer, tables = [orders, numbers]): LogService {
  const log = new LogService(files, folder, () => clock.ms, defaultLogSettings);
  log.declare(tables);
  return log;
}

const row = (id: number, key: string | null) => JSON.stringify({ id, key });

/** What a request came to, flushed and tidied. */
function send(log: LogService, rows: readonly string[], stream = "orders") {
  const id = take(log, stream, rows.join("\n"));
  const answer = answerOf(log.commit(), id) as { accepted: number; duplicates: number };
  log.tidy();
  return [answer.accepted, answer.duplicates];
}

const taken = (files: LossyFileLayer, stream = "orders") => idsIn(rowsOf(readAll(files), stream));

describe("a key that came before", () => {
  test("is left out and counted, in one body, in one group, and later", () => {
    clock.ms = startMs;
    const files = new LossyFileLayer();
    const log = open(files);
    const first = take(log, "orders", [row(1, "a"), row(2, "b"), row(3, "a")].join("\n"));
    const second = take(log, "orders", [row(4, "b"), row(5, "c")].join("\n"));
    const replies = log.commit();
    expect(answerOf(replies, first)).toMatchObject({ accepted: 2, duplicates: 1, rejected: [] });
    expect(answerOf(replies, second)).toMatchObject({ accepted: 1, duplicates: 1 });
    expect(send(log, [row(6, "c"), row(7, "a")])).toEqual([0, 2]);
    expect(taken(files)).toEqual([1, 2, 5]);
  });

  test("is the same however its text is escaped, and 0 is -0; no key is like no other", () => {
    const files = new LossyFileLayer();
    const log = open(files);
    expect(
      send(log, ['{"id":1,"key":"\\u0061é"}', '{"id":2,"key":"aé"}', '{"id":3,"key":"a\\u00e9"}']),
    ).toEqual([1, 2]);
    expect(send(log, [row(4, null), row(5, null), '{"id":6}', row(7, "")])).toEqual([4, 0]);
    expect(send(log, [row(8, "")])).toEqual([0, 1]);
    expect(send(log, ['{"id":0}', '{"id":-0}', '{"id":10}', '{"id":1}'], "numbers")).toEqual([3, 1]);
  });

  test("of several columns is the first that a row has, whichever the row before had", () => {
    const sales = tableOf("CREATE TABLE sales (id INT, a STRING, b STRING) WITH ('dedup-key' = 'a, b')");
    const files = new LossyFileLayer();
    const log = open(files, [sales]);
    const rows = [
      { id: 1, a: "x", b: "y" },
      { id: 2, b: "x" },
      { id: 3, a: null, b: "y" },
      { id: 4, b: "y", a: "z" },
      { id: 5 },
      { id: 6 },
      { id: 7, b: "z" },
    ];
    const lines = rows.map((each) => JSON.stringify(each));
    expect(send(log, lines, "sales")).toEqual([5, 2]);
    expect(taken(files, "sales")).toEqual([1, 3, 4, 5, 6]);
    const again = open(files, [sales]);
    expect(send(again, lines.slice(0, 4), "sales")).toEqual([0, 4]);
  });

  test("is not judged by a row that was refused", () => {
    const log = open(new LossyFileLayer());
    expect(send(log, ['{"id":"x","key":"k"}', row(1, "k")])).toEqual([1, 0]);
  });

  test("may come again when its span is over, and stays out until then, over every run", () => {
    clock.ms = startMs;
    const files = new LossyFileLayer();
    const log = open(files);
    expect(send(log, [row(1, "a")])).toEqual([1, 0]);
    for (let hour = 1; hour <= 3; hour++) {
      clock.ms = startMs + hour * hourMs - 1000;
      expect(send(log, [row(10 * hour, `of ${hour}`), row(2, "a")])).toEqual([1, 1]);
    }
    clock.ms = startMs + 3 * hourMs + 1000;
    expect(send(log, [row(3, "a"), row(4, "a"), row(5, "of 1")])).toEqual([1, 2]);
    clock.ms += 2 * hourMs;
    expect(send(log, [row(6, "a"), row(7, "of 1"), row(8, "of 3")])).toEqual([1, 2]);
    expect(taken(files)).toEqual([1, 10, 20, 30, 3, 7]);
  });

  test("stays out where the clock of the system is set back", () => {
    clock.ms = startMs;
    const log = open(new LossyFileLayer());
    send(log, [row(1, "a")]);
    clock.ms = startMs - 48 * hourMs;
    expect(send(log, [row(2, "a"), row(3, "b")])).toEqual([1, 1]);
    clock.ms = startMs + hourMs;
    expect(send(log, [row(4, "b")])).toEqual([0, 1]);
  });
});

describe("a request with a key", () => {
  function sendKeyed(log: LogService, key: string, rows: readonly string[], stream = "numbers") {
    const id = take(log, stream, rows.join("\n"), "ndjson", key);
    const answer = answerOf(log.commit(), id);
    log.tidy();
    return answer;
  }
  const rows = ['{"id":1}', '{"id":"x"}', '{"id":2}'];
  const plain = { ...numbers, options: {} };

  test("is taken once by its stream, in one group, later and after a crash, for a day", () => {
    clock.ms = startMs;
    let files = new LossyFileLayer();
    let log = open(files, [plain, { ...orders, options: {} }]);
    const ids = [0, 1].map(() => take(log, "numbers", rows.join("\n"), "ndjson", "k"));
    const replies = log.commit();
    expect(answerOf(replies, ids[0]!)).toMatchObject({
      accepted: 2,
      duplicates: 0,
      rejected: [{ index: 1 }],
    });
    expect(answerOf(replies, ids[1]!)).toMatchObject({
      accepted: 0,
      duplicates: 2,
      rejected: [{ index: 1 }],
    });
    for (let hour = 1; hour < 24; hour += 4) {
      clock.ms = startMs + hour * hourMs;
      log.tick();
      expect(sendKeyed(log, "k", rows)).toMatchObject({ accepted: 0, duplicates: 2 });
      expect(sendKeyed(log, `of ${hour}`, ['{"id":3}'])).toMatchObject({ accepted: 1 });
      files = files.crash();
      log = open(files, [plain, { ...orders, options: {} }]);
      expect(sendKeyed(log, `of ${hour}`, ['{"id":3}'])).toMatchObject({ accepted: 0, duplicates: 1 });
    }
    expect(sendKeyed(log, "k", [row(1, "a")], "orders")).toMatchObject({ accepted: 1 });
    clock.ms = startMs + 24 * hourMs + 1000;
    expect(sendKeyed(log, "k", rows)).toMatchObject({ accepted: 2 });
  });

  test("that could not be read may be sent again, and so may one that was not flushed", () => {
    clock.ms = startMs;
    const files = new LossyFileLayer();
    const log = open(files, [plain]);
    expect(sendKeyed(log, "k", ["   "])).toMatchObject({ code: "request.empty-body" });
    expect(sendKeyed(log, "k", rows)).toMatchObject({ accepted: 2 });
    take(log, "numbers", '{"id":7}', "ndjson", "lost");
    const again = open(files.crash(), [plain]);
    expect(sendKeyed(again, "k", rows)).toMatchObject({ accepted: 0, duplicates: 2 });
    expect(sendKeyed(again, "lost", ['{"id":7}'])).toMatchObject({ accepted: 1 });
  });
});

describe("after a stop", () => {
  test("keys are those of the journal: what was not flushed may come again", () => {
    clock.ms = startMs;
    const files = new LossyFileLayer();
    const log = open(files);
    expect(send(log, [row(1, "flushed")])).toEqual([1, 0]);
    take(log, "orders", row(2, "lost"));
    const again = open(files.crash());
    expect(send(again, [row(3, "flushed"), row(4, "lost")])).toEqual([1, 1]);
  });

  test("in another hour, what was in no run yet becomes one for each hour that it came in", () => {
    clock.ms = startMs;
    const files = new LossyFileLayer();
    const log = open(files);
    for (let minute = 0; minute < 90; minute += 5) {
      clock.ms = startMs + minute * 60_000;
      send(log, [row(minute, `of ${minute}`)]);
    }
    const crashed = files.crash();
    for (const path of crashed.paths()) if (path.endsWith(".keys")) crashed.remove(path);
    const written = new Set<string>();
    crashed.fault = (call, path) => {
      // The first stream is that of the orders.
      if (call === "flush" && path.includes("/keys/1-")) written.add(path);
      return undefined;
    };
    clock.ms = startMs + 2.5 * hourMs;
    const again = open(crashed);
    expect(written.size).toBe(2);
    expect(send(again, [row(1, "of 0"), row(2, "of 85"), row(3, "new")])).toEqual([1, 2]);
  });

  test("a stream that gets its option later knows the keys that it has", () => {
    clock.ms = startMs;
    const files = new LossyFileLayer();
    const before = open(files, [{ ...orders, options: {} }]);
    send(before, [row(1, "a"), row(2, "a")]);
    before.close();
    expect(send(open(files), [row(3, "a"), row(4, "b")])).toEqual([1, 1]);
  });

  test("a run that is damaged is said with its file, and removed it is read from the journal again", () => {
    clock.ms = startMs;
    const files = new LossyFileLayer();
    const log = open(files);
    send(log, [row(1, "a")]);
    clock.ms += hourMs;
    send(log, [row(2, "b")]);
    const run = files.paths().find((path) => path.endsWith(".keys"))!;
    log.close();
    const contents = new Map(files.paths().map((path) => [path, files.contentOf(path)]));
    contents.get(run)!.writeUInt8(contents.get(run)!.readUInt8(130) ^ 1, 130);
    const damaged = open(LossyFileLayer.holding(contents));
    const id = take(damaged, "orders", [row(3, "c"), row(4, "a")].join("\n"));
    expect(answerOf(damaged.commit(), id)).toMatchObject({ code: "request.not-durable" });
    expect(damaged.failure).toMatchObject({ code: "run.keys-damaged", params: { file: run } });
    contents.delete(run);
    expect(send(open(LossyFileLayer.holding(contents)), [row(4, "a"), row(5, "b")])).toEqual([0, 2]);
  });

  test("a disk that fails while a run is written ends the writing, and the next start has every key", () => {
    clock.ms = startMs;
    const files = new LossyFileLayer();
    const log = open(files);
    send(log, [row(1, "a")]);
    clock.ms += hourMs;
    files.fault = (call, path) => (call === "flush" && path.endsWith(".keys") ? diskFault("EIO") : undefined);
    send(log, [row(2, "b")]);
    expect(log.failure?.message).toContain("EIO");
    const again = open(files.crash(() => 0.5));
    expect(send(again, [row(3, "a"), row(4, "b"), row(5, "c")])).toEqual([1, 2]);
  });
});
