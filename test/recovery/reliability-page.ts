/**
 * docs/reliability.md from the counts of a run:
 *
 *     node scripts/pinned.js test/recovery/reliability-page.ts FOLDER
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cellOf, faultNames, impossible, parts } from "./disk-faults.ts";
import { instants } from "./instants.ts";
import { plantNames } from "./process/plants.ts";
import type { ReliabilityPart } from "./reliability-report.ts";

type Counts = Readonly<Record<string, number>>;

const page = join(import.meta.dirname, "..", "..", "docs", "reliability.md");

function rendered(kills: Counts, faults: Counts, figures: Counts, day: string): string {
  return [
    "# Faults tried and survived",
    "",
    `Counted by the runs themselves on ${day}; \`npm run reliability\` tries all of it again and`,
    "writes this page. After each fault everything that was acknowledged was there, once, or an error",
    "named the file; otherwise a run fails, and nothing is written. What is promised, and what is not,",
    "is in [consistency](internals/consistency.md).",
    "",
    ...ofKills(kills, (name) => (figures[name] ?? 0).toLocaleString("en")),
    ...ofFaults(faults),
    "Besides, by tests of their own: [a disk that fills under a server](../test/recovery/full-disk.test.ts),",
    "[a folder that another process has](../test/log/folder-claim.test.ts), [every byte of a journal's tail",
    "cut off](../src/log/journal/damage.test.ts), [journals of others, with gaps, or",
    "newer](../test/server/bad-journal.test.ts).",
    "",
  ].join("\n");
}

function ofKills(kills: Counts, figure: (name: string) => string): readonly string[] {
  return [
    "## Servers that were killed",
    "",
    `A real server was killed ${figure("kills")} times (\`kill -9\`) under a load of plain rows, rows`,
    "with keys, requests with keys, broken rows and replays, packed bodies among them.",
    `${figure("powerLosses")} kills lost the power too: of what was not flushed, bytes of`,
    `${figure("filesDamaged")} files and ${figure("namesLost")} changes of names went, in any order.`,
    `The next server went on from a checkpoint ${figure("restored")} times. All`,
    `${figure("acknowledged")} rows that were acknowledged were there once, and streams, written`,
    "streams and views were what DuckDB makes of the client's own record.",
    "",
    "| killed at | | kills |",
    "|---|---|---|",
    ...instants.map(({ group, name }) => `| ${group} | ${name} | ${kills[name] ?? 0} |`),
    `| anywhere | | ${figure("anywhere")} |`,
    "",
    "The same harness finds each of these when it is put into the server:",
    `${plantNames.join(", ")}.`,
    "",
  ];
}

function ofFaults(faults: Counts): readonly string[] {
  const countOf = (cell: string) => (impossible.has(cell) ? "–" : String(faults[cell] ?? 0));
  return [
    "## A disk that fails",
    "",
    "How often each part met each fault, each time at another call. – is what cannot be.",
    "",
    `| fault | ${parts.join(" | ")} |`,
    `|---|${parts.map(() => "---|").join("")}`,
    ...faultNames.map((fault) => {
      const cells = parts.map((part) => countOf(cellOf(part, fault)));
      return `| ${fault} | ${cells.join(" | ")} |`;
    }),
    "",
  ];
}

const [, , folder = ""] = process.argv;
const counts = (part: ReliabilityPart) =>
  JSON.parse(readFileSync(join(folder, `${part}.json`), "utf8")) as Counts;
const day = new Date().toISOString().slice(0, 10);
writeFileSync(page, rendered(counts("kills"), counts("faults"), counts("figures"), day));
