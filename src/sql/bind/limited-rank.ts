/**
 * Top-N: `WHERE rn <= 3` over a sub-query whose rn is a ROW_NUMBER() becomes a Rank. It is a rule of the
 * binder and no pass of the optimizer, because a query without it is not slower but refused: whether there is
 * a limit decides what the state is, what the key of a view is, and whether rows change.
 */
import { assert, quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { isTimestamp } from "../../values/sql-type.ts";
import { project, rank, rowNumberType } from "../plan/build.ts";
import { conjunctionOf, conjunctsOf } from "../plan/conditions.ts";
import { evaluateConstant } from "../plan/evaluate.ts";
import { collectColumns, readsClock } from "../plan/expressions.ts";
import type { LogicalPlan, Over, Project, Rank, RankMethod } from "../plan/logical-plan.ts";
import { isUpdating, rowsLeave, windowColumnsOf } from "../plan/traits.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { literal } from "./coerce.ts";
import { isInOrderOfTime, isRowNumber } from "./collected-over.ts";
import { featureRefused } from "./not-supported-yet.ts";
import { notFlink } from "./over-window.ts";

export interface LimitedRows {
  /** Columns are those of the input. */
  readonly plan: LogicalPlan;
  readonly rank: Rank;
  /** What else is asked of a row. */
  readonly rest: BoundExpression | undefined;
  readonly position: SourcePosition;
}

/**
 * Undefined where the input has no row number, or the predicate does not limit it. A number in the order of
 * time needs no limit, so that it may be asked for anything.
 */
export function limitRows(
  input: LogicalPlan,
  predicate: BoundExpression,
  position: SourcePosition,
  retentionMs: number | undefined,
): LimitedRows | undefined {
  const found = findRowNumber(input);
  if (found === undefined) return undefined;
  const { over, projects } = found;
  const bounds: Bound[] = [];
  const rest: BoundExpression[] = [];
  for (const part of conjunctsOf(predicate)) {
    const bound = boundOf(part, found.isNumber, position);
    if (bound !== undefined) bounds.push(bound);
    else if (!readsAny(part, found.readsNumber)) rest.push(part);
    else if (isInOrderOfTime(over) && !isUpdating(over.input)) return undefined;
    else throw unlikeTopN(position);
  }
  if (bounds.length === 0) return undefined;
  const made = rankOf(over, rangeOf(bounds, position), retentionMs);
  const plan = projects.reduceRight<LogicalPlan>(
    (below, each) => ({ ...each, input: below }),
    made.from === made.to ? withNumber(made) : made,
  );
  return { plan, rank: made, rest: conjunctionOf(rest), position: over.position };
}

interface RowNumber {
  readonly over: Over;
  /** Between the query and its row number, the outermost first. */
  readonly projects: readonly Project[];
  /** Whether a column of the input is the number, and whether it is made of it. */
  readonly isNumber: (column: number) => boolean;
  readonly readsNumber: (column: number) => boolean;
}

function findRowNumber(input: LogicalPlan): RowNumber | undefined {
  if (input.kind === "Over") {
    const number = input.input.schema.columns.length;
    const isNumber = (column: number) => column === number;
    return isRowNumber(input) ? { over: input, projects: [], isNumber, readsNumber: isNumber } : undefined;
  }
  if (input.kind !== "Project") return undefined;
  const below = findRowNumber(input.input);
  if (below === undefined) return undefined;
  const at = (column: number) => input.expressions[column]!;
  return {
    over: below.over,
    projects: [input, ...below.projects],
    isNumber: (column) => {
      const expression = at(column);
      return expression.kind === "InputColumn" && below.isNumber(expression.index);
    },
    readsNumber: (column) => readsAny(at(column), below.readsNumber),
  };
}

function readsAny(expression: BoundExpression, isRead: (column: number) => boolean): boolean {
  const columns = new Set<number>();
  collectColumns(expression, columns);
  return [...columns].some(isRead);
}

interface Bound {
  readonly from?: number;
  readonly to?: number;
}

type Comparison = "LESS" | "LESS_OR_EQUAL" | "GREATER" | "GREATER_OR_EQUAL" | "EQUALS";

const mirrored: Readonly<Record<Comparison, Comparison>> = {
  LESS: "GREATER",
  LESS_OR_EQUAL: "GREATER_OR_EQUAL",
  GREATER: "LESS",
  GREATER_OR_EQUAL: "LESS_OR_EQUAL",
  EQUALS: "EQUALS",
};

/** Of `rn <= 3`, `3 >= rn`, `rn = 1`; undefined for anything else. */
function boundOf(
  part: BoundExpression,
  isNumber: RowNumber["isNumber"],
  position: SourcePosition,
): Bound | undefined {
  if (part.kind !== "Call" || !(part.function in mirrored)) return undefined;
  const isAlone = (side: BoundExpression) => side.kind === "InputColumn" && isNumber(side.index);
  const [left, right] = part.arguments as [BoundExpression, BoundExpression];
  const comparison = part.function as Comparison;
  if (isAlone(left) && !readsAny(right, isNumber)) return limit(comparison, right, position);
  return isAlone(right) && !readsAny(left, isNumber)
    ? limit(mirrored[comparison], left, position)
    : undefined;
}

function limit(comparison: Comparison, by: BoundExpression, position: SourcePosition): Bound {
  if (readsAny(by, () => true) || readsClock(by))
    throw featureRefused("ROW_NUMBER limited by a column", position);
  const value = evaluateConstant(by);
  if (value === null) throw unlikeTopN(position);
  assert(typeof value === "bigint", "a row number is compared as a BIGINT");
  const number = Number(value);
  switch (comparison) {
    case "LESS":
      return { to: number - 1 };
    case "LESS_OR_EQUAL":
      return { to: number };
    case "GREATER":
      return { from: number + 1 };
    case "GREATER_OR_EQUAL":
      return { from: number };
    case "EQUALS":
      return { from: number, to: number };
  }
}

/** An upper bound, with or without a lower one. */
function rangeOf(bounds: readonly Bound[], position: SourcePosition): Required<Bound> {
  const [first, second] = bounds;
  const isPair = second === undefined || (bounds.length === 2 && "to" in first! !== "to" in second);
  if (!isPair) throw unlikeTopN(position);
  const { from = 1, to } = { ...first, ...second };
  if (to === undefined) {
    const rule = "In Flink a Top-N has an end: a lower bound alone would keep every row";
    throw notFlink(rule, "Add a limit: rn <= 10.", position);
  }
  if (to < 1 || from > to) throw notFlink("In Flink a Top-N keeps at least one rank", "", position);
  return { from: Math.max(1, from), to };
}

const addsWindow = "Read from TABLE(TUMBLE(…)) and add window_start and window_end to PARTITION BY";

/** A Top-N without keys keeps its few rows; with keys it keeps some for each, unless windows end them. */
export function refuseUnboundedRank(
  { method, keys, input, retentionMs }: Rank,
  position: SourcePosition,
  isRetentionGiven: boolean,
): void {
  if (method === "window" || keys.length === 0 || retentionMs !== undefined || rowsLeave(input)) return;
  const reason = "it keeps rows for each key that it has seen";
  const instead = isRetentionGiven
    ? "A retention bounds keys of rows that do not change: read them from a table"
    : `${addsWindow}, or give the view a 'retention'`;
  throw quickwaterError("sql.unbounded-state", { what: "This Top-N", reason, instead }, { position });
}

function unlikeTopN(position: SourcePosition) {
  const rule = "In Flink a ROW_NUMBER is limited by constants: rn <= 3, rn = 1, rn BETWEEN 2 AND 3";
  return notFlink(rule, "Join other conditions on other columns with AND.", position);
}

function rankOf(
  { input, keys, order, position }: Over,
  { from, to }: Required<Bound>,
  retentionMs: number | undefined,
): Rank {
  const window = windowColumnsOf(input);
  const has = (columns: ReadonlySet<number> | undefined) => keys.some((key) => columns?.has(key));
  const isWindowed = has(window?.starts) && has(window?.ends);
  if (isWindowed && isUpdating(input)) {
    throw quickwaterError("sql.window-over-updates", { what: "A ROW_NUMBER of windows" }, { position });
  }
  const endColumn = isWindowed ? keys.find((key) => window!.ends.has(key)) : undefined;
  const method = isWindowed ? "window" : methodOf(input, order, from, to);
  // Without keys its few rows are kept; of rows that leave a key goes with the last.
  const isBounded = isWindowed || keys.length === 0 || rowsLeave(input) || isUpdating(input);
  return rank({
    input,
    method,
    keys,
    order,
    from,
    to,
    endColumn,
    givesNumber: from !== to,
    retentionMs: isBounded ? undefined : retentionMs,
  });
}

/** The first or last row by time is a deduplication. */
function methodOf(input: LogicalPlan, order: Over["order"], from: number, to: number): RankMethod {
  const [first] = order;
  if (from !== 1 || to !== 1 || order.length !== 1 || isUpdating(input)) return "top";
  const { type } = input.schema.columns[first!.column]!;
  if (!isTimestamp(type) || type.attribute === undefined) return "top";
  return first!.descending ? "keep-last" : "keep-first";
}

/** Where only one rank is kept its number is a constant. */
function withNumber(node: Rank): LogicalPlan {
  const { columns } = node.schema;
  const kept = columns.map(({ type }, index): BoundExpression => ({ kind: "InputColumn", index, type }));
  const names = [...columns.map(({ name }) => name), "ROW_NUMBER"];
  return project(node, [...kept, literal(BigInt(node.from), rowNumberType)], names);
}
