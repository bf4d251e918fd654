/**
 * The catalog: which tables and views exist and what they look like. It is plain data, so that a thread can
 * be given a copy; a name is looked up exactly as written (Flink's names are case-sensitive).
 */
import type { RowSchema } from "../values/row-schema.ts";
import type { SqlType } from "../values/sql-type.ts";
import type { MetadataKey } from "./row-metadata.ts";

export interface Watermark {
  /** Position of the event-time column in the table's schema. */
  readonly column: number;
  readonly delayMs: number;
}

/** Who keeps the rows: the deployment's own log, Quickwater itself beside a table, or an outside system. */
export type TableOrigin =
  | { readonly kind: "stream" }
  | { readonly kind: "dead"; readonly of: string }
  /** Of a view, or of a stream that queries write. */
  | { readonly kind: "late"; readonly of: string }
  | { readonly kind: "connector"; readonly connector: string }
  /** The rows of a view at one moment, which a query over views reads. */
  | { readonly kind: "view" };

/** A column that no row is written with: what the log knows of it, or computed; the statement says how. */
export interface ComputedColumn {
  readonly name: string;
  readonly type: SqlType;
  /** Among all columns of the table, as they were declared. */
  readonly place: number;
  /** Where WATERMARK FOR names it. */
  readonly watermarkDelayMs?: number | undefined;
  /** Where it is the event time, and a row's own fields tell it: the first of them that the row has. */
  readonly timeParts?: readonly TimePart[] | undefined;
  /** Where it is what the log knows of a row. */
  readonly metadata?: MetadataKey | undefined;
}

/** A physical column that holds an instant. */
export interface TimePart {
  readonly column: number;
  /** What one of it is, where it is a count since 1970; 1 of a timestamp. */
  readonly unitMs: number;
}

export interface TableDefinition {
  readonly name: string;
  readonly origin: TableOrigin;
  /** The physical columns: those that a row is written with. */
  readonly schema: RowSchema;
  readonly computed?: readonly ComputedColumn[] | undefined;
  /** Of a physical column. */
  readonly watermark: Watermark | undefined;
  /** Positions of the key's columns; empty where there is none. */
  readonly primaryKey: readonly number[];
  readonly options: Readonly<Record<string, string>>;
  /** The statement that made it, as written. */
  readonly statement: string;
}

/** Whether Quickwater keeps it beside a table or a view: nobody makes it, and nobody else writes it. */
export function isKeptBeside({ origin }: TableDefinition): boolean {
  return origin.kind === "dead" || origin.kind === "late";
}

export interface ViewDefinition {
  readonly name: string;
  readonly schema: RowSchema;
  /** Positions of the columns that identify a row of the view, derived from the query. */
  readonly key: readonly number[];
  readonly emit: "changes" | "final";
  /** The final rows that are kept: the newest, at most this many. */
  readonly rowsMax: number;
  readonly statement: string;
  /** What the statement was bound in; UTC where nothing is said. */
  readonly timeZone?: string | undefined;
  /** Its watermark is one of wall clocks: the time of its streams is a TIMESTAMP. */
  readonly isOnWallClock?: boolean | undefined;
}

/** CREATE VIEW: a name for a query, which is bound anew where it is read. */
export interface QueryDefinition {
  readonly name: string;
  readonly schema: RowSchema;
  readonly statement: string;
}

/** Something that a catalog was told, to be told to another one. */
export type CatalogAddition = (catalog: Catalog) => void;

export class Catalog {
  readonly #tables = new Map<string, TableDefinition>();
  readonly #views = new Map<string, ViewDefinition>();
  readonly #queries = new Map<string, QueryDefinition>();
  /** By the name of a view of either kind: what its query names. */
  readonly #reads = new Map<string, ReadonlySet<string>>();
  /** By stream: the tables that each INSERT INTO it reads. */
  readonly #writers = new Map<string, readonly ReadonlySet<string>[]>();
  #additions: CatalogAddition[] | undefined;

