/**
 * What is in history: a table of each stream's hot rows in the schema `kept`, what is known of them in the
 * schema `book`, and relations by the names of the streams, which see hot and cold rows as one.
 */
import { join } from "node:path";
import {
  DuckDBDataChunk,
  DuckDBDateValue,
  DuckDBTimestampTZValue,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";
import type { TableDefinition } from "../catalog/catalog.ts";
import type { Step } from "../log/event-log.ts";
import type { StreamDeclaration } from "../log/step-payload.ts";
import { readValue } from "../values/column-access.ts";
import { type ColumnBatch, rowKind } from "../values/column-batch.ts";
import type { RowField } from "../values/sql-type.ts";
import { duckType, literal, quoted } from "./duck/duck-type.ts";
import { duckValue } from "./duck/duck-value.ts";
import { coldFolderOf, type HistoryFile } from "./history-file.ts";
import { StreamColumns } from "./stream-columns.ts";

/** Rows of a chunk: as many as DuckDB has in a vector. */
const chunkRows = 2_048;
const dayMs = 86_400_000;

/** What stands behind the columns of a stream. */
const places = [
  ["_step", "BIGINT"],
  ["_row", "INTEGER"],
  ["_at", "TIMESTAMPTZ"],
  ["_day", "DATE"],
  ["_deleted", "BOOLEAN"],
] as const;
type Place = (typeof places)[number][0];

/** What is kept of one stream. */
export interface KeptStream {
  readonly declared: StreamDeclaration;
  readonly columns: StreamColumns;
  /** Of each column of its table in DuckDB: a column of the stream, or a place, or neither. */
  readonly sources: readonly (number | Place | undefined)[];
  /** Rows that are not written yet, by column of that table. */
  readonly waiting: DuckDBValue[][];
}

export interface ReadTo {
  readonly step: number;
  /** What tells the step from others of its number. */
  readonly mark: readonly number[];
}

export class HistoryStore {
  readonly file: HistoryFile;
  readonly #folder: string;
  readonly #timeZone: string;
  readonly #streams = new Map<number, KeptStream>();
  #position: ReadTo = { step: 0, mark: [] };
  #rowsWaiting = 0;

  constructor(file: HistoryFile, folder: string, timeZone: string) {
    this.file = file;
    this.#folder = folder;
    this.#timeZone = timeZone;
  }

  /** The last step that is in it. */
  get position(): ReadTo {
    return this.#position;
  }

  get rowsWaiting(): number {
    return this.#rowsWaiting;
  }

  /** Names of what can be asked. */
  get relations(): readonly string[] {
    return this.streams.flatMap(({ declared: { table } }) => {
      return table.primaryKey.length === 0 ? [table.name] : [table.name, `${table.name}_changes`];
    });
  }

  get streams(): readonly KeptStream[] {
    return [...this.#streams.values()];
  }

  /** Answers what the journal was called that it is of; undefined where it is new. */
  async open(): Promise<string | undefined> {
    const { file } = this;
    const [place] = await file.rows("SELECT journal, step, mark FROM book.place");
    if (place === undefined) return undefined;
    this.#position = { step: Number(place[1]), mark: JSON.parse(String(place[2])) as number[] };
    for (const [declared] of await file.rows("SELECT declared FROM book.streams ORDER BY id")) {
      // What is shown may name files, and the folder may have been moved.
      await this.#know(JSON.parse(String(declared)) as StreamDeclaration);
    }
    return String(place[0]);
  }

  /** It is new: from here on it is of this journal. */
  async begin(journal: string): Promise<void> {
    await this.file.run("INSERT INTO book.place VALUES ($journal, 0, '[]')", { journal });
  }

  async coldFigures(): Promise<{ coldFiles: number; coldBytes: number }> {
    const [found] = await this.file.rows(
      "SELECT COUNT(*), COALESCE(SUM(bytes), 0) FROM book.files WHERE NOT replaced",
    );
    return { coldFiles: Number(found![0]), coldBytes: Number(found![1]) };
  }

  /** A stream as it is declared from the step on; what was noted before is written with it. */
  async declare(declared: StreamDeclaration, at: ReadTo): Promise<void> {
    await this.file.together(async () => {
      await this.#appendAll();
      await this.#know(declared);
      await this.file.run("INSERT OR REPLACE INTO book.streams VALUES ($id, $declared)", {
        id: declared.streamId,
        declared: JSON.stringify(declared),
      });
      await this.#moveTo(at);
    });
    this.forget();
    this.#position = at;
  }

  /** Notes the rows of a step; they are in it when `write` has resolved. */
  add(step: Step): void {
    const kept = this.#streams.get(step.streamId);
    if (kept === undefined) return;
    const { schemaVersion: version } = step;
    const { columns } = kept.declared.table.schema;
    kept.columns.read(step, { version, columns }, (batch) => {
      this.file.goOn();
      this.#note(kept, batch);
    });
    this.#rowsWaiting += step.rowCount;
  }

  /** Writes what was noted, and how far that is. */
  async write(at: ReadTo): Promise<void> {
    await this.file.together(async () => {
      await this.#appendAll();
      await this.#moveTo(at);
    });
    this.forget();
    this.#position = at;
  }

  /** What was noted and is not written is noted no more. */
  forget(): void {
    for (const { waiting } of this.#streams.values()) for (const column of waiting) column.length = 0;
    this.#rowsWaiting = 0;
  }

  /** The relations of a stream, over what there is of it now. */
  async show(kept: KeptStream): Promise<void> {
    const { table } = kept.declared;
    const files = await this.file.rows(
      "SELECT path FROM book.files WHERE stream = $stream AND NOT replaced ORDER BY day, path",
      { stream: table.name },
    );
    const cold = files.map(([path]) => join(coldFolderOf(this.#folder), String(path)));
    const all = allRowsOf(table.name, cold);
    const shown = shownColumns(kept);
    const make = (name: string, query: string) =>
      this.file.run(`CREATE OR REPLACE VIEW main.${quoted(name)} AS ${query}`);
    if (table.primaryKey.length === 0) {
      await make(table.name, `SELECT ${shown} FROM (${all})`);
      return;
    }
    const key = table.primaryKey.map((place) => quoted(table.schema.columns[place]!.name)).join(", ");
    const newestFirst = `OVER (PARTITION BY ${key} ORDER BY _step DESC, _row DESC)`;
    const latest = `SELECT *, ROW_NUMBER() ${newestFirst} AS _place`;
    await make(
      table.name,
      `SELECT ${shown} FROM (${latest} FROM (${all})) WHERE _place = 1 AND NOT _deleted`,
    );
    await make(`${table.name}_changes`, `SELECT ${shown}, _deleted FROM (${all})`);
  }

  async #know(declared: StreamDeclaration): Promise<void> {
    const { table } = declared;
    if (!isKept(table)) return this.#drop(declared);
    const columns = new StreamColumns(table, this.#timeZone);
    await this.#makeTable(table.name, columns.schema.columns);
    const named = await this.file.rows(
      `SELECT column_name FROM duckdb_columns()
       WHERE schema_name = 'kept' AND table_name = $table ORDER BY column_index`,
      { table: table.name },
    );
    const sources = named.map(([name]) => {
      const column = columns.schema.columns.findIndex((field) => field.name === name);
      return column >= 0 ? column : places.find(([place]) => place === name)?.[0];
    });
    const kept = { declared, columns, sources, waiting: sources.map(() => []) };
    this.#streams.set(declared.streamId, kept);
    await this.show(kept);
  }

  /** Nothing of it is kept any more, nor what was. */
  async #drop({ streamId, table: { name } }: StreamDeclaration): Promise<void> {
    if (!this.#streams.delete(streamId)) return;
    for (const relation of [name, `${name}_changes`]) {
      await this.file.run(`DROP VIEW IF EXISTS main.${quoted(relation)}`);
    }
    await this.file.run(`DROP TABLE kept.${quoted(name)}`);
    await this.file.run("UPDATE book.files SET replaced = TRUE WHERE stream = $name", { name });
  }

  /** A column that is new is NULL in earlier rows; of one whose type is another what does not fit is. */
  async #makeTable(name: string, fields: readonly RowField[]): Promise<void> {
    const columns = fields.map((field) => [field.name, duckType(field.type)] as const);
    const wanted = [...columns, ...places];
    const table = `kept.${quoted(name)}`;
    const declared = wanted.map(([column, type]) => `${quoted(column)} ${type}`).join(", ");
    await this.file.run(`CREATE TABLE IF NOT EXISTS ${table} (${declared})`);
    const described = await this.file.rows(`SELECT column_name, column_type FROM (DESCRIBE ${table})`);
    const known = new Map(described.map(([column, type]) => [String(column), String(type)]));
    const asked = await this.file.rows(
      `SELECT column_name, column_type FROM (DESCRIBE SELECT ${wanted
        .map(([column, type]) => `NULL::${type} AS ${quoted(column)}`)
        .join(", ")})`,
    );
    for (const [column, type] of asked) {
      const named = quoted(String(column));
      const before = known.get(String(column));
      if (before === undefined) await this.file.run(`ALTER TABLE ${table} ADD COLUMN ${named} ${type}`);
      else if (before !== type) {
        await this.file.run(
          `ALTER TABLE ${table} ALTER COLUMN ${named} TYPE ${type} USING TRY_CAST(${named} AS ${type})`,
        );
      }
    }
  }

  #note({ columns: { schema, timeColumn }, sources, waiting }: KeptStream, batch: ColumnBatch): void {
    const { stepNumber, appendTimeMs } = batch.cause;
    const at = new DuckDBTimestampTZValue(BigInt(appendTimeMs) * 1_000n);
    const step = BigInt(stepNumber);
    const ofPlace: Record<Place, (row: number) => DuckDBValue> = {
      _step: () => step,
      _row: (row) => batch.rowIndexes![row]!,
      _at: () => at,
      _day: (row) => dayOf(batch, timeColumn, row, appendTimeMs),
      _deleted: (row) => batch.kinds?.[row] === rowKind.delete,
    };
    for (const [index, source] of sources.entries()) {
      const values = waiting[index]!;
      for (let row = 0; row < batch.rowCount; row++) {
        if (source === undefined) values.push(null);
        else if (typeof source === "string") values.push(ofPlace[source](row));
        else values.push(duckValue(readValue(batch, source, row), schema.columns[source]!.type));
      }
    }
  }

  async #appendAll(): Promise<void> {
    for (const kept of this.#streams.values()) await this.#append(kept);
  }

  async #append({ declared: { table }, waiting }: KeptStream): Promise<void> {
    const rowCount = waiting[0]!.length;
    if (rowCount === 0) return;
    const appender = await this.file.connection.createAppender(table.name, "kept");
    const types = waiting.map((_, index) => appender.columnType(index) as DuckDBType);
    for (let from = 0; from < rowCount; from += chunkRows) {
      this.file.goOn();
      const count = Math.min(chunkRows, rowCount - from);
      const chunk = DuckDBDataChunk.create(types, count);
      for (const [index, values] of waiting.entries()) {
        chunk.setColumnValues(index, values.slice(from, from + count));
      }
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
  }

  async #moveTo({ step, mark }: ReadTo): Promise<void> {
    await this.file.run("UPDATE book.place SET step = $step, mark = $mark", {
      step: BigInt(step),
      mark: JSON.stringify(mark),
    });
  }
}

/** Rows that were sent or written, where the stream does not say otherwise. */
export function isKept({ origin, options }: TableDefinition): boolean {
  return origin.kind === "stream" && options.history !== "none";
}

/** What a relation of the stream has of each row. */
export function shownColumns({ columns: { schema } }: KeptStream): string {
  const columns = schema.columns.map(({ name, type }) => {
    return `${quoted(name)}::${duckType(type)} AS ${quoted(name)}`;
  });
  return [...columns, "_step", "_row", "_at"].join(", ");
}

function allRowsOf(stream: string, files: readonly string[]): string {
  const hot = `SELECT * FROM kept.${quoted(stream)}`;
  if (files.length === 0) return hot;
  const cold = `read_parquet([${files.map(literal).join(", ")}], union_by_name = true)`;
  return `${hot} UNION ALL BY NAME SELECT * FROM ${cold}`;
}

function dayOf(batch: ColumnBatch, timeColumn: number | undefined, row: number, appendTimeMs: number) {
  const time = timeColumn === undefined ? null : readValue(batch, timeColumn, row);
  const ms = time === null ? appendTimeMs : typeof time === "bigint" ? Number(time / 1_000n) : Number(time);
  return new DuckDBDateValue(Math.floor(ms / dayMs));
}
