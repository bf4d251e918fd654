/** Our scripts as Flink would be given them, with tables whose rows the judge could give. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Catalog } from "../../src/catalog/catalog.ts";
import { checkProject } from "../../src/cli/checked-project.ts";
import { differencesOf } from "../../src/flink/differences.ts";
import { flinkStatements } from "../../src/flink/flink-script.ts";
import type { FlinkTables } from "../../src/flink/flink-tables.ts";
import { analyzeScript, type BoundStatement } from "../../src/sql/analyze.ts";
import { readSlt } from "../sql/slt-file.ts";

export const scriptsFolder = join(import.meta.dirname, "scripts");
const packs = join(import.meta.dirname, "../../packs");
const corpus = join(import.meta.dirname, "../sql/slt");

export interface OwnScript {
  readonly name: string;
  readonly sql: string;
}

/** Scripts that are there to be converted, the packs, and the corpus' files that make views. */
export function ownScripts(): OwnScript[] {
  const written = readdirSync(scriptsFolder).filter((name) => name.endsWith(".sql"));
  const ofCorpus = readdirSync(corpus).flatMap((name): OwnScript[] => {
    const made = readSlt(readFileSync(join(corpus, name), "utf8")).filter(({ kind }) => kind === "ok");
    const sql = made.map(({ body }) => body).join(";\n");
    return /CREATE\s+MATERIALIZED/.test(sql) ? [{ name, sql }] : [];
  });
  return [
    ...written.map((name) => ({ name, sql: readFileSync(join(scriptsFolder, name), "utf8") })),
    ...readdirSync(packs).map((name) => ({ name: `pack ${name}`, sql: packSql(join(packs, name)) })),
    ...ofCorpus,
  ];
}

function packSql(folder: string): string {
  return checkProject(folder).sql;
}

export function boundScript(sql: string): readonly BoundStatement[] {
  const { bound, errors } = analyzeScript(sql, new Catalog(), { inputEnds: true });
  if (errors[0] !== undefined) throw errors[0];
  return bound;
}

const judged = (table: string) => ({ connector: "corpus", run: "$RUN", table, format: "json" });
const judgedTables: FlinkTables = { stream: ({ name }) => judged(name), view: ({ name }) => judged(name) };

export interface ConvertedJob {
  readonly setup: readonly string[];
  readonly sql: string;
}

/**
 * What submits something, each with the definitions before it. Settings are the client's, not the planner's.
 */
export function convertedJobs(sql: string): ConvertedJob[] {
  const jobs: ConvertedJob[] = [];
  const setup: string[] = [];
  // What cannot be had there at all, such as `…$late`, is a mistake of `check --for flink`.
  const bound = boundScript(sql).filter((statement) => {
    return differencesOf(statement).every(({ kind }) => kind !== "mistake");
  });
  for (const statement of flinkStatements(bound, judgedTables)) {
    if (/^(?:CREATE|DROP)\b/.test(statement)) setup.push(inCorpus(statement));
    else if (statement.startsWith("EXECUTE ")) {
      jobs.push({ setup: [...setup], sql: statement.replace("EXECUTE", "EXPLAIN") });
    } else if (!statement.startsWith("SET ")) jobs.push({ setup: [...setup], sql: statement });
  }
  return jobs;
}

/** A table with a connector of its own becomes one of the judge's too: its files are not there. */
function inCorpus(statement: string): string {
  const name = /^CREATE TABLE (\w+)/.exec(statement)?.[1];
  if (name === undefined || statement.includes("'connector' = 'corpus'")) return statement;
  const options = Object.entries(judged(name)).map(([key, value]) => `'${key}' = '${value}'`);
  return `${statement.replace(/ WITH \([^()]*\)$/, "")} WITH (${options.join(", ")})`;
}
