/** `quickwater.yaml`: every key optional, every unknown key refused. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type BackfillSettings, backfillEventsMax, backfillSpanOf, backfillSpans } from "./backfill-span.ts";
import { originOf } from "./origin.ts";
import { timeZoneOf } from "./time-zone.ts";
import { readYaml, type YamlValue } from "./yaml-file.ts";

export interface Settings {
  readonly name: string;
  /** Folders of other projects that are part of this one; undefined means none. */
  readonly include?: readonly string[] | undefined;
  readonly ingest: {
    readonly bodyBytesMax?: number | undefined;
    readonly bodyBytesInFlightMax?: number | undefined;
    readonly requestMsMax?: number | undefined;
  };
  /** Origins of pages that may read, and of those that may send events. */
  readonly cors: { readonly origins: readonly string[]; readonly sendOrigins: readonly string[] };
  readonly engine: { readonly checkpointMs?: number | undefined };
  /** Undefined where none is to be kept. */
  readonly history:
    | {
        readonly hotDays?: number | undefined;
        readonly coldRowsMin?: number | undefined;
        readonly memoryBytesMax?: number | undefined;
        readonly threads?: number | undefined;
      }
    | undefined;
  readonly query: {
    readonly atOnceMax?: number | undefined;
    readonly runMsMax?: number | undefined;
    readonly replayMsMax?: number | undefined;
    readonly rowsReadMax?: number | undefined;
    readonly rowsMax?: number | undefined;
    readonly answerBytesMax?: number | undefined;
    readonly stateBytesMax?: number | undefined;
  };
  readonly export: { readonly atOnceMax?: number | undefined; readonly runMsMax?: number | undefined };
  /** Those that `start` runs; undefined means all. */
  readonly simulators?: readonly string[] | undefined;
  /** The past that they fill before; undefined means none. */
  readonly backfill?: BackfillSettings | undefined;
  /** Of all its SQL; undefined means UTC. */
  readonly timeZone?: string | undefined;
  /** Where the metrics socket listens too; undefined: at /v1/metrics alone. */
  readonly metricsPort?: number | undefined;
  readonly log: {
    readonly rowBytesMax?: number | undefined;
    readonly pendingBytesMax?: number | undefined;
    readonly eventAgeMsMax?: number | undefined;
    readonly eventAheadMsMax?: number | undefined;
  };
}

const ingestKeys = ["body-bytes-max", "body-bytes-in-flight-max", "request-ms-max"];

const logKeys = ["row-bytes-max", "pending-bytes-max", "event-age-ms-max", "event-ahead-ms-max"];

const exportKeys = ["at-once-max", "run-ms-max"];

const historyKeys = ["hot-days", "cold-rows-min", "memory-bytes-max", "threads"];

const queryKeys = [
  "at-once-max",
  "run-ms-max",
  "replay-ms-max",
  "rows-read-max",
  "rows-max",
  "answer-bytes-max",
  "state-bytes-max",
];

