/** Reads a project and binds its SQL; mistakes are printed with file, line and caret, all of them at once. */
import { relative } from "node:path";
import { Catalog } from "../catalog/catalog.ts";
import { formatError } from "../errors/source-text.ts";
import { differencesOf } from "../flink/differences.ts";
import { type Project, readProject } from "../project/read-project.ts";
import { analyzeScript, type BoundStatement, needsRun } from "../sql/analyze.ts";

export interface CheckedProject {
  readonly project: Project;
  readonly catalog: Catalog;
  /** Each mistake as a person reads it. */
  readonly mistakes: readonly string[];
  /** What Flink cannot run, and what is otherwise there, each with its place. */
  readonly differences: { readonly mistakes: readonly string[]; readonly differences: readonly string[] };
}

export function checkProject(folder: string): CheckedProject {
  const project = readProject(folder);
  const catalog = new Catalog();
  const mistakes: string[] = [];
  const differences = { mistakes: [] as string[], differences: [] as string[] };
  for (const { path, text } of project.sql) {
    const name = relative(process.cwd(), path);
    const { bound, errors } = analyzeScript(text, catalog, { timeZone: project.settings.timeZone });
    mistakes.push(...errors.map((error) => formatError(error, text, name)));
    for (const { kind, sentence, position } of bound.flatMap(differencesOf)) {
      const place = `${name}:${position.line}:${position.column}`;
      differences[kind === "mistake" ? "mistakes" : "differences"].push(`${place}: ${sentence}.`);
    }
    const misplaced = bound.find(isDoneOnce);
    if (misplaced !== undefined) mistakes.push(formatError(needsRun(misplaced.written), text, name));
  }
  for (const simulator of project.simulators) {
    const table = catalog.table(simulator.stream);
    if (table?.origin.kind === "stream") continue;
    mistakes.push(`simulators/${simulator.name}.yaml: there is no stream ${simulator.stream}`);
  }
  return { project, catalog, mistakes, differences };
}

/** What is done once has no place in what runs on. */
function isDoneOnce(statement: BoundStatement): boolean {
  switch (statement.kind) {
    case "Select":
    case "Result":
      return true;
    case "InsertInto":
      return statement.target.origin.kind !== "stream";
    case "StatementSet":
      return statement.inserts.some(isDoneOnce);
    default:
      return false;
  }
}
