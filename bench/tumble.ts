/**
 * A bare scan of JSON bytes against one keyed 1-minute tumble over the same bytes, on one core, in turn:
 * the ratio says what SQL costs over reading.
 */
import { Catalog } from "../src/catalog/catalog.ts";
import { buildPipeline, defaultPipelineOptions } from "../src/dataflow/physical/build-pipeline.ts";
import { StreamSource } from "../src/dataflow/runtime/stream-source.ts";
import { readProject } from "../src/project/read-project.ts";
import { analyzeScript } from "../src/sql/analyze.ts";
import { padding, passValue } from "../src/values/json/scan.ts";
import { averageBytes, commercePack, transactions } from "./events.ts";
import { median, type Report, thousands } from "./report.ts";

const eventCount = 400_000;
const rounds = 9;
/** Rows of a step, as the log makes them. */
const stepRows = 2_000;

const query = `CREATE MATERIALIZED VIEW spent AS
SELECT customer_id, window_start, window_end, COUNT(*) AS orders, SUM(amount) AS spent
FROM TABLE(TUMBLE(TABLE transaction_events, DESCRIPTOR(\`timestamp\`), INTERVAL '1' MINUTE))
GROUP BY customer_id, window_start, window_end`;

export function benchTumble(): Report {
  // Five minutes of event time: windows close while it runs.
  const lines = transactions(eventCount, Date.UTC(2026, 2, 1), (5 * 60_000) / eventCount);
  const { bytes, rowEnds } = pack(lines);
  const scans: number[] = [];
  const tumbles: number[] = [];
  for (let round = 0; round < rounds + 2; round++) {
    const scan = timed(() => bareScan(bytes, rowEnds));
    // Strings with escapes are decoded over themselves, so each run has bytes of its own.
    const own = bytes.slice();
    const tumble = timed(() => runTumble(own, rowEnds));
    // The first rounds are the compiler's.
    if (round >= 2) {
      scans.push(scan);
      tumbles.push(tumble);
    }
  }
  const ratios = scans.map((scan, round) => scan / tumbles[round]!);
  const perSecond = (seconds: readonly number[]) => thousands(eventCount / median(seconds));
  const gigabytes = (seconds: readonly number[]) => (bytes.length / median(seconds) / 1e9).toFixed(2);
  const ratio = median(ratios);
  const spread = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
  return {
    title: "JSON to a keyed tumble, one core",
    command: "npm run bench -- tumble",
    method: [
      `${thousands(eventCount)} transactions of ${averageBytes(lines)} bytes in memory, 1,000 customers.`,
      "The bare scan walks every value of every row and keeps nothing, with the same functions that the",
      "decoder uses. The tumble decodes three fields, groups by customer and minute, counts and sums a",
      `DECIMAL exactly, and closes five windows. In turn, ${rounds} times after 2 to warm up; medians, and`,
      "the ratio pair by pair.",
    ].join(" "),
    columns: ["", "events/s", "GB/s"],
    rows: [
      ["bare scan", perSecond(scans), gigabytes(scans)],
      ["tumble, COUNT and SUM by customer", perSecond(tumbles), gigabytes(tumbles)],
    ],
    findings: [`The tumble runs at **${ratio.toFixed(2)} of the bare scan** (${spread}); asked for: 0.50.`],
  };
}

function pack(lines: readonly string[]): { bytes: Uint8Array; rowEnds: Int32Array } {
  const text = Buffer.from(`${lines.join("\n")}\n${" ".repeat(padding)}`);
  const rowEnds = new Int32Array(lines.length);
  let at = 0;
  lines.forEach((line, index) => {
    at += Buffer.byteLength(line) + 1;
    rowEnds[index] = at;
  });
  return { bytes: new Uint8Array(text), rowEnds };
}

function timed(work: () => void): number {
  const before = performance.now();
  work();
  return (performance.now() - before) / 1000;
}

function bareScan(bytes: Uint8Array, rowEnds: Int32Array): void {
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (let row = 0; row < rowEnds.length; row++) at = passValue(view, bytes, at) + 1;
  if (at !== rowEnds.at(-1)) throw new Error("the scan did not end where the rows do");
}

function runTumble(bytes: Uint8Array, rowEnds: Int32Array): void {
  const catalog = new Catalog();
  const sql = [...readProject(commercePack).sql.map((file) => file.text), query].join("\n;\n");
  const { bound, errors } = analyzeScript(sql, catalog);
  const view = bound.find((statement) => "view" in statement && statement.view.name === "spent");
  if (errors.length > 0 || view?.kind !== "CreateMaterializedView")
    throw new Error("the query does not bind");
  let rowsOut = 0;
  const output = {
    accept: (batch: { rowCount: number }) => {
      rowsOut += batch.rowCount;
    },
    advance: () => {},
  };
  const source = new StreamSource({
    table: "transaction_events",
    timeStyle: "iso",
    watermark: { path: "timestamp", delayMs: 5_000, idleMs: 5_000 },
    mode: "compiled",
    onFailure: (_, error) => {
      throw error;
    },
  });
  source.add(buildPipeline(view.plan, output, defaultPipelineOptions));
  for (let from = 0; from < rowEnds.length; from += stepRows) {
    const to = Math.min(rowEnds.length, from + stepRows);
    const start = from === 0 ? 0 : rowEnds[from - 1]!;
    const ends = rowEnds.subarray(from, to).map((end) => end - start);
    source.take({ bytes: bytes.subarray(start), rowEnds: ends }, to - from, from, 0);
  }
  source.end();
  if (rowsOut !== 5_000) throw new Error(`${rowsOut} rows instead of 1,000 customers in five minutes`);
}
