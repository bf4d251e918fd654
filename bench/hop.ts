/**
 * A HOP of 5 minutes by 1 second against a TUMBLE of 5 minutes over the same rows, on one core, in turn: the
 * ratio says what overlapping costs, its rows of every second included.
 */
import { Catalog } from "../src/catalog/catalog.ts";
import { buildPipeline, defaultPipelineOptions } from "../src/dataflow/physical/build-pipeline.ts";
import { StreamSource } from "../src/dataflow/runtime/stream-source.ts";
import { analyzeScript } from "../src/sql/analyze.ts";
import { noCause } from "../src/values/column-batch.ts";
import { padding } from "../src/values/json/scan.ts";
import { median, type Report, thousands } from "./report.ts";

const keys = 10_000;
/** Of event time: as many as come while the clock runs as fast. */
const eventsOfSecond = 100_000;
/** Until a HOP has all the slices that it ever has; then those that are counted. */
const fillSeconds = 300;
const seconds = 20;
/** Rows of a step, and how often open windows are shown. */
const stepRows = 2_500;
const shownOfSecond = 4;
const stateBytesMax = 2 * 1024 * 1024 * 1024;
const base = Date.UTC(2026, 2, 1);

interface Measured {
  readonly seconds: readonly number[];
  readonly rowsOut: number;
}

export function benchHop(): Report {
  const tumble = measure("TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' MINUTE)");
  const hop = measure("HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '1' SECOND, INTERVAL '5' MINUTE)");
  const ratio = median(hop.seconds) / median(tumble.seconds);
  const perSecond = ({ seconds: each }: Measured) => thousands(eventsOfSecond / median(each));
  return {
    title: "Overlapping windows, one core",
    command: "npm run bench -- hop",
    method: [
      `Rows of 60 bytes of JSON, ${thousands(keys)} keys, ${thousands(eventsOfSecond)} events a second`,
      `of event time; COUNT and SUM by key. ${fillSeconds} seconds fill the windows, ${seconds} are`,
      `counted: every row taken, open windows shown ${shownOfSecond} times a second, those of HOP closed`,
      "every second. Medians of a second.",
    ].join(" "),
    columns: ["", "events/s", "rows given, shown ones too"],
    rows: [
      ["TUMBLE 5 minutes", perSecond(tumble), thousands(tumble.rowsOut)],
      ["HOP 5 minutes by 1 second", perSecond(hop), thousands(hop.rowsOut)],
    ],
    findings: [
      `The HOP takes **${ratio.toFixed(2)} times** the time of the TUMBLE; asked for: 1.50 at most.`,
    ],
  };
}

function measure(window: string): Measured {
  const { source, show, rowsOut } = open(window);
  const stream = new SecondOfRows();
  const measured: number[] = [];
  for (let second = 0; second < fillSeconds + seconds; second++) {
    stream.moveTo(base + second * 1000);
    const before = performance.now();
    let step = 0;
    const showEvery = eventsOfSecond / stepRows / shownOfSecond;
    for (const rows of stream.steps) {
      source.take(rows, noCause);
      if (++step % showEvery === 0) show();
    }
    if (second >= fillSeconds) measured.push((performance.now() - before) / 1000);
  }
  return { seconds: measured, rowsOut: rowsOut() };
}

/** The rows of one second; of another second they are the same but for their times. */
class SecondOfRows {
  readonly steps: readonly {
    readonly bytes: Uint8Array;
    readonly rowEnds: Int32Array;
    readonly rowCount: number;
  }[];
  readonly #bytes: Uint8Array;
  readonly #timesAt: readonly number[];

  constructor() {
    const timesAt: number[] = [];
    const ends: number[] = [];
    let text = "";
    for (let row = 0; row < eventsOfSecond; row++) {
      // Neighbouring rows have keys that are far apart.
      const key = (row * 7919) % keys;
      const ms = String(Math.floor((row * 1000) / eventsOfSecond)).padStart(3, "0");
      const head = `{"k":"key-${String(key).padStart(6, "0")}","n":${row % 1000},"ts":"`;
      timesAt.push(text.length + head.length);
      text += `${head}2026-03-01T00:00:00.${ms}"}\n`;
      ends.push(text.length);
    }
    this.#bytes = Buffer.from(`${text}${" ".repeat(padding)}`);
    this.#timesAt = timesAt;
    this.steps = Array.from({ length: eventsOfSecond / stepRows }, (_, step) => {
      const from = step === 0 ? 0 : ends[step * stepRows - 1]!;
      const rowEnds = Int32Array.from(
        ends.slice(step * stepRows, (step + 1) * stepRows),
        (end) => end - from,
      );
      return { bytes: this.#bytes.subarray(from), rowEnds, rowCount: stepRows };
    });
  }

  moveTo(startMs: number): void {
    const time = Buffer.from(new Date(startMs).toISOString().slice(0, 20));
    for (const at of this.#timesAt) this.#bytes.set(time, at);
  }
}

function open(window: string) {
  const { bound, errors } = analyzeScript(
    `CREATE TABLE t (k STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts);
     CREATE MATERIALIZED VIEW v AS SELECT window_start, window_end, k, COUNT(*) AS c, SUM(n) AS s
     FROM TABLE(${window}) GROUP BY window_start, window_end, k`,
    new Catalog(),
  );
  const view = bound.find((statement) => statement.kind === "CreateMaterializedView");
  if (errors.length > 0 || view === undefined) throw new Error("the query does not bind");
  let rowsOut = 0;
  const output = {
    accept: ({ rowCount }: { readonly rowCount: number }) => {
      rowsOut += rowCount;
    },
    advance: () => {},
  };
  const source = new StreamSource({
    table: "t",
    timeStyle: "iso",
    watermark: { path: "ts", delayMs: 0, idleMs: 5_000, partitionCount: 1 },
    mode: "compiled",
    onFailure: (_, error) => {
      throw error;
    },
  });
  const pipeline = buildPipeline(view.plan, output, { ...defaultPipelineOptions, stateBytesMax });
  source.add(pipeline);
  const show = () => {
    for (const opener of pipeline.openers) opener.deliverOpen(false);
  };
  return { source, show, rowsOut: () => rowsOut };
}
