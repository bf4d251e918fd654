/** `quickwater explain`: what each query does, stage by stage, and the state that it keeps. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { Catalog } from "../../catalog/catalog.ts";
import { type QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { formatError } from "../../errors/source-text.ts";
import { differencesOf } from "../../flink/differences.ts";
import { flinkScript } from "../../flink/flink-script.ts";
import { defaultServers, fileTables, kafkaTables } from "../../flink/flink-tables.ts";
import { readProject } from "../../project/read-project.ts";
import { analyzeFiles, type BoundStatement, explainStatement } from "../../sql/analyze.ts";
import { explainedText } from "../../sql/explain/explain-plan.ts";
import { readArguments, readFor } from "../arguments.ts";
import { demoProject } from "../package-root.ts";

export const help = `Usage: quickwater explain FILE|PROJECT|STATEMENT [options]

Shows each query of a script, of a project or of one statement as its stages, from the result down to the
tables: what each does, whether its rows change later, what it keeps and when that is freed, which fields
are read, and which passes of the optimizer changed the plan. Nothing is run.

A STATEMENT reads the tables and views of a project: the demo's, or those of --project.

  --project DIR     whose tables a STATEMENT reads
  --for flink       the script that Apache Flink would be given instead: streams are topics of Kafka, a
                    materialized view is a keyed topic and an INSERT
  --kafka SERVERS   of --for flink: the servers of the topics (localhost:9092)
  --files DIR       of --for flink: streams are folders of JSON files in DIR, views are printed
  --json            the same as data: [{"into": …, "plan": {"stage": …, "keeps": …, "inputs": […]},
                    "passes": …}], or {"script": …, "differences": […]}

Exit code: 0 done, 1 the SQL has a mistake.`;

const options = {
  project: { type: "string" },
  for: { type: "string" },
  kafka: { type: "string" },
  files: { type: "string" },
  json: { type: "boolean" },
} as const;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments("explain", args, options, 1);
  const [subject] = positionals;
  if (subject === undefined) throw badArgument("a FILE, a PROJECT or a STATEMENT is missing");
  const isForFlink = readFor("explain", values.for);
  if (!isForFlink && (values.kafka ?? values.files) !== undefined) {
    throw badArgument("--kafka and --files go with --for flink");
  }
  if (values.kafka !== undefined && values.files !== undefined) {
    throw badArgument("Streams are in topics or in files: --kafka or --files, not both");
  }
  const { bound, shown, mistakes, timeZone } = readSubject(subject, values.project ?? demoProject);
  if (mistakes.length > 0) {
    process.stderr.write(`${mistakes.join("\n\n")}\n`);
    return 1;
  }
  if (isForFlink) {
    const tables =
      values.files === undefined ? kafkaTables(values.kafka ?? defaultServers) : fileTables(values.files);
    const zone = timeZone === undefined ? "" : `SET 'table.local-time-zone' = '${timeZone}';\n\n`;
    const script = `${zone}${flinkScript(bound, tables)}`;
    const differences = bound.flatMap(differencesOf).map(({ kind, sentence }) => ({ kind, sentence }));
    process.stdout.write(values.json === true ? `${JSON.stringify({ script, differences })}\n` : script);
    return 0;
  }
  const queries = shown.flatMap(explainStatement);
  process.stdout.write(`${values.json === true ? JSON.stringify(queries) : explainedText(queries)}\n`);
  return 0;
}

interface Subject {
  /** Everything, with what only stands around a STATEMENT. */
  readonly bound: readonly BoundStatement[];
  readonly shown: readonly BoundStatement[];
  readonly mistakes: readonly string[];
  /** Of the project. */
  readonly timeZone: string | undefined;
}

function readSubject(subject: string, project: string): Subject {
  const catalog = new Catalog();
  if (existsSync(subject)) {
    const { sql, timeZone } = statSync(subject).isDirectory()
      ? sqlOf(subject)
      : { sql: [{ path: subject, text: readFileSync(subject, "utf8") }], timeZone: undefined };
    const { bound, mistakes } = analyzeAll(sql, catalog, timeZone);
    return { bound, shown: bound, mistakes, timeZone };
  }
  const { sql, timeZone } = sqlOf(project);
  const around = analyzeAll(sql, catalog, timeZone);
  const statement = analyzeAll([{ path: "statement", text: subject }], catalog, timeZone);
  const definitions = around.bound.filter(({ kind }) => kind === "CreateTable" || kind === "CreateView");
  return {
    bound: [...definitions, ...statement.bound],
    shown: statement.bound,
    mistakes: [...around.mistakes, ...statement.mistakes],
    timeZone,
  };
}

function sqlOf(project: string) {
  const { sql, settings } = readProject(project);
  return { sql, timeZone: settings.timeZone };
}

function analyzeAll(
  files: readonly { readonly path: string; readonly text: string }[],
  catalog: Catalog,
  timeZone: string | undefined,
) {
  const texts = files.map(({ text }) => text);
  const { bound, errors } = analyzeFiles(texts, catalog, { inputEnds: true, timeZone });
  const mistakes = errors.flatMap((of, file) =>
    of.map((error) => formatError(error, texts[file]!, files[file]!.path)),
  );
  return { bound: bound.map(({ statement }) => statement), mistakes };
}

function badArgument(problem: string): QuickwaterError {
  return quickwaterError("run.bad-argument", { problem, verb: "explain" });
}
