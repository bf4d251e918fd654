/** An endpoint of a project: a query with parameters, and the address at which it is asked. */
import type { Parameter } from "../../values/parameter.ts";
import type { RowSchema } from "../../values/row-schema.ts";

/** As a file of the project says it. */
export interface EndpointSpec {
  /** `/kpis/history`, `/orders/{order_id}`. */
  readonly path: string;
  readonly summary: string;
  readonly description: string | undefined;
  /** Those of the path are in it too. */
  readonly parameters: readonly Parameter[];
  /** What it asks: the views as they are and the streams behind them, or history in DuckDB's SQL. */
  readonly over: "views" | "history";
  readonly sql: string;
  readonly answer: EndpointAnswer;
  /** How old an answer may be, whatever has changed since; undefined: as old as nothing has changed. */
  readonly cacheSeconds: number | undefined;
}

export type EndpointAnswer =
  | { readonly kind: "list"; readonly paging: Paging | undefined }
  /** `none`: the JSON where there is no row; undefined: that is a 404. */
  | { readonly kind: "first"; readonly none: string | undefined }
  /** All rows, streamed; over history. */
  | { readonly kind: "export" };

/** Rows of one answer: so many where nothing is said, and at most. */
export interface Paging {
  readonly limit: number;
  readonly max: number;
}

/** With what is known of it when its query is bound. */
export interface Endpoint extends EndpointSpec {
  readonly columns: RowSchema;
  /** The views that it reads. */
  readonly views: readonly string[];
  readonly readsStreams: boolean;
  /** Whether the same rows may give another answer later. */
  readonly readsClock: boolean;
}

/** Names of parameters that an endpoint has by itself. */
export const ownParameters = { format: "format", limit: "limit", offset: "offset" } as const;

export const segmentsOf = (path: string): readonly string[] => path.slice(1).split("/");

/** Of `{name}` the name. */
export function placeholderOf(segment: string): string | undefined {
  return segment.startsWith("{") ? segment.slice(1, -1) : undefined;
}
