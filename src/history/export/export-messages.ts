/** What is asked of an export, and what the thread of history says of it. */
import type { TypedValue } from "../../values/parameter.ts";
import type { TextFormat } from "../../values/row-text.ts";
import type { GivenTable } from "../duck/given-rows.ts";

/** Rows of a relation of history. */
export interface RelationRows {
  readonly kind: "relation";
  readonly relation: string;
  /** Undefined: those of the stream, without the places of its rows. */
  readonly columns?: readonly string[] | undefined;
  /** SQL of DuckDB, as behind WHERE. */
  readonly where?: string | undefined;
  /** By event time, or where a row has none by when it was taken; `toMs` is not in it. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

/** Rows of a query, in DuckDB's SQL. */
export interface QueriedRows {
  readonly kind: "query";
  readonly sql: string;
  readonly given?: ReadonlyMap<string, TypedValue>;
}

/** Rows that are there already: of a view, or of an answer. */
export interface GivenRows extends GivenTable {
  readonly kind: "rows";
}

export interface ExportQuery {
  readonly source: RelationRows | QueriedRows | GivenRows;
  readonly format: TextFormat | "parquet";
  readonly runMsMax: number;
}

/** What is known before the first row. */
export interface ExportHead {
  /** Undefined where nobody has counted them. */
  readonly rowCount: number | undefined;
  /** The last step that history had. */
  readonly step: number;
}

/** Pieces that may be under way before the first of them has been taken. */
export const piecesUnderWay = 4;
