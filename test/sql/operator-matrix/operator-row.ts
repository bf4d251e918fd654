/** One row of the matrix: an operator, what it is asked, and what its answer must be. */
import type { History, ReadTables } from "./history.ts";
import type { Condition, TableName } from "./script.ts";

export interface Expected {
  /** Cells parted by ` | `, in any order. */
  readonly rows: readonly string[];
  /** Rows that are counted as late. */
  readonly late?: number;
  /** First answers since the beginning, each with its sign, in the order in which they were told. */
  readonly firsts?: readonly string[];
}

/** A statement that is refused where the table's rows change. */
export interface Refusal {
  readonly code: string;
  /** A recorded statement that Flink refuses for the same reason; undefined where it takes it. */
  readonly flink: string | undefined;
}

export interface OperatorRow {
  /** The SQL words. */
  readonly name: string;
  /** Of src/dataflow/operators, without its ending. */
  readonly file: string;
  readonly sql: string;
  /** What it reads, with the keys that the query needs of them. */
  readonly reads: ReadTables;
  /** Other tables than `a` and `b` as they mostly are. */
  readonly ddl?: string;
  readonly expected: (history: History, isChanging: boolean) => Expected;
  /** By table whose rows change. */
  readonly refusals?: Readonly<Partial<Record<TableName, Refusal>>>;
  /** What the matrix says of a condition, where it cannot be seen from the rows. */
  readonly says?: Readonly<Partial<Record<Condition, string>>>;
}

/** Millisecond by millisecond as SQL shows it. */
export const timeText = (ms: number): string => new Date(ms).toISOString().replace("T", " ").replace("Z", "");

export const cells = (...values: readonly (string | number | null)[]): string =>
  values.map((value) => (value === null ? "NULL" : String(value))).join(" | ");

/** Rows by a key, in the order in which the keys came. */
export function grouped<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => unknown,
): readonly (readonly Row[])[] {
  const groups = new Map<unknown, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

/** SUM as SQL has it: without NULLs, and NULL of nothing. */
export function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}