  table(name: string): TableDefinition | undefined {
    return this.#tables.get(name);
  }

  view(name: string): ViewDefinition | undefined {
    return this.#views.get(name);
  }

  query(name: string): QueryDefinition | undefined {
    return this.#queries.get(name);
  }

  has(name: string): boolean {
    return this.#tables.has(name) || this.#views.has(name) || this.#queries.has(name);
  }

  tables(): readonly TableDefinition[] {
    return [...this.#tables.values()];
  }

  /** Streams that events are sent to: those that no query writes. */
  fedStreams(): readonly TableDefinition[] {
    const writers = this.writers();
    return this.tables().filter(({ name, origin }) => origin.kind === "stream" && !writers.has(name));
  }

  /** All whose rows the log keeps, and whether events are sent to them. */
  keptStreams(): readonly {
    readonly name: string;
    readonly schema: RowSchema;
    readonly takesEvents: boolean;
  }[] {
    const fed = new Set(this.fedStreams());
    const kept = this.tables().filter(({ origin }) => origin.kind !== "connector");
    return kept.map((table) => ({ name: table.name, schema: table.schema, takesEvents: fed.has(table) }));
  }

  views(): readonly ViewDefinition[] {
    return [...this.#views.values()];
  }

  queries(): readonly QueryDefinition[] {
    return [...this.#queries.values()];
  }

  /** The first view whose query names it, or stream that is written from it. */
  readerOf(name: string): string | undefined {
    const view = [...this.#reads].find(([, reads]) => reads.has(name))?.[0];
    return view ?? [...this.#writers].find(([, all]) => all.some((reads) => reads.has(name)))?.[0];
  }

  /** By stream that INSERT INTO writes: what each of them reads. */
  writers(): ReadonlyMap<string, readonly ReadonlySet<string>[]> {
    return this.#writers;
  }

  /** What it is told meanwhile, beside what comes of it. */
  noted<Result>(run: () => Result): {
    readonly result: Result;
    readonly additions: readonly CatalogAddition[];
  } {
    const additions: CatalogAddition[] = [];
    this.#additions = additions;
    try {
      return { result: run(), additions };
    } finally {
      this.#additions = undefined;
    }
  }

  addWriter(stream: string, tables: ReadonlySet<string>): void {
    this.#additions?.push((catalog) => catalog.addWriter(stream, tables));
    this.#writers.set(stream, [...(this.#writers.get(stream) ?? []), tables]);
  }

  copy(): Catalog {
    const copy = new Catalog();
    copy.take(this);
    return copy;
  }

  /** Knows from now on what the other one knows, and nothing else. */
  become(other: Catalog): void {
    for (const known of [this.#tables, this.#views, this.#queries, this.#reads, this.#writers]) known.clear();
    this.take(other);
  }

  /** Takes over everything that the other one knows. */
  take(other: Catalog): void {
    for (const table of other.tables()) this.addTable(table);
    for (const view of other.views()) this.addView(view, other.#reads.get(view.name));
    for (const query of other.queries()) this.addQuery(query, other.#reads.get(query.name));
    for (const [stream, writers] of other.#writers) this.#writers.set(stream, writers);
  }

  addTable(table: TableDefinition): void {
    this.#additions?.push((catalog) => catalog.addTable(table));
    this.#tables.set(table.name, table);
  }

  addView(view: ViewDefinition, reads: ReadonlySet<string> = new Set()): void {
    this.#additions?.push((catalog) => catalog.addView(view, reads));
    this.#views.set(view.name, view);
    this.#reads.set(view.name, reads);
  }

  addQuery(query: QueryDefinition, reads: ReadonlySet<string> = new Set()): void {
    this.#additions?.push((catalog) => catalog.addQuery(query, reads));
    this.#queries.set(query.name, query);
    this.#reads.set(query.name, reads);
  }

  drop(name: string): void {
    this.#tables.delete(name);
    this.#views.delete(name);
    this.#queries.delete(name);
    this.#reads.delete(name);
    this.#writers.delete(name);
  }
}
