/**
 * `npm run bench [-- NAME …]`: runs the benchmarks, or those that are named, prints each, and writes all of
 * a full run to docs/benchmarks.md. Nothing is compared with another day: every figure to be judged is a
 * ratio or a rate measured against something in the same run.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { benchAnalyses } from "./analyses.ts";
import { benchBeside } from "./beside.ts";
import { benchCheckpoint } from "./checkpoint.ts";
import { benchDashboard } from "./dashboard.ts";
import { benchDedup } from "./dedup.ts";
import { benchExport } from "./export.ts";
import { benchHistory } from "./history.ts";
import { benchHop } from "./hop.ts";
import { benchIngest } from "./ingest.ts";
import { benchLatency } from "./latency.ts";
import { benchLive } from "./live.ts";
import { benchNexmark } from "./nexmark.ts";
import { benchPacks } from "./packs.ts";
import { benchReads } from "./reads.ts";
import { asMarkdown, machine, type Report } from "./report.ts";
import { benchRestart } from "./restart.ts";
import { benchSimulate } from "./simulate.ts";
import { benchStart } from "./start.ts";
import { benchTenViews } from "./ten-views.ts";
import { benchTumble } from "./tumble.ts";

const benches: Readonly<Record<string, () => Report | Promise<Report>>> = {
  tumble: benchTumble,
  hop: benchHop,
  "ten-views": benchTenViews,
  nexmark: benchNexmark,
  ingest: benchIngest,
  dedup: benchDedup,
  latency: benchLatency,
  reads: benchReads,
  history: benchHistory,
  export: benchExport,
  analyses: benchAnalyses,
  beside: benchBeside,
  live: benchLive,
  dashboard: benchDashboard,
  packs: benchPacks,
  simulate: benchSimulate,
  start: benchStart,
  checkpoint: benchCheckpoint,
  restart: benchRestart,
};

/** Prints what is named and nothing else. */
const partFlag = "--part";
const [first, ...others] = process.argv.slice(2);
const isPart = first === partFlag;
const named = isPart ? others : process.argv.slice(2);
const unknown = named.find((name) => !(name in benches));
if (unknown !== undefined) {
  process.stderr.write(`There is no benchmark ${unknown}; there are: ${Object.keys(benches).join(", ")}.\n`);
  process.exit(1);
}
const today = new Date().toISOString().slice(0, 10);
const head = `# Benchmarks

Printed by \`npm run bench\` on ${today}: ${machine()}.
The machine is shared and noisy; figures of one run belong together, those of two days do not.
`;

/** Each in a process of its own: what the compiler has learnt of one says nothing of the next. */
function partOf(name: string): string {
  const { status, stdout } = spawnSync(
    process.execPath,
    [...process.execArgv, import.meta.filename, partFlag, name],
    {
      stdio: ["ignore", "pipe", "inherit"],
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  if (status !== 0) process.exit(status ?? 1);
  return stdout.trimEnd();
}

if (isPart) {
  for (const name of named) process.stdout.write(`${asMarkdown(await benches[name]!())}\n`);
} else {
  process.stdout.write(`${head}\n`);
  const parts: string[] = [];
  for (const name of named.length === 0 ? Object.keys(benches) : named) {
    const text = partOf(name);
    process.stdout.write(`${text}\n\n`);
    parts.push(text);
  }
  if (named.length === 0) {
    writeFileSync(
      join(import.meta.dirname, "..", "docs", "benchmarks.md"),
      `${head}\n${parts.join("\n\n")}\n`,
    );
  }
}
