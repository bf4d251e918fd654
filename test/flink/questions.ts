/** What Flink is asked: the statements of the corpus, each with the tables and rows that it finds. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readSlt } from "../sql/slt-file.ts";
import { convertedJobs, ownScripts, scriptsFolder } from "./converted.ts";

/** A row of a table: its turn among the rows of all tables, its kind, its JSON, when it was appended. */
type Line = readonly [turn: number, kind: string, json: string, appendTimeMs?: number];

export interface FlinkQuestion {
  /** Of everything below; an answer to another text of it is no answer. */
  readonly id: string;
  readonly setup: readonly string[];
  readonly rows: Readonly<Record<string, readonly Line[]>>;
  readonly sql: string;
  /** Whether it is run, and not only planned. */
  readonly run: boolean;
}

export interface AskedStatement {
  /** As the corpus has it. */
  readonly sql: string;
  /** The tables before it, as the corpus has them. */
  readonly tables: readonly string[];
  readonly question: FlinkQuestion;
}

export interface AskedFile {
  /** Of its answers, under test/sql/flink-answers. */
  readonly answers: string;
  readonly path: string;
  readonly kind: "corpus" | "refusals" | "probes" | "scripts" | "keywords";
  readonly statements: readonly AskedStatement[];
}

const sqlTests = join(import.meta.dirname, "../sql");
export const answersFolder = join(sqlTests, "flink-answers");

/** Every file whose statements Flink is asked about. */
export function askedFiles(): AskedFile[] {
  return [
    ...filesOf("slt", "corpus", ".slt", askCorpus),
    ...filesOf("refusals", "refusals", ".txt", askRefusals),
    ...filesOf("flink-answers/probes", "probes", ".slt", askCorpus),
    askScripts(),
    {
      answers: "keywords.txt",
      path: sqlTests,
      kind: "keywords",
      statements: [asked("KEYWORDS", [], {}, true)],
    },
  ];
}

function filesOf(
  folder: string,
  kind: AskedFile["kind"],
  ending: string,
  ask: (text: string) => AskedStatement[],
): AskedFile[] {
  const names = readdirSync(join(sqlTests, folder)).filter((name) => name.endsWith(ending));
  return names.sort().map((name) => ({
    answers: join(kind, name.replace(ending, ".txt")),
    path: join(sqlTests, folder, name),
    kind,
    statements: ask(readFileSync(join(sqlTests, folder, name), "utf8")),
  }));
}

/** What Flink is given instead of our own scripts: whether its planner takes it. */
function askScripts(): AskedFile {
  const statements = ownScripts().flatMap(({ name, sql: own }) =>
    convertedJobs(own).map(({ setup, sql }, place): AskedStatement => {
      const content = { setup, rows: {}, sql, run: false };
      return { sql: `${name}, job ${place + 1}`, tables: [], question: { id: idOf(content), ...content } };
    }),
  );
  return { answers: "scripts.txt", path: scriptsFolder, kind: "scripts", statements };
}

/** Each query of an .slt file, and each statement that must fail. */
function askCorpus(text: string): AskedStatement[] {
  const tables: string[] = [];
  const rows: Record<string, Line[]> = {};
  const statements: AskedStatement[] = [];
  let turn = 0;
  let clockMs: number | undefined;
  for (const block of readSlt(text)) {
    switch (block.kind) {
      case "ok":
        tables.push(block.body);
        break;
      case "clock":
        // It is told where a column reads it.
        if (tables.some((table) => /\bMETADATA\b/i.test(table))) clockMs = Date.parse(block.words[0]!);
        break;
      case "rows":
        rows[block.words[0]!] ??= [];
        for (const line of block.body.split("\n")) {
          const [, kind, json] = readLine(++turn, line);
          rows[block.words[0]!]!.push(
            clockMs === undefined ? [turn, kind, json] : [turn, kind, json, clockMs],
          );
        }
        break;
      default:
        if (block.words.includes("unasked")) break;
        statements.push(asked(block.body, tables, rows, true));
    }
  }
  return statements;
}

function askRefusals(text: string): AskedStatement[] {
  const [setup, ...blocks] = text.trimEnd().split("\n====\n");
  // What else is written into the same streams is a matter of our graph alone.
  const ddl = setup!.split(/;\s*(?=CREATE|INSERT|$)/).filter((statement) => statement.startsWith("CREATE"));
  return blocks.map((block) => asked(block.split("\n----\n")[0]!.trim(), ddl, {}, false));
}

function asked(
  sql: string,
  tables: readonly string[],
  rows: Readonly<Record<string, readonly Line[]>>,
  run: boolean,
): AskedStatement {
  const content = { setup: tables.map(flinkDdl), rows: structuredClone(rows), sql: queryOf(sql), run };
  return { sql, tables: [...tables], question: { id: idOf(content), ...content } };
}

function idOf(content: Omit<FlinkQuestion, "id">): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 12);
}

/** A row that is not inserted says so before its JSON: `-D {…}`. */
function readLine(turn: number, line: string): Line {
  const [, kind = "+I", json] = /^(?:([+-][IUD]) )?(.*)$/s.exec(line)!;
  return [turn, kind, inUtc(json!)];
}

/** Flink's JSON takes instants with Z only. */
function inUtc(json: string): string {
  return json.replace(/"\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d"/g, (text) => {
    return `"${new Date(text.slice(1, -1)).toISOString()}"`;
  });
}

/** A table of ours, whatever its connector, as one whose rows the judge gives. */
function flinkDdl(statement: string): string {
  if (/^\s*CREATE\s+MATERIALIZED/i.test(statement)) return statement.replace(/MATERIALIZED\s+/i, "");
  const name = /^\s*CREATE\s+(?:TEMPORARY\s+)?TABLE\s+(`[^`]+`|\w+)/i
    .exec(statement)?.[1]
    ?.replaceAll("`", "");
  if (name === undefined) return statement;
  // LIKE stands behind the options.
  const [like = ""] = /\sLIKE\s+\w+(?:\s*\([^()]*\))?\s*$/i.exec(statement) ?? [];
  const columns = statement
    .slice(0, statement.length - like.length)
    .replace(/\)\s*WITH\s*\([^()]*\)\s*$/i, ")");
  const options = {
    connector: "corpus",
    run: "$RUN",
    table: name,
    format: "json",
    "json.timestamp-format.standard": "ISO-8601",
  };
  const list = Object.entries(options).map(([key, value]) => `'${key}' = '${value}'`);
  return `${columns}\nWITH (${list.join(", ")})${like}`;
}

/** A materialized view is ours; for Flink it is its query. */
function queryOf(statement: string): string {
  return statement.replace(/^\s*CREATE\s+MATERIALIZED\s+VIEW\b.*?\bAS\s+(?=SELECT\b)/is, "");
}
