/**
 * What a query over history answers, known before there is any: bound by DuckDB itself, over tables without
 * rows that are called and made as the relations of history will be.
 */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { TableDefinition } from "../catalog/catalog.ts";
import { QuickwaterError } from "../errors/quickwater-error.ts";
import { closestName } from "../errors/suggest.ts";
import type { TypedValue } from "../values/parameter.ts";
import type { RowSchema } from "../values/row-schema.ts";
import { duckType, quoted } from "./duck/duck-type.ts";
import { errorPosition } from "./duck/error-position.ts";
import { sqlTypeOf } from "./duck/sql-type-of.ts";
import { boundValues } from "./history-query.ts";
import { isKept } from "./history-store.ts";
import { refusal, relationsRead } from "./refuse-reach.ts";
import { StreamColumns } from "./stream-columns.ts";

export interface CheckedQuery {
  readonly schema: RowSchema;
  /** Names of values that the query has no place for. */
  readonly unused: readonly string[];
}

export class QueryCheck {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #relations: readonly string[];

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, relations: readonly string[]) {
    this.#instance = instance;
    this.#connection = connection;
    this.#relations = relations;
  }

  static async open(tables: readonly TableDefinition[], timeZone: string): Promise<QueryCheck> {
    const settings = { threads: "1", enable_external_access: "false" };
    const instance = await DuckDBInstance.create(":memory:", settings);
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    const relations: string[] = [];
    for (const table of tables.filter(isKept)) {
      const { columns } = new StreamColumns(table, timeZone).schema;
      const own = columns.map(({ name, type }) => `${quoted(name)} ${duckType(type)}`);
      const places = ["_step BIGINT", "_row INTEGER", "_at TIMESTAMPTZ"];
      const make = async (name: string, more: readonly string[]) => {
        relations.push(name);
        await connection.run(`CREATE TABLE ${quoted(name)} (${[...own, ...places, ...more].join(", ")})`);
      };
      await make(table.name, []);
      if (table.primaryKey.length > 0) await make(`${table.name}_changes`, ["_deleted BOOLEAN"]);
    }
    return new QueryCheck(instance, connection, relations);
  }

  /** @throws QuickwaterError where it has a mistake, or reaches for what it may not. */
  async check(sql: string, given: ReadonlyMap<string, TypedValue>): Promise<CheckedQuery> {
    const parsed = await this.#connection.runAndReadAll("SELECT json_serialize_sql($sql::VARCHAR)", { sql });
    relationsRead(sql, String(parsed.getRows()[0]![0]), this.#relations);
    try {
      const prepared = await this.#connection.prepare(sql);
      const used = Array.from({ length: prepared.parameterCount }, (_, at) => prepared.parameterName(at + 1));
      prepared.destroySync();
      refuseUnknown(sql, used, [...given.keys()]);
      const unused = [...given.keys()].filter((name) => !used.includes(name));
      if (unused.length > 0) return { schema: { columns: [] }, unused };
      const result = await this.#connection.stream(sql, ...boundValues(given));
      const names = result.columnNames();
      const columns = names.map((name, place) => ({ name, type: sqlTypeOf(result.columnType(place)) }));
      return { schema: { columns }, unused };
    } catch (error) {
      if (!(error instanceof Error) || error instanceof QuickwaterError) throw error;
      const [said = ""] = error.message.split("\n");
      throw refusal(said, sql, errorPosition(error.message, sql));
    }
  }

  /** Why it could not be answered; undefined where it could. */
  async refusalOf(sql: string): Promise<string | undefined> {
    try {
      await this.check(sql, new Map());
      return undefined;
    } catch (error) {
      if (!(error instanceof QuickwaterError)) throw error;
      return String(error.params.reason ?? error.message);
    }
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

function refuseUnknown(sql: string, used: readonly string[], names: readonly string[]): void {
  const unknown = used.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const at = Buffer.byteLength(sql.slice(0, sql.indexOf(`$${unknown}`)));
  throw refusal(`there is no parameter ${unknown}`, sql, at, closestName(unknown, names));
}
