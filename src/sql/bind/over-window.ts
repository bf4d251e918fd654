/**
 * The window of OVER: written at the call, or named in WINDOW. What Flink refuses of windows in general is
 * refused here; what it asks of the order depends on what is computed, and is asked elsewhere.
 */
import { type QuickwaterError, quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import type {
  Expression,
  FrameBound,
  Identifier,
  NamedWindow,
  OrderItem,
  WindowFrame,
  WindowSpecification,
} from "../parse/ast.ts";
import type { OverFrame } from "../plan/logical-plan.ts";
import { bindExpression } from "./bind-expression.ts";
import { intervalOf } from "./bind-literal.ts";
import { refuseUnordered } from "./bind-nested.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { contextWithoutAggregates } from "./collected-aggregates.ts";
import type { Scope } from "./scope.ts";

export interface BoundOrder {
  readonly expression: BoundExpression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface OverWindow {
  readonly keys: readonly BoundExpression[];
  readonly order: readonly BoundOrder[];
  /** Undefined where none is written. */
  readonly frame: OverFrame | undefined;
  readonly position: SourcePosition;
}

type Clauses = Pick<WindowSpecification, "partitionBy" | "orderBy" | "frame">;

export function bindOverWindow(
  written: WindowSpecification | Identifier,
  windows: readonly NamedWindow[],
  scope: Scope,
): OverWindow {
  const { partitionBy, orderBy, frame } = clausesOf(written, windows);
  const context = contextWithoutAggregates(scope, "the window of OVER");
  return {
    keys: partitionBy.map((key) => bindExpression(key, context)),
    order: orderBy.map((item) => {
      const expression = bindExpression(item.expression, context);
      refuseUnordered(expression.type, item.position);
      return { expression, ...directionOf(item) };
    }),
    frame: frame && bindFrame(frame),
    position: written.position,
  };
}

/** NULL is less than every value where nothing else is said, as in Flink. */
export function directionOf({ direction, nulls }: OrderItem) {
  const descending = direction === "DESC";
  return { descending, nullsFirst: nulls === undefined ? !descending : nulls === "FIRST" };
}

function clausesOf(written: WindowSpecification | Identifier, windows: readonly NamedWindow[]): Clauses {
  if (written.kind === "Identifier")
    return clausesOf(namedWindow(written, windows), before(written, windows));
  if (written.base === undefined) return written;
  const base = clausesOf(written.base, windows);
  const { partitionBy, orderBy, frame, position } = written;
  const isTwice = partitionBy.length > 0 || base.frame !== undefined;
  if (isTwice || (orderBy.length > 0 && base.orderBy.length > 0)) {
    const rule = "In SQL a window that goes on from another may add ORDER BY and a frame where that has none";
    throw notFlink(rule, "Write the whole window.", position);
  }
  const order = orderBy.length > 0 ? orderBy : base.orderBy;
  return { partitionBy: base.partitionBy, orderBy: order, frame };
}

function namedWindow({ name, position }: Identifier, windows: readonly NamedWindow[]): WindowSpecification {
  const found = windows.find((each) => each.name.name === name);
  if (found !== undefined) return found.window;
  const known = windows.map((each) => each.name.name);
  const suggestion = closestName(name, known);
  throw quickwaterError("sql.unknown-window", { window: name }, { position, suggestion });
}

/** A named window sees those before it, so that none goes on from itself. */
function before({ name }: Identifier, windows: readonly NamedWindow[]): readonly NamedWindow[] {
  return windows.slice(
    0,
    windows.findIndex((each) => each.name.name === name),
  );
}

function bindFrame({ unit, start, end, position }: WindowFrame): OverFrame {
  if (start.side !== "PRECEDING" || (end !== undefined && end.side !== "CURRENT ROW")) {
    const rule = "In Flink the window of OVER begins before a row and ends at it: nothing may follow";
    const instead = `Write ${unit} BETWEEN … PRECEDING AND CURRENT ROW.`;
    throw notFlink(rule, instead, position);
  }
  return { unit, preceding: start.distance && distanceOf(start, start.distance, unit) };
}

function distanceOf({ position }: FrameBound, distance: Expression, unit: OverFrame["unit"]): number {
  if (unit === "ROWS") {
    const rows = distance.kind === "NumberLiteral" ? Number(distance.text) : Number.NaN;
    if (Number.isSafeInteger(rows)) return rows;
    throw notFlink("ROWS counts rows: a whole number stands before PRECEDING", "", position);
  }
  const interval = distance.kind === "IntervalLiteral" ? intervalOf(distance) : undefined;
  const isSpan = interval?.kind === "ms" && distance.kind === "IntervalLiteral" && !distance.negative;
  if (interval?.kind === "ms" && isSpan) return interval.ms;
  const rule = "RANGE is a span of time: a constant interval of days to seconds stands before PRECEDING";
  throw notFlink(rule, "Write RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW.", position);
}

export function notFlink(rule: string, instead: string, position: SourcePosition): QuickwaterError {
  return quickwaterError("sql.not-flink", { rule, instead }, { position });
}
