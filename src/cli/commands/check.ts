/** `quickwater check`: everything that is wrong with a project, without running it. */

import { readArguments } from "../arguments.ts";
import { checkProject } from "../checked-project.ts";
import { demoProject } from "../package-root.ts";

export const help = `Usage: quickwater check [PROJECT] [--json]

Parses and binds the SQL of a project and reads its settings and simulators; prints every mistake with its
file, line and what to do. Without PROJECT it checks the demo.

  --json    one JSON object: {"tables": […], "views": […], "mistakes": […]}

Exit code: 0 nothing is wrong, 1 there are mistakes.`;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments("check", args, { json: { type: "boolean" } }, 1);
  const { catalog, mistakes } = checkProject(positionals[0] ?? demoProject);
  const tables = catalog.tables().filter((table) => table.origin.kind !== "dead");
  const views = catalog.views();
  if (values.json === true) {
    const names = { tables: tables.map((table) => table.name), views: views.map((view) => view.name) };
    process.stdout.write(`${JSON.stringify({ ...names, mistakes })}\n`);
  } else if (mistakes.length > 0) {
    process.stderr.write(`${mistakes.join("\n\n")}\n\n${counted(mistakes.length, "mistake")}\n`);
  } else {
    process.stdout.write(
      `Nothing wrong: ${counted(tables.length, "table")}, ${counted(views.length, "view")}.\n`,
    );
  }
  return mistakes.length > 0 ? 1 : 0;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
