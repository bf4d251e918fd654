/** `quickwater explain`: what each query does, stage by stage, and the state that it keeps. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { Catalog } from "../../catalog/catalog.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { formatError } from "../../errors/source-text.ts";
import { readProject } from "../../project/read-project.ts";
import { analyzeScript, explainStatement } from "../../sql/analyze.ts";
import { type ExplainedQuery, explainedText } from "../../sql/explain/explain-plan.ts";
import { readArguments } from "../arguments.ts";
import { demoProject } from "../package-root.ts";

export const help = `Usage: quickwater explain FILE|PROJECT|STATEMENT [options]

Shows each query of a script, of a project or of one statement as its stages, from the result down to the
tables: what each does, whether its rows change later, what it keeps and when that is freed, which fields
are read, and which passes of the optimizer changed the plan. Nothing is run.

A STATEMENT reads the tables and views of a project: the demo's, or those of --project.

  --project DIR     whose tables a STATEMENT reads
  --json            a JSON array: [{"into": …, "plan": {"stage": …, "keeps": …, "inputs": […]}, "passes": …}]

Exit code: 0 done, 1 the SQL has a mistake.`;

const options = { project: { type: "string" }, json: { type: "boolean" } } as const;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments("explain", args, options, 1);
  const [subject] = positionals;
  if (subject === undefined) {
    const problem = "a FILE, a PROJECT or a STATEMENT is missing";
    throw quickwaterError("run.bad-argument", { problem, verb: "explain" });
  }
  const { queries, mistakes } = explained(subject, values.project ?? demoProject);
  if (mistakes.length > 0) {
    process.stderr.write(`${mistakes.join("\n\n")}\n`);
    return 1;
  }
  const text = values.json === true ? JSON.stringify(queries) : explainedText(queries);
  process.stdout.write(`${text}\n`);
  return 0;
}

interface Explained {
  readonly queries: readonly ExplainedQuery[];
  readonly mistakes: readonly string[];
}

function explained(subject: string, project: string): Explained {
  const catalog = new Catalog();
  if (!existsSync(subject)) {
    const around = explainAll(filesOf(project), catalog);
    if (around.mistakes.length > 0) return around;
    return explainAll([{ path: "statement", text: subject }], catalog);
  }
  if (statSync(subject).isDirectory()) return explainAll(filesOf(subject), catalog);
  return explainAll([{ path: subject, text: readFileSync(subject, "utf8") }], catalog);
}

const filesOf = (folder: string) => readProject(folder).sql;

function explainAll(
  files: readonly { readonly path: string; readonly text: string }[],
  catalog: Catalog,
): Explained {
  const queries: ExplainedQuery[] = [];
  const mistakes: string[] = [];
  for (const { path, text } of files) {
    const { bound, errors } = analyzeScript(text, catalog, { inputEnds: true });
    mistakes.push(...errors.map((error) => formatError(error, text, path)));
    queries.push(...bound.flatMap(explainStatement));
  }
  return { queries, mistakes };
}