export function readSettings(folder: string, defaultName: string): Settings {
  const file = join(folder, "quickwater.yaml");
  if (!existsSync(file)) {
    const cors = readCors(undefined);
    return { name: defaultName, ingest: {}, query: {}, export: {}, cors, engine: {}, log: {}, history: {} };
  }
  const root = readYaml(file).members([
    "name",
    "include",
    "time-zone",
    "ingest",
    "query",
    "export",
    "cors",
    "engine",
    "history",
    "log",
    "simulators",
    "backfill",
    "metrics-port",
  ]);
  const ingest = root.get("ingest")?.members(ingestKeys);
  const engine = root.get("engine")?.members(["checkpoint-ms"]);
  const log = root.get("log")?.members(logKeys);
  const query = root.get("query")?.members(queryKeys);
  const texts = (key: string) =>
    root
      .get(key)
      ?.list()
      .map((each) => each.text());
  return {
    include: texts("include"),
    simulators: texts("simulators"),
    backfill: readBackfill(root.get("backfill")),
    metricsPort: root.get("metrics-port")?.wholeNumber(1, 65_535),
    timeZone: timeZoneOf(root.get("time-zone")),
    name: root.get("name")?.text() ?? defaultName,
    ingest: {
      bodyBytesMax: ingest?.get("body-bytes-max")?.wholeNumber(1024, 1024 ** 3),
      bodyBytesInFlightMax: ingest?.get("body-bytes-in-flight-max")?.wholeNumber(64 * 1024, 4 * 1024 ** 3),
      requestMsMax: ingest?.get("request-ms-max")?.wholeNumber(1_000, 3_600_000),
    },
    cors: readCors(root.get("cors")),
    engine: { checkpointMs: engine?.get("checkpoint-ms")?.wholeNumber(10, 3_600_000) },
    history: readHistory(root.get("history")),
    query: {
      atOnceMax: query?.get("at-once-max")?.wholeNumber(1, 64),
      runMsMax: query?.get("run-ms-max")?.wholeNumber(100, 600_000),
      replayMsMax: query?.get("replay-ms-max")?.wholeNumber(100, 3_600_000),
      rowsReadMax: query?.get("rows-read-max")?.wholeNumber(1_000, 100_000_000),
      rowsMax: query?.get("rows-max")?.wholeNumber(1, 1_000_000),
      answerBytesMax: query?.get("answer-bytes-max")?.wholeNumber(1_024, 256 * 1024 ** 2),
      stateBytesMax: query?.get("state-bytes-max")?.wholeNumber(1024 ** 2, 8 * 1024 ** 3),
    },
    export: readExport(root.get("export")),
    log: {
      rowBytesMax: log?.get("row-bytes-max")?.wholeNumber(256, 16 * 1024 ** 2),
      pendingBytesMax: log?.get("pending-bytes-max")?.wholeNumber(64 * 1024, 4 * 1024 ** 3),
      eventAgeMsMax: log?.get("event-age-ms-max")?.wholeNumber(1_000, 1e13),
      eventAheadMsMax: log?.get("event-ahead-ms-max")?.wholeNumber(0, 1e13),
    },
  };
}

function readExport(written: YamlValue | undefined): Settings["export"] {
  const members = written?.members(exportKeys);
  return {
    atOnceMax: members?.get("at-once-max")?.wholeNumber(1, 64),
    runMsMax: members?.get("run-ms-max")?.wholeNumber(1_000, 86_400_000),
  };
}

/** `none`, or its bounds. */
function readHistory(written: YamlValue | undefined): Settings["history"] {
  if (written === undefined) return {};
  if (typeof written.value === "string") {
    if (written.text() === "none") return undefined;
    throw written.refuse(`none, or ${historyKeys.join(", ")}`);
  }
  const members = written.members(historyKeys);
  return {
    hotDays: members.get("hot-days")?.wholeNumber(1, 36_500),
    coldRowsMin: members.get("cold-rows-min")?.wholeNumber(1, 1_000_000),
    memoryBytesMax: members.get("memory-bytes-max")?.wholeNumber(64 * 1024 ** 2, 1024 ** 4),
    threads: members.get("threads")?.wholeNumber(1, 256),
  };
}

function readCors(written: YamlValue | undefined): Settings["cors"] {
  const members = written?.members(["origins", "send-origins"]);
  const origins = (key: string) => members?.get(key)?.list().map(originOf) ?? [];
  return { origins: origins("origins"), sendOrigins: origins("send-origins") };
}

/** `7d`, or `{ span: 7d, events: 100000, recent: 15min }`. */
function readBackfill(written: YamlValue | undefined): BackfillSettings | undefined {
  if (written === undefined) return undefined;
  const isPlain = typeof written.value === "string";
  const members = isPlain ? undefined : written.members(["span", "events", "recent"]);
  const span = isPlain ? written : written.member("span");
  const spanMs = backfillSpanOf(span.text());
  if (spanMs === undefined) throw span.refuse(backfillSpans);
  return {
    spanMs,
    eventsMax: members?.get("events")?.wholeNumber(100, backfillEventsMax) ?? backfillEventsMax,
    recentMs: readRecent(members?.get("recent"), spanMs),
  };
}

function readRecent(written: YamlValue | undefined, spanMs: number): number {
  if (written === undefined) return 0;
  const recentMs = backfillSpanOf(written.text());
  if (recentMs === undefined || recentMs > spanMs)
    throw written.refuse("a time from 1min to the whole span, such as 15min");
  return recentMs;
}
