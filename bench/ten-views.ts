/** Ten views on one stream, all at once, against each of them alone: what sharing the decoded rows saves. */
import { Catalog } from "../src/catalog/catalog.ts";
import { checkProject } from "../src/cli/checked-project.ts";
import { buildPipeline, defaultPipelineOptions } from "../src/dataflow/physical/build-pipeline.ts";
import { StreamSource, sourceOptions } from "../src/dataflow/runtime/stream-source.ts";
import { analyzeScript, type BoundView } from "../src/sql/analyze.ts";
import { noCause } from "../src/values/column-batch.ts";
import { paymentsProject, transactions } from "./events.ts";
import { cut, pack, timed } from "./json-steps.ts";
import { median, type Report, thousands } from "./report.ts";

const eventCount = 400_000;
const minutes = 10;
const rounds = 5;

/** What each counts by, and what it computes beside the count. */
const views: readonly (readonly [key: string, aggregate: string])[] = [
  ["customer_id", "SUM(amount)"],
  ["currency", "SUM(amount)"],
  ["payment_method", "SUM(amount)"],
  ["merchant_category", "AVG(amount)"],
  ["status", "SUM(amount)"],
  ["location.country", "SUM(amount)"],
  ["currency", "MAX(amount)"],
  ["payment_method", "AVG(risk_score)"],
  ["status", "MAX(risk_score)"],
  ["merchant_category", "MIN(amount)"],
];

export function benchTenViews(): Report {
  const bound = bind();
  const lines = transactions(eventCount, Date.UTC(2026, 2, 1), (minutes * 60_000) / eventCount);
  const steps = cut(pack(lines));
  const alone: number[][] = bound.map(() => []);
  const together: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const each = bound.map((view) => run([view], steps));
    const all = run(bound, steps);
    // The first warms the compiler up.
    if (round === 0) continue;
    for (const [index, seconds] of each.entries()) alone[index]!.push(seconds);
    together.push(all);
  }
  const ofEach = alone.map(median);
  const mean = ofEach.reduce((sum, seconds) => sum + seconds, 0) / ofEach.length;
  const all = median(together);
  const perSecond = (seconds: number) => thousands(eventCount / seconds);
  const ratio = all / mean;
  const verdict = ratio <= 3 ? "reached" : "missed";
  return {
    title: "Ten views on one stream, one core",
    command: "npm run bench -- ten-views",
    method: [
      `${thousands(eventCount)} transactions of ${minutes} minutes in memory. Ten views count by minute and`,
      "a column of theirs and compute one more aggregate; each alone, then all at once on the same stream.",
      `Medians of ${rounds} rounds after one to warm up.`,
    ].join(" "),
    columns: ["", "events/s"],
    rows: [
      ["one view alone, mean of ten", perSecond(mean)],
      ["the fastest alone", perSecond(Math.min(...ofEach))],
      ["the slowest alone", perSecond(Math.max(...ofEach))],
      ["all ten at once", perSecond(all)],
    ],
    findings: [
      `Ten views take **${ratio.toFixed(2)} times** the time of one; ${verdict} (asked for: 3.00 at most).`,
    ],
  };
}

function bind(): readonly BoundView[] {
  const statements = views.map(
    ([key, aggregate], index) => `CREATE MATERIALIZED VIEW view_${index} AS
      SELECT window_start, window_end, ${key} AS k, COUNT(*) AS c, ${aggregate} AS a
      FROM TABLE(TUMBLE(TABLE transaction_events, DESCRIPTOR(\`timestamp\`), INTERVAL '1' MINUTE))
      GROUP BY window_start, window_end, ${key}`,
  );
  const sql = [checkProject(paymentsProject).sql, ...statements].join("\n;\n");
  const { bound, errors } = analyzeScript(sql, new Catalog());
  if (errors[0] !== undefined) throw errors[0];
  const found = bound.flatMap((each) => (each.kind === "CreateMaterializedView" ? [each] : []));
  return found.slice(-views.length);
}

/** Seconds that the stream takes with these views on it. */
function run(bound: readonly BoundView[], steps: ReturnType<typeof cut>): number {
  const [table] = bound[0]!.tables;
  const source = new StreamSource({
    ...sourceOptions(table!, defaultPipelineOptions),
    onFailure: (_, error) => {
      throw error;
    },
  });
  for (const { plan } of bound) {
    source.add(buildPipeline(plan, { accept: () => {}, advance: () => {} }, defaultPipelineOptions));
  }
  return timed(() => {
    for (const step of steps) source.take(step, noCause);
    source.end();
  });
}
