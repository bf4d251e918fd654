/**
 * A bare scan of JSON bytes against one keyed 1-minute tumble over the same bytes, on one core, in turn:
 * the ratio says what SQL costs over reading.
 */
import { Catalog } from "../src/catalog/catalog.ts";
import { checkProject } from "../src/cli/checked-project.ts";
import { buildPipeline, defaultPipelineOptions } from "../src/dataflow/physical/build-pipeline.ts";
import { StreamSource } from "../src/dataflow/runtime/stream-source.ts";
import { analyzeScript } from "../src/sql/analyze.ts";
import { noCause } from "../src/values/column-batch.ts";
import { averageBytes, paymentsProject, transactions } from "./events.ts";
import { bareScan, cut, pack, timed } from "./json-steps.ts";
import { median, type Report, thousands } from "./report.ts";

/** Of each round; the rounds together are one stream, each goes on where the last one ended. */
const eventCount = 200_000;
const rounds = 9;
/** The compiler's, before anything is counted. */
const warmUpRounds = 3;
const minutesOfRound = 5;

const query = `CREATE MATERIALIZED VIEW spent AS
SELECT customer_id, window_start, window_end, COUNT(*) AS orders, SUM(amount) AS spent
FROM TABLE(TUMBLE(TABLE transaction_events, DESCRIPTOR(\`timestamp\`), INTERVAL '1' MINUTE))
GROUP BY customer_id, window_start, window_end`;

export function benchTumble(): Report {
  const tumble = openTumble();
  const scans: number[] = [];
  const tumbles: number[] = [];
  let byteCount = 0;
  let eventBytes = 0;
  const roundMs = minutesOfRound * 60_000;
  for (let round = 0; round < rounds + warmUpRounds; round++) {
    const lines = transactions(eventCount, Date.UTC(2026, 2, 1) + round * roundMs, roundMs / eventCount);
    const rows = pack(lines);
    byteCount = rows.bytes.length;
    eventBytes = averageBytes(lines);
    const steps = cut(rows);
    const scan = timed(() => bareScan(rows));
    const taken = timed(() => {
      for (const step of steps) tumble.source.take(step, noCause);
    });
    if (round < warmUpRounds) continue;
    scans.push(scan);
    tumbles.push(taken);
  }
  tumble.source.end();
  const expected = 1_000 * minutesOfRound * (rounds + warmUpRounds);
  if (tumble.rowsOut() !== expected) throw new Error(`${tumble.rowsOut()} rows instead of ${expected}`);
  const ratios = scans.map((scan, round) => scan / tumbles[round]!);
  const perSecond = (seconds: readonly number[]) => thousands(eventCount / median(seconds));
  const gigabytes = (seconds: readonly number[]) => (byteCount / median(seconds) / 1e9).toFixed(2);
  const ratio = median(ratios);
  const spread = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
  return {
    title: "JSON to a keyed tumble, one core",
    command: "npm run bench -- tumble",
    method: [
      `One stream of transactions of ${eventBytes} bytes in memory, 1,000 customers, in rounds of`,
      `${thousands(eventCount)} events and ${minutesOfRound} minutes of event time. The bare scan walks`,
      "every value of every row and keeps nothing, with the same functions that the decoder uses. The tumble",
      "decodes three fields, groups by customer and minute, counts and sums a DECIMAL exactly, and closes",
      `the windows. In turn, ${rounds} rounds after ${warmUpRounds} to warm up; medians, and the ratio`,
      "round by round.",
    ].join(" "),
    columns: ["", "events/s", "GB/s"],
    rows: [
      ["bare scan", perSecond(scans), gigabytes(scans)],
      ["tumble, COUNT and SUM by customer", perSecond(tumbles), gigabytes(tumbles)],
    ],
    findings: [`The tumble runs at **${ratio.toFixed(2)} of the bare scan** (${spread}); asked for: 0.50.`],
  };
}

function openTumble(): { readonly source: StreamSource; readonly rowsOut: () => number } {
  const catalog = new Catalog();
  const sql = [checkProject(paymentsProject).sql, query].join("\n;\n");
  const { bound, errors } = analyzeScript(sql, catalog);
  const view = bound.find((statement) => "view" in statement && statement.view.name === "spent");
  if (errors.length > 0 || view?.kind !== "CreateMaterializedView")
    throw new Error("the query does not bind");
  let rowsOut = 0;
  const output = {
    accept: (batch: { readonly rowCount: number }) => {
      rowsOut += batch.rowCount;
    },
    advance: () => {},
  };
  const source = new StreamSource({
    table: "transaction_events",
    timeStyle: "iso",
    watermark: { path: "timestamp", delayMs: 5_000, idleMs: 5_000, partitionCount: 1 },
    mode: "compiled",
    onFailure: (_, error) => {
      throw error;
    },
  });
  source.add(buildPipeline(view.plan, output, defaultPipelineOptions));
  return { source, rowsOut: () => rowsOut };
}
