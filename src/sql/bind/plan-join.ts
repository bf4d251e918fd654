/**
 * Two plans and what is asked of their rows to a Join: which columns are equal, when rows meet and how long
 * they are kept. What is equal and no column yet is computed below the join, and left out again above it.
 */
import { quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { join, project } from "../plan/build.ts";
import { conjunctionOf } from "../plan/conditions.ts";
import { columnsOf, moveColumns } from "../plan/expressions.ts";
import type { Join, JoinKey, JoinMethod, JoinType, LogicalPlan } from "../plan/logical-plan.ts";
import { isUpdating, windowColumnsOf } from "../plan/traits.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { intervalBoundsOf } from "./interval-bounds.ts";
import { notFlink } from "./over-window.ts";
import type { VersionedJoin } from "./relation.ts";

export interface JoinParts {
  readonly type: JoinType;
  readonly left: LogicalPlan;
  readonly right: LogicalPlan;
  /** Over the columns of the left, then of the right. */
  readonly conjuncts: readonly BoundExpression[];
  /** FOR SYSTEM_TIME AS OF: by which times. */
  readonly temporal: VersionedJoin | undefined;
  /** Of the view that the join is in. */
  readonly retentionMs: number | undefined;
  readonly position: SourcePosition;
}

/** Columns of the left, then of the right, or of the left alone. */
export function planJoin(parts: JoinParts): LogicalPlan {
  const { left, right, temporal, type } = parts;
  const before = left.schema.columns.length;
  const isHalf = type === "SEMI" || type === "ANTI";
  const interval = temporal === undefined && !isHalf ? intervalOf(parts) : undefined;
  const equal: Equality[] = [];
  const rest: BoundExpression[] = [];
  for (const conjunct of interval?.rest ?? parts.conjuncts) {
    const equality = equalityOf(conjunct, before);
    if (equality === undefined) rest.push(conjunct);
    else equal.push(equality);
  }
  const lefts = new KeyColumns(left);
  const rights = new KeyColumns(right);
  const keys = equal.map((each): JoinKey => ({ left: lefts.of(each.left), right: rights.of(each.right) }));
  const wide = {
    left: lefts.plan(),
    right: rights.plan(),
  };
  const moved = (column: number) => (column < before ? column : column + lefts.added);
  const method = temporal ??
    interval?.method ??
    windowOf({ ...wide, position: parts.position }, keys) ?? { kind: "regular" };
  const made = join({
    ...parts,
    ...wide,
    keys,
    method,
    retentionMs: method.kind === "regular" ? parts.retentionMs : undefined,
    predicate: conjunctionOf(rest.map((conjunct) => moveColumns(conjunct, moved))),
  });
  return lefts.added + rights.added === 0 ? made : narrowed(made, before, right.schema.columns.length, moved);
}

function intervalOf({ conjuncts, left, right, position }: JoinParts) {
  const bounds = intervalBoundsOf(conjuncts, left.schema.columns.length);
  if (bounds === undefined) return undefined;
  if (isUpdating(left) || isUpdating(right)) {
    const rule = "In Flink an interval join takes rows that stand, and those of one side change";
    throw notFlink(rule, "Join streams, or what windows give.", position);
  }
  const { rest, ...method } = bounds;
  return { method: { kind: "interval" as const, ...method }, rest };
}

interface Equality {
  readonly left: BoundExpression;
  /** Over the columns of the right alone. */
  readonly right: BoundExpression;
}

function equalityOf(conjunct: BoundExpression, leftWidth: number): Equality | undefined {
  if (conjunct.kind !== "Call" || conjunct.function !== "EQUALS") return undefined;
  const [first, second] = conjunct.arguments as [BoundExpression, BoundExpression];
  const [ofFirst, ofSecond] = [sideOf(first, leftWidth), sideOf(second, leftWidth)];
  const toRight = (expression: BoundExpression) => moveColumns(expression, (column) => column - leftWidth);
  if (ofFirst === "left" && ofSecond === "right") return { left: first, right: toRight(second) };
  if (ofFirst === "right" && ofSecond === "left") return { left: second, right: toRight(first) };
  return undefined;
}

/** Which side's columns are read; both where there are columns of each. */
export function sideOf(
  expression: BoundExpression,
  leftWidth: number,
): "left" | "right" | "both" | "neither" {
  const columns = [...columnsOf([expression])];
  const hasLeft = columns.some((column) => column < leftWidth);
  const hasRight = columns.some((column) => column >= leftWidth);
  if (hasLeft && hasRight) return "both";
  return hasLeft ? "left" : hasRight ? "right" : "neither";
}

/** The columns of a side that are compared, some of them computed. */
class KeyColumns {
  readonly #input: LogicalPlan;
  readonly #computed: BoundExpression[] = [];

  constructor(input: LogicalPlan) {
    this.#input = input;
  }

  get added(): number {
    return this.#computed.length;
  }

  of(expression: BoundExpression): number {
    if (expression.kind === "InputColumn") return expression.index;
    return this.#input.schema.columns.length + this.#computed.push(expression) - 1;
  }

  plan(): LogicalPlan {
    if (this.#computed.length === 0) return this.#input;
    const { columns } = this.#input.schema;
    const kept = columns.map(({ type }, index): BoundExpression => ({ kind: "InputColumn", index, type }));
    const names = [...columns.map(({ name }) => name), ...this.#computed.map((_, index) => `key$${index}`)];
    return project(this.#input, [...kept, ...this.#computed], names);
  }
}

/** Start and end of a window are equal on both sides. */
function windowOf(
  { left, right, position }: Pick<JoinParts, "left" | "right" | "position">,
  keys: readonly JoinKey[],
): JoinMethod | undefined {
  const lefts = windowColumnsOf(left);
  const rights = windowColumnsOf(right);
  if (lefts === undefined || rights === undefined) return undefined;
  const hasStarts = keys.some((key) => lefts.starts.has(key.left) && rights.starts.has(key.right));
  const end = keys.find((key) => lefts.ends.has(key.left) && rights.ends.has(key.right));
  if (!hasStarts || end === undefined) return undefined;
  if (isUpdating(left) || isUpdating(right)) {
    throw quickwaterError("sql.window-over-updates", { what: "A join of windows" }, { position });
  }
  return { kind: "window", leftEnd: end.left, rightEnd: end.right };
}

/** Without the columns that were computed for the keys. */
function narrowed(
  made: Join,
  leftWidth: number,
  rightWidth: number,
  moved: (column: number) => number,
): LogicalPlan {
  const isHalf = made.type === "SEMI" || made.type === "ANTI";
  const places = Array.from({ length: leftWidth + (isHalf ? 0 : rightWidth) }, (_, column) => moved(column));
  const { columns } = made.schema;
  return project(
    made,
    places.map((index) => ({ kind: "InputColumn", index, type: columns[index]!.type })),
    places.map((index) => columns[index]!.name),
  );
}

/** A join that waits for all that may still come keeps all that came. */
export function refuseUnboundedJoin({ method, retentionMs, position }: Join): void {
  if (method.kind !== "regular" || retentionMs !== undefined) return;
  const reason = "it keeps every row of both sides";
  const instead =
    "Bound the times: r.ts BETWEEN l.ts AND l.ts + INTERVAL '1' HOUR, or give the view a 'retention'";
  throw quickwaterError("sql.unbounded-state", { what: "This join", reason, instead }, { position });
}
