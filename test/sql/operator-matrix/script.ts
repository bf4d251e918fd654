/**
 * What happens to an operator under each condition: rows of the tables `a` and `b`, step by step, ticks of
 * the clock, the end. Times are seconds since `startMs`; the watermark is five behind the greatest.
 */

export type TableName = "a" | "b";

export interface ScriptRow {
  readonly id: number;
  readonly k: string | null;
  readonly n: number | null;
  readonly second: number;
  /** Of a table with a key: the row is taken away. */
  readonly isDelete?: boolean | undefined;
}

export type Step =
  | { readonly kind: "rows"; readonly table: TableName; readonly rows: readonly ScriptRow[] }
  | { readonly kind: "tick" }
  | { readonly kind: "end" };

export const conditions = ["retraction", "late", "idle", "restore", "null key", "empty"] as const;
export type Condition = (typeof conditions)[number];

export const startMs = Date.parse("2026-03-01T12:00:00Z");
export const delayMs = 5_000;
export const stepMs = 1_000;

type Written = readonly [id: number, k: string | null, n: number | null, second: number, sign?: "-D"];

function rows(table: TableName, ...written: readonly Written[]): Step {
  const read = ([id, k, n, second, sign]: Written): ScriptRow => ({
    id,
    k,
    n,
    second,
    isDelete: sign === "-D",
  });
  return { kind: "rows", table, rows: written.map(read) };
}

const a = (...written: readonly Written[]): Step => rows("a", ...written);
const b = (...written: readonly Written[]): Step => rows("b", ...written);
const end: Step = { kind: "end" };
const ticks = (count: number): readonly Step[] => Array.from({ length: count }, () => ({ kind: "tick" }));

const inOrder: readonly Step[] = [
  a([1, "x", 3, 0]),
  a([2, "y", 5, 3], [3, "x", 1, 4]),
  b([1, "x", 2, 1]),
  b([2, "y", 7, 6]),
  a([4, "x", 4, 12]),
  b([3, "x", 9, 11]),
  a([5, "z", 8, 18], [6, "y", 2, 14]),
  b([4, "z", 6, 19]),
  a([7, "x", 6, 31]),
  b([5, "y", 1, 33]),
  a([8, "y", 6, 36]),
  end,
];

/** Rows 3 and 6 of `a`, 3 of `b` are behind everything; 4 of both only behind the watermark; 8 is at it. */
const behind: readonly Step[] = [
  a([1, "x", 3, 0]),
  b([1, "x", 2, 1]),
  a([2, "x", 5, 30]),
  b([2, "x", 6, 31]),
  a([3, "x", 9, 2]),
  b([3, "x", 1, 3]),
  a([4, "y", 7, 24], [8, "w", 2, 25]),
  b([4, "y", 8, 25]),
  a([5, "x", 1, 29]),
  a([6, "y", 2, 12], [7, "x", 2, 33]),
  b([5, "x", 4, 27]),
  end,
];

/** Both fall idle, so that the clock goes on; then `a` alone comes again, at last `b`. */
const quiet: readonly Step[] = [
  a([1, "x", 3, 0]),
  b([1, "x", 2, 1]),
  a([2, "y", 5, 4], [3, "x", 7, 3]),
  ...ticks(24),
  a([4, "x", 4, 29]),
  a([5, "x", 6, 43]),
  ...ticks(2),
  b([2, "x", 6, 42]),
  a([6, "y", 1, 52]),
  end,
];

const withoutKeys: readonly Step[] = [
  a([1, null, 3, 0]),
  b([1, null, 2, 1]),
  a([2, "x", null, 2], [3, null, null, 3]),
  b([2, "x", null, 4], [3, null, 6, 4]),
  a([4, "x", 4, 5], [5, null, 3, 6]),
  b([4, "x", 4, 12]),
  a([6, null, 1, 23]),
  b([5, null, 8, 24]),
  end,
];

/**
 * Row 1 is replaced and deleted, row 2 goes to another key, row 3 leaves a window that is closed for one that
 * is open, row 5 comes late and is then in time, row 4 is deleted.
 */
const changing: readonly Step[] = [
  a([1, "x", 3, 0]),
  b([1, "x", 2, 1]),
  a([2, "y", 5, 3], [6, "x", 3, 4]),
  a([1, "x", 7, 6]),
  b([2, "y", 7, 6]),
  a([2, "z", 5, 8], [3, "x", 1, 9]),
  b([1, "x", 4, 8]),
  a([1, "x", 7, 11, "-D"]),
  a([3, "x", 1, 9]),
  b([2, "y", 7, 12, "-D"], [3, "z", 3, 12]),
  a([4, "y", 2, 21]),
  b([3, "x", 3, 22]),
  a([3, "x", 4, 22]),
  a([5, "z", 6, 5]),
  a([5, "z", 6, 24]),
  b([1, "x", 4, 24]),
  a([4, "y", 2, 25, "-D"], [7, "y", 9, 26]),
  end,
];

const rowsOf = (table: TableName): readonly Step[] =>
  inOrder.filter((step) => step.kind === "end" || (step.kind === "rows" && step.table === table));

export const scripts: Readonly<Record<Condition, readonly (readonly Step[])[]>> = {
  retraction: [changing],
  late: [behind],
  idle: [quiet],
  restore: [inOrder, behind],
  "null key": [withoutKeys],
  // Nothing at all, the clock alone, one side alone.
  empty: [[end], [...ticks(8), end], rowsOf("a"), rowsOf("b")],
};
