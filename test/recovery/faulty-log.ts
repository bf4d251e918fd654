/**
 * A log with rows, dead letters, keys and requests, on a disk that fails at a call of one's choice. What was
 * acknowledged has to be there when the disk is well again.
 */
import { expect } from "vitest";
import { QuickwaterError } from "../../src/errors/quickwater-error.ts";
import { LogService } from "../../src/log/journal/log-service.ts";
import { answerOf, clicks, folder, idsIn, readAll, rowsOf, settings, take } from "../log/log-driver.ts";
import { diskFault, type Fault, type LossyFileLayer } from "../log/lossy-file-layer.ts";
import { tableOf } from "../support/table-of.ts";
import { type DiskFaultName, diskFaults, type Part } from "./disk-faults.ts";

const orders = tableOf("CREATE TABLE orders (id INT NOT NULL, note STRING) WITH ('dedup-key' = 'id')");
const groups = 5;
const minuteMs = 60_000;

export interface Acknowledged {
  readonly orders: number[];
  readonly clicks: number[];
  readonly letters: number[];
}

export interface Driven {
  readonly acknowledged: Acknowledged;
  /** What was said of a fault. */
  readonly told: string | undefined;
}

function openLog(files: LossyFileLayer, now: () => number): LogService {
  const log = new LogService(files, folder, now, { ...settings, segmentBytesMax: 2_000 });
  log.declare([orders, clicks]);
  return log;
}

/** Groups of rows, half an hour between each two: keys become runs and are merged. */
export function drive(files: LossyFileLayer): Driven {
  const acknowledged: Acknowledged = { orders: [], clicks: [], letters: [] };
  let now = 1e12;
  try {
    // The second one reads back what the first has written.
    for (let round = 0; round < 2; round++) {
      const log = openLog(files, () => now);
      for (let group = 0; group < groups; group++, now += 30 * minuteMs) {
        const id = round * groups + group;
        const rows = [`{"id":${id},"note":"${"x".repeat(90)}"}`, `{"id":"${id}"}`];
        const order = take(log, "orders", rows.join("\n"));
        const click = take(log, "clicks", `{"id":${id}}`, "ndjson", `key ${id}`);
        const replies = log.commit();
        const refused = replies.map(({ id: of }) => answerOf(replies, of)).find((each) => "code" in each);
        if (refused !== undefined && "code" in refused)
          return { acknowledged, told: String(refused.params.reason) };
        expect(answerOf(replies, order)).toMatchObject({ accepted: 1 });
        expect(answerOf(replies, click)).toMatchObject({ accepted: 1 });
        acknowledged.orders.push(id);
        acknowledged.clicks.push(id);
        acknowledged.letters.push(id);
        log.tidy();
        if (log.failure !== undefined) return { acknowledged, told: log.failure.message };
      }
      // What was flushed last is taken for a torn tail where it is damaged: that is these.
      for (let tick = 0; tick < 2; tick++) {
        log.tick();
        log.commit();
      }
      if (log.failure !== undefined) return { acknowledged, told: log.failure.message };
      log.close();
    }
    return { acknowledged, told: undefined };
  } catch (error) {
    if (!(error instanceof QuickwaterError)) throw error;
    return { acknowledged, told: error.message };
  }
}

/** On a disk that is well: everything is there once, and is known when it comes again. */
export function expectAll(
  files: LossyFileLayer,
  { orders: ids, clicks: requests, letters }: Acknowledged,
): void {
  const log = openLog(files, () => 1e12 + 3 * groups * 30 * minuteMs);
  const again = ids.map((id) => take(log, "orders", `{"id":${id}}`));
  const sentAgain = requests.map((id) => take(log, "clicks", `{"id":${id}}`, "ndjson", `key ${id}`));
  const replies = log.commit();
  for (const id of [...again, ...sentAgain])
    expect(answerOf(replies, id)).toMatchObject({ accepted: 0, duplicates: 1 });
  log.close();
  const steps = readAll(files);
  const found = (stream: string) => idsIn(rowsOf(steps, stream));
  for (const [stream, wanted] of [
    ["orders", ids],
    ["clicks", requests],
  ] as const) {
    expect(new Set(found(stream)).size, `${stream}: once`).toBe(found(stream).length);
    expect(
      wanted.filter((id) => !found(stream).includes(id)),
      stream,
    ).toEqual([]);
  }
  const dead = rowsOf(steps, "orders$dead").map((row) =>
    Buffer.from((JSON.parse(row) as { bytes: string }).bytes, "base64").toString(),
  );
  expect(letters.filter((id) => !dead.some((text) => text.includes(`"${id}"`)))).toEqual([]);
}

const calls: Readonly<Record<Parameters<Fault>[0], (typeof diskFaults)[DiskFaultName]["call"]>> = {
  read: "read",
  write: "write",
  flush: "flush",
  create: "name",
  rename: "name",
  remove: "name",
};

/** The fault at its nth call; `part` says where it came, once it has. */
export function faultAt(name: DiskFaultName, at: number, partOf: (call: string, path: string) => Part) {
  const { call: kind, code } = diskFaults[name];
  let count = 0;
  let part: Part | undefined;
  const fault: Fault = (call, path) => {
    const of = partOf(call, path);
    if (calls[call] !== kind || count++ !== at) return undefined;
    part = of;
    return diskFault(code);
  };
  return { fault, part: () => part };
}

/** A segment is being begun until its name is flushed. */
export function partsOfLog(): (call: string, path: string) => Part {
  let isBeginning = false;
  return (call, path) => {
    if (path.includes("/keys")) return "keys";
    if (call === "create") isBeginning = true;
    const part = isBeginning ? "segment roll" : "rows and dead letters";
    if (call === "flush" && path === folder) isBeginning = false;
    return part;
  };
}
