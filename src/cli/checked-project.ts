/** Reads a project and binds its SQL; mistakes are printed with file, line and caret, all of them at once. */
import { relative } from "node:path";
import { Catalog } from "../catalog/catalog.ts";
import { formatError } from "../errors/source-text.ts";
import { differencesOf } from "../flink/differences.ts";
import { type Project, readProject } from "../project/read-project.ts";
import { analyzeFiles, type BoundStatement, needsRun } from "../sql/analyze.ts";

export interface CheckedProject {
  readonly project: Project;
  readonly catalog: Catalog;
  /** All of it as one script, each statement behind those that it needs. */
  readonly sql: string;
  /** Each mistake as a person reads it. */
  readonly mistakes: readonly string[];
  /** What Flink cannot run, and what is otherwise there, each with its place. */
  readonly differences: { readonly mistakes: readonly string[]; readonly differences: readonly string[] };
}

export function checkProject(folder: string): CheckedProject {
  const project = readProject(folder);
  const catalog = new Catalog();
  const names = project.sql.map(({ path }) => relative(process.cwd(), path));
  const texts = project.sql.map(({ text }) => text);
  const analyzed = analyzeFiles(texts, catalog, { timeZone: project.settings.timeZone });
  const mistakes = analyzed.errors.flatMap((errors, file) =>
    errors.map((error) => formatError(error, texts[file]!, names[file])),
  );
  const differences = { mistakes: [] as string[], differences: [] as string[] };
  for (const { statement, file } of analyzed.bound) {
    for (const { kind, sentence, position } of differencesOf(statement)) {
      const place = `${names[file]}:${position.line}:${position.column}`;
      differences[kind === "mistake" ? "mistakes" : "differences"].push(`${place}: ${sentence}.`);
    }
  }
  for (const { statement, file } of analyzed.bound)
    if (isDoneOnce(statement))
      mistakes.push(formatError(needsRun(statement.written), texts[file]!, names[file]));
  for (const simulator of project.simulators) {
    const table = catalog.table(simulator.stream);
    if (table?.origin.kind === "stream") continue;
    mistakes.push(`simulators/${simulator.name}.yaml: there is no stream ${simulator.stream}`);
  }
  return { project, catalog, sql: analyzed.script, mistakes, differences };
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
