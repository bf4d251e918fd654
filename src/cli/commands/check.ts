/** `quickwater check`: everything that is wrong with a project, without running it. */

import { isKeptBeside } from "../../catalog/catalog.ts";
import { readArguments, readFor } from "../arguments.ts";
import { checkWholeProject } from "../checked-history.ts";
import { mistakesOfPages } from "../checked-pages.ts";
import { demoProject } from "../package-root.ts";

export const help = `Usage: quickwater check [PROJECT] [--for flink] [--json]

Parses and binds the SQL of a project, its endpoints and analyses too, looks up what its pages show, and
reads its settings and simulators; prints every mistake with its file, line and what to do. Without
PROJECT it checks the demo.

  --for flink   also what Apache Flink cannot run, a mistake, and what is otherwise there, a difference
  --json        one JSON object: {"tables": […], "views": […], "mistakes": […]}, with "differences" for Flink

Exit code: 0 nothing is wrong, 1 there are mistakes.`;

const options = { for: { type: "string" }, json: { type: "boolean" } } as const;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments("check", args, options, 1);
  const isForFlink = readFor("check", values.for);
  const checked = await checkWholeProject(positionals[0] ?? demoProject);
  const { catalog, endpoints, analyses, project, mistakes: found, differences: all } = checked;
  const mistakes = [...found, ...(isForFlink ? all.mistakes : []), ...mistakesOfPages(checked)];
  const differences = isForFlink ? all.differences : [];
  const tables = catalog.tables().filter((table) => !isKeptBeside(table));
  const views = catalog.views();
  if (values.json === true) {
    const names = { tables: tables.map((table) => table.name), views: views.map((view) => view.name) };
    const told = isForFlink ? { mistakes, differences } : { mistakes };
    process.stdout.write(`${JSON.stringify({ ...names, ...told })}\n`);
  } else if (mistakes.length > 0) {
    process.stderr.write(`${mistakes.join("\n\n")}\n\n${counted(mistakes.length, "mistake")}\n`);
  } else {
    for (const each of differences) process.stdout.write(`${each}\n`);
    const parts = [counted(tables.length, "table"), counted(views.length, "view")];
    if (endpoints.length > 0) parts.push(counted(endpoints.length, "endpoint"));
    if (analyses.saved.length > 0) parts.push(counted(analyses.saved.length, "analysis", "analyses"));
    if (project.pages.length > 0) parts.push(counted(project.pages.length, "page"));
    process.stdout.write(`Nothing wrong: ${parts.join(", ")}.\n`);
  }
  return mistakes.length > 0 ? 1 : 0;
}

function counted(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`;
}
