/** History without rows, in memory: says whether a query over streams could be answered. */
import { DuckDBInstance } from "@duckdb/node-api";
import { QuickwaterError } from "../errors/quickwater-error.ts";
import type { RowSchema } from "../values/row-schema.ts";
import { duckType, quoted } from "./duck/duck-type.ts";
import { runHistoryQuery } from "./history-query.ts";

const limits = { runMsMax: 10_000, rowsMax: 10, answerBytesMax: 10_000 };
const places = ["_step BIGINT", "_row INTEGER", "_at TIMESTAMPTZ"];

export class EmptyHistory {
  readonly #instance: DuckDBInstance;
  readonly #relations: readonly string[];

  private constructor(instance: DuckDBInstance, relations: readonly string[]) {
    this.#instance = instance;
    this.#relations = relations;
  }

  static async open(streams: ReadonlyMap<string, RowSchema>): Promise<EmptyHistory> {
    const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
    const connection = await instance.connect();
    for (const [name, { columns }] of streams) {
      const own = columns.map((column) => `${quoted(column.name)} ${duckType(column.type)}`);
      await connection.run(`CREATE TABLE ${quoted(name)} (${[...own, ...places].join(", ")})`);
    }
    connection.closeSync();
    return new EmptyHistory(instance, [...streams.keys()]);
  }

  /** Why not; undefined where it could. */
  async refusalOf(sql: string): Promise<string | undefined> {
    const connect = () => this.#instance.connect();
    try {
      await runHistoryQuery({ sql, limits }, { connect, relations: this.#relations, position: 0 });
      return undefined;
    } catch (error) {
      if (!(error instanceof QuickwaterError)) throw error;
      return String(error.params.reason ?? error.message);
    }
  }

  close(): void {
    this.#instance.closeSync();
  }
}
