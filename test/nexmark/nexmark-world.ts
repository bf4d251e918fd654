/** Seeded events of Nexmark in the engine's tables and in DuckDB's, and what each makes of a query. */
import { readFileSync } from "node:fs";
import { NexmarkGenerator, type NexmarkSettings } from "../../bench/nexmark/generator.ts";
import { oneTable, queryText, threeTables } from "../../bench/nexmark/tables.ts";
import { Catalog } from "../../src/catalog/catalog.ts";
import { formatError } from "../../src/errors/source-text.ts";
import { DuckDb, type JsonRow } from "../../src/rehearsal/duck-db.ts";
import { analyzeScript } from "../../src/sql/analyze.ts";
import { formatDecimal } from "../../src/values/decimal.ts";
import type { RowSchema } from "../../src/values/row-schema.ts";
import type { SqlType } from "../../src/values/sql-type.ts";
import type { SqlValue } from "../../src/values/sql-value.ts";
import { type SltWay, SltWorld } from "../sql/slt-runner.ts";

export const tableForms = { "three tables": threeTables, "one table": oneTable };

export interface NexmarkWay extends SltWay, NexmarkSettings {
  readonly form: keyof typeof tableForms;
  readonly eventCount: number;
}

/** What a query gives in the end, as sorted lines, and how many rows of it were late. */
export interface Answer {
  readonly lines: readonly string[];
  readonly rowsLate: number;
}

/** What q13 looks up; of some auctions there is nothing. */
const sideRows = Array.from({ length: 100 }, (_, index) => {
  return { key: 1_000 + index, value: `value of ${1_000 + index}` };
});
const sideDdl = "CREATE TABLE side_input (key BIGINT, `value` VARCHAR)";

const appendedFromMs = Date.UTC(2026, 2, 1, 12);

export class NexmarkWorld {
  readonly #engine: SltWorld;
  readonly #oracle: DuckDb;

  private constructor(engine: SltWorld, oracle: DuckDb) {
    this.#engine = engine;
    this.#oracle = oracle;
  }

  static async open(way: NexmarkWay): Promise<NexmarkWorld> {
    const generator = new NexmarkGenerator(way);
    const events = Array.from({ length: way.eventCount }, () => generator.next());
    const form = tableForms[way.form];
    const engine = new SltWorld(way);
    engine.bind(form.sql);
    // The query makes its table itself.
    engine.bind(sideDdl);
    engine.addRows(
      "side_input",
      sideRows.map((row) => JSON.stringify(row)),
    );
    engine.bind("DROP TABLE side_input");
    for (const [arrival, event] of events.entries()) {
      const { table, json } = form.rowOf(event);
      // Windows of processing time go by this.
      if (arrival % 500 === 0) engine.setClock(new Date(appendedFromMs + arrival * 14).toISOString());
      engine.addRows(table, [json]);
    }
    const oracle = await DuckDb.open();
    for (const kind of ["person", "auction", "bid"] as const) {
      const rows = events.flatMap(({ kind: own, row }, arrival) =>
        own === kind ? [{ ...row, arrival } as unknown as JsonRow] : [],
      );
      await oracle.fill(kind, oracleSchema(kind), rows);
    }
    await oracle.fill("side_input", schemaOf(sideDdl, "side_input"), sideRows);
    return new NexmarkWorld(engine, oracle);
  }

  async answer(name: string): Promise<Answer & { readonly schema: RowSchema }> {
    const { schema, rows, books } = await this.#engine.query(queryText(name));
    const left = new Map<string, number>();
    for (const { kind, values } of rows) {
      const line = values.map((value, index) => engineText(value, schema.columns[index]!.type)).join(" | ");
      const count = (left.get(line) ?? 0) + (kind === "+I" || kind === "+U" ? 1 : -1);
      if (count < 0) throw new Error(`${name}: ${kind} of a row that is not there: ${line}`);
      left.set(line, count);
    }
    const lines = [...left].flatMap(([line, count]) => Array.from({ length: count }, () => line));
    return { lines: lines.sort(), rowsLate: books.rowsLate, schema };
  }

  /** By the query of the same name under expected/, which speaks of rows as a whole and of no time. */
  async expected(name: string, schema: RowSchema): Promise<readonly string[]> {
    const sql = readFileSync(new URL(`expected/${name}.sql`, import.meta.url), "utf8");
    const rows = await this.#oracle.query(sql);
    const line = (row: readonly (string | null)[]) =>
      row.map((value, index) => oracleText(value, schema.columns[index]!.type)).join(" | ");
    return rows.map(line).sort();
  }

  close(): void {
    this.#oracle.close();
  }
}

/** What is said of a query, as a person sees it; empty for one that runs. */
export function refusalOf(name: string, form: keyof typeof tableForms): string {
  const catalog = new Catalog();
  const tables = analyzeScript(tableForms[form].sql, catalog, { inputEnds: true });
  if (tables.errors[0] !== undefined) throw tables.errors[0];
  const text = queryText(name);
  const { errors } = analyzeScript(text, catalog, { inputEnds: true });
  return errors.map((error) => formatError(error, text)).join("\n");
}

/** A column more says which row came first. */
function oracleSchema(table: string): RowSchema {
  const { columns } = schemaOf(threeTables.sql, table);
  return { columns: [...columns, { name: "arrival", type: { kind: "BIGINT", nullable: false } }] };
}

function schemaOf(ddl: string, table: string): RowSchema {
  const catalog = new Catalog();
  analyzeScript(ddl, catalog);
  return catalog.table(table)!.schema;
}

function engineText(value: SqlValue, type: SqlType): string {
  if (value === null) return "NULL";
  return type.kind === "DECIMAL" ? formatDecimal(value as bigint, type.scale) : String(value);
}

function oracleText(value: string | null, type: SqlType): string {
  if (value === null) return "NULL";
  return type.kind === "TIMESTAMP" ? String(Date.parse(`${value.replace(" ", "T")}Z`)) : value;
}
