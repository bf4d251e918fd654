/** What views and written streams have to be, as DuckDB computes it from the rows that the client noted. */
import { DuckDb } from "../../src/rehearsal/duck-db.ts";
import { tableOf } from "../support/table-of.ts";
import type { World } from "./instants.ts";
import type { Load } from "./load.ts";

export const retentionMs = 400;

const tables = {
  events: `CREATE TABLE events (
  id BIGINT NOT NULL, k STRING NOT NULL, amount INT NOT NULL, note STRING, ts TIMESTAMP(3) NOT NULL,
  WATERMARK FOR ts AS ts - INTERVAL '1' DAY
) WITH ('idle-timeout' = '1 d')`,
  payments: `CREATE TABLE payments (id STRING NOT NULL, k STRING NOT NULL, amount INT NOT NULL, note STRING)
WITH ('dedup-key' = 'id', 'dedup-span' = '30 d')`,
  hits: `CREATE TABLE hits (id BIGINT NOT NULL, k STRING NOT NULL, amount INT NOT NULL, note STRING)
WITH ('retention' = '${retentionMs} ms')`,
} as const;
const orders = "CREATE TABLE orders (id BIGINT NOT NULL, k STRING NOT NULL, note STRING)";

const windowed = `SELECT window_start, window_end, k, COUNT(*) AS n, SUM(amount) AS total
FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '1' HOUR)) GROUP BY window_start, window_end, k`;
const counted = `SELECT id, COUNT(*) OVER (PARTITION BY k ORDER BY ts
  RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW) AS of_key FROM events`;
const kept = "WITH ('retention' = '365 d')";

/** By view: the columns that are compared, and their rows in DuckDB. */
const views: Readonly<Record<string, { readonly columns: readonly string[]; readonly sql: string }>> = {
  per_key: { columns: ["k", "n", "total"], sql: "SELECT k, COUNT(*), SUM(amount) FROM events GROUP BY k" },
  paid: { columns: ["k", "n", "total"], sql: "SELECT k, COUNT(*), SUM(amount) FROM payments GROUP BY k" },
  changing: {
    columns: ["k", "n", "total"],
    sql: "SELECT k, COUNT(*), SUM(amount * $version) FROM events GROUP BY k",
  },
  totals: { columns: ["k", "n", "total"], sql: "SELECT k, COUNT(*), SUM(amount) FROM hits GROUP BY k" },
};

/** `version` changes a view, and what writes a stream: they are made anew. */
export function projectSql(world: World, version: number): string {
  const sums = (table: string, factor = "") =>
    `SELECT k, COUNT(*) AS n, SUM(amount${factor}) AS total FROM ${table} GROUP BY k`;
  const statements: Readonly<Record<World, readonly string[]>> = {
    writing: [
      orders,
      tables.events,
      tables.payments,
      `CREATE MATERIALIZED VIEW per_key AS ${windowed}`,
      `CREATE MATERIALIZED VIEW paid ${kept} AS ${sums("payments")}`,
      `CREATE MATERIALIZED VIEW changing ${kept} AS ${sums("events", ` * ${version}`)}`,
      "CREATE TABLE numbered (id BIGINT NOT NULL, of_key BIGINT NOT NULL) WITH ('emit' = 'first')",
      // Other queries with the same rows: which of the two has made one is not to be seen.
      `INSERT INTO numbered ${counted} WHERE id > -${version}`,
    ],
    "letting-go": [
      `${orders} WITH ('retention' = '${retentionMs} ms')`,
      tables.hits,
      `CREATE MATERIALIZED VIEW totals ${kept} AS ${sums("hits")}`,
    ],
  };
  return `${statements[world].join(";\n")};\n`;
}

export class Truth {
  readonly #oracle: DuckDb;
  readonly #world: World;
  readonly #known = new Map<string, Set<string | number>>();

  private constructor(oracle: DuckDb, world: World) {
    this.#oracle = oracle;
    this.#world = world;
  }

  static async open(world: World): Promise<Truth> {
    const truth = new Truth(await DuckDb.open(), world);
    for (const name of ["events", "payments", "hits"] as const) {
      await truth.#oracle.fill(name, tableOf(tables[name]).schema, []);
      truth.#known.set(name, new Set());
    }
    return truth;
  }

  /** The rows that have been taken since. */
  async learn({ events, hits, payments }: Load): Promise<void> {
    const texts = (record: typeof events) => [...record.taken].map(([id, { row }]) => [id, row] as const);
    await this.#add("events", texts(events));
    await this.#add("hits", texts(hits));
    await this.#add("payments", [...payments.taken()]);
  }

  async #add(name: "events" | "payments" | "hits", rows: readonly (readonly [string | number, string])[]) {
    const known = this.#known.get(name)!;
    const added = rows.filter(([id]) => !known.has(id));
    for (const [id] of added) known.add(id);
    const values = added.map(([, row]) => JSON.parse(row));
    await this.#oracle.add(name, tableOf(tables[name]).schema, values);
  }

  get views(): readonly string[] {
    return this.#world === "writing" ? ["per_key", "paid", "changing"] : ["totals"];
  }

  async rowsOf(view: string, version: number): Promise<readonly string[]> {
    const rows = await this.#oracle.query(views[view]!.sql.replace("$version", String(version)));
    return rows.map((row) => row.join("|")).sort();
  }

  /** A row of a view as `rowsOf` has it. */
  textOf(view: string, row: Readonly<Record<string, unknown>>): string {
    return views[view]!.columns.map((column) => String(row[column])).join("|");
  }

  /** The rows of the written stream, in the order in which they came. */
  async numbered(): Promise<readonly string[]> {
    const rows = await this.#oracle.query(`SELECT * FROM (${counted}) ORDER BY id`);
    return rows.map(([id, count]) => `{"id":${id},"of_key":${count}}`);
  }

  close(): void {
    this.#oracle.close();
  }
}
