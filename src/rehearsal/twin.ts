/**
 * Twins: the rows of a view, or of a stream that queries write, computed a second time by a DuckDB query
 * that was written for it. `expected/NAME.duckdb.sql` reads tables that are named like the streams that
 * events come to, dead letters among them, and hold all that was taken. Beside the stream's columns they have
 *
 *   _row     its place among the rows of the stream, from 0
 *   _order   its place among the rows of all these streams, from 0
 *   _at      when it came, by the clock of the log
 *   _deleted whether it takes the row of its key away, where the stream has a primary key
 *
 * `expected/shared.duckdb.sql` makes what several of them read: views and macros over these tables.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Catalog } from "../catalog/catalog.ts";
import { quickwaterError } from "../errors/quickwater-error.ts";
import { closestName } from "../errors/suggest.ts";
import { duckCell } from "../history/duck/duck-cell.ts";
import type { RowSchema } from "../values/row-schema.ts";
import type { SqlType } from "../values/sql-type.ts";
import { writtenCell } from "./cell.ts";
import { DuckDb, type DuckRows, type JsonRow, type JsonValue } from "./duck-db.ts";
import { compareRows } from "./row-diff.ts";
import { cellsOf, columnsOf, meansTheSame, type TableColumn } from "./row-table.ts";
import { type Shown, shownRows } from "./shown-rows.ts";
import type { VirtualEngine } from "./virtual-engine.ts";

const ending = ".duckdb.sql";
const shared = "shared";
/** Sums of doubles depend on their order: so far they may be from each other, beside the larger of them. */
const relativeErrorMax = 1e-9;

export class Twins {
  /** Of what there is a twin. */
  readonly names: readonly string[];
  readonly #folder: string;
  readonly #catalog: Catalog;
  readonly #timeZone: string;

  constructor(folder: string, catalog: Catalog, timeZone: string) {
    this.#folder = folder;
    this.#catalog = catalog;
    this.#timeZone = timeZone;
    const files = existsSync(folder) ? readdirSync(folder) : [];
    this.names = files
      .filter((name) => name.endsWith(ending))
      .map((name) => name.slice(0, -ending.length))
      .filter((name) => name !== shared)
      .sort();
  }

  fileOf(name: string): string {
    return relative(process.cwd(), this.#pathOf(name));
  }

  /** What it shows, as its first lines say: `-- features: C12, X2`. */
  featuresOf(name: string): readonly string[] {
    const head = /^(?:--.*\n)*/.exec(this.#textOf(name))![0];
    const said = /^-- features: (.*)$/m.exec(head)?.[1] ?? "";
    return said.split(",").flatMap((each) => each.trim() || []);
  }

  /** Throws where it is of nothing. */
  check(name: string): void {
    const known = [...this.#catalog.views().map((view) => view.name), ...this.#catalog.writers().keys()];
    if (known.includes(name)) return;
    const suggestion = closestName(name, known);
    const problem = `there is no view and no stream that queries write of the name ${name}`;
    throw quickwaterError("run.bad-twin", { file: this.fileOf(name), problem }, { suggestion });
  }

  /** A database with what the engine has taken so far. */
  async open(engine: VirtualEngine): Promise<DuckDb> {
    const database = await DuckDb.open(this.#timeZone);
    for (const [name, arrived] of engine.arrivals()) {
      const { schema, rows } = await engine.stream(name, "all");
      const isKeyed = (this.#catalog.table(name)?.primaryKey.length ?? 0) > 0;
      const columns = [...schema.columns, ...added, ...(isKeyed ? [removal] : [])];
      const given = rows.map((cells, row): JsonRow => {
        const own = schema.columns.map((column, index) => [column.name, exactJson(cells[index]!)] as const);
        const { order, atMs, isRemoval } = arrived[row]!;
        const place = { _row: row, _order: order, _at: new Date(atMs).toISOString() };
        return { ...Object.fromEntries(own), ...place, ...(isKeyed ? { [removal.name]: isRemoval } : {}) };
      });
      await database.fill(name, { columns }, given);
    }
    if (existsSync(this.#pathOf(shared)))
      await this.#guard(shared, () => database.make(this.#textOf(shared)));
    return database;
  }

  /** What differs, as lines; none where nothing does. */
  async compare(name: string, engine: VirtualEngine, database: DuckDb): Promise<readonly string[]> {
    this.check(name);
    const shown = await shownRows(engine, name);
    const rows = await this.#guard(name, () => database.values(this.#textOf(name)));
    const names = shown.schema.columns.map((column) => column.name);
    if (rows.names.join("\n") !== names.join("\n"))
      return [`the columns are ${names.join(", ")}`, `the twin has    ${rows.names.join(", ")}`];
    return differences(shown, rows);
  }

  #textOf(name: string): string {
    return readFileSync(this.#pathOf(name), "utf8");
  }

  #pathOf(name: string): string {
    return join(this.#folder, `${name}${ending}`);
  }

  /** What DuckDB says is wrong is told with the file. */
  async #guard<T>(name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      throw quickwaterError("run.bad-twin", { file: this.fileOf(name), problem }, { cause: error });
    }
  }
}

function differences({ schema, rows, isView, key }: Shown, twin: DuckRows): readonly string[] {
  const columns = columnsOf(
    schema.columns.map(({ name }) => name),
    schema,
    isView,
  );
  const final = rows.filter((row) => !isView || row.final === true);
  const expected = twin.rows.map((cells) =>
    cells.map((value, index) => writtenCell(duckCell(value, typeOf(schema, index)), typeOf(schema, index))),
  );
  const actual = final.map((row) => cellsOf(row, columns));
  return compareRows(expected, actual, columns, key, isClose).lines;
}

function typeOf({ columns }: RowSchema, index: number): SqlType {
  return columns[index]!.type;
}

function isClose(one: string, other: string, column: TableColumn): boolean {
  if (meansTheSame(one, other, column)) return true;
  if (column.type.kind !== "DOUBLE" && column.type.kind !== "FLOAT") return false;
  const [left, right] = [Number(one), Number(other)];
  const error = column.type.kind === "FLOAT" ? 1e-6 : relativeErrorMax;
  return Math.abs(left - right) <= error * Math.max(Math.abs(left), Math.abs(right));
}

const added: RowSchema["columns"] = [
  { name: "_row", type: { kind: "BIGINT", nullable: false } },
  { name: "_order", type: { kind: "BIGINT", nullable: false } },
  { name: "_at", type: { kind: "TIMESTAMP_LTZ", precision: 3, nullable: false } },
];

const removal = { name: "_deleted", type: { kind: "BOOLEAN", nullable: false } } as const;

/** Numbers as the digits that they have. */
function exactJson(text: string): JsonValue {
  const reviver = (_: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === "number" ? (context?.source ?? value) : value;
  return JSON.parse(text, reviver) as JsonValue;
}
