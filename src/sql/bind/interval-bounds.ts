/**
 * The bounds of an interval join, found in its condition: `r.ts BETWEEN l.ts - INTERVAL '1' HOUR AND l.ts`
 * compares a time attribute of each side, moved by constants.
 */
import { isTimestamp, type SqlType } from "../../values/sql-type.ts";
import { evaluateConstant } from "../plan/evaluate.ts";
import { columnsOf, readsClock } from "../plan/expressions.ts";
import type { BoundExpression } from "./bound-expression.ts";

/** The right's time less the left's lies between them, both included. */
export interface IntervalBounds {
  readonly leftTime: number;
  readonly rightTime: number;
  readonly lowerMs: number;
  readonly upperMs: number;
  /** What the condition asks for beside the times. */
  readonly rest: readonly BoundExpression[];
}

/** Undefined where the times of the two sides are not bounded on both ends. */
export function intervalBoundsOf(
  conjuncts: readonly BoundExpression[],
  leftWidth: number,
): IntervalBounds | undefined {
  const found = conjuncts.map((conjunct) => boundOf(conjunct, leftWidth));
  const first = found.find((bound) => bound !== undefined);
  if (first === undefined) return undefined;
  const { leftTime, rightTime } = first;
  const isSame = (bound: Bound | undefined): bound is Bound =>
    bound?.leftTime === leftTime && bound.rightTime === rightTime;
  const bounds = found.filter(isSame);
  const lowerMs = Math.max(...bounds.map(({ lower }) => lower));
  const upperMs = Math.min(...bounds.map(({ upper }) => upper));
  if (!Number.isFinite(lowerMs) || !Number.isFinite(upperMs)) return undefined;
  const rest = conjuncts.filter((_, place) => !isSame(found[place]));
  return { leftTime, rightTime: rightTime - leftWidth, lowerMs, upperMs, rest };
}

interface Bound {
  readonly leftTime: number;
  /** Behind the columns of the left. */
  readonly rightTime: number;
  readonly lower: number;
  readonly upper: number;
}

const mirrored = {
  LESS: "GREATER",
  LESS_OR_EQUAL: "GREATER_OR_EQUAL",
  GREATER: "LESS",
  GREATER_OR_EQUAL: "LESS_OR_EQUAL",
  EQUALS: "EQUALS",
} as const;
type Comparison = keyof typeof mirrored;

/** What `right ⋄ left + ms` leaves of the distance; times are whole milliseconds. */
const distances: Readonly<Record<Comparison, (ms: number) => { lower: number; upper: number }>> = {
  LESS: (ms) => ({ lower: Number.NEGATIVE_INFINITY, upper: ms - 1 }),
  LESS_OR_EQUAL: (ms) => ({ lower: Number.NEGATIVE_INFINITY, upper: ms }),
  GREATER: (ms) => ({ lower: ms + 1, upper: Number.POSITIVE_INFINITY }),
  GREATER_OR_EQUAL: (ms) => ({ lower: ms, upper: Number.POSITIVE_INFINITY }),
  EQUALS: (ms) => ({ lower: ms, upper: ms }),
};

function boundOf(conjunct: BoundExpression, leftWidth: number): Bound | undefined {
  if (conjunct.kind !== "Call" || !(conjunct.function in mirrored)) return undefined;
  const [first, second] = conjunct.arguments.map(movedTimeOf);
  if (first === undefined || second === undefined) return undefined;
  const isLeft = (time: MovedTime) => time.column < leftWidth;
  if (isLeft(first) === isLeft(second)) return undefined;
  const comparison = conjunct.function as Comparison;
  const [left, right] = isLeft(first) ? [first, second] : [second, first];
  const ofRight = isLeft(first) ? mirrored[comparison] : comparison;
  const distance = distances[ofRight](left.movedMs - right.movedMs);
  return { leftTime: left.column, rightTime: right.column, ...distance };
}

interface MovedTime {
  readonly column: number;
  readonly movedMs: number;
}

/** A time attribute, or one with constants added to it. */
function movedTimeOf(expression: BoundExpression): MovedTime | undefined {
  if (expression.kind === "InputColumn") {
    return isTimeAttribute(expression.type) ? { column: expression.index, movedMs: 0 } : undefined;
  }
  if (expression.kind !== "Call") return undefined;
  const { function: name } = expression;
  if (name !== "ADD" && name !== "SUBTRACT") return undefined;
  const [first, second] = expression.arguments as [BoundExpression, BoundExpression];
  const isFirst = isTimestamp(first.type);
  const time = movedTimeOf(isFirst ? first : second);
  const ms = millisecondsOf(isFirst ? second : first);
  if (time === undefined || ms === undefined) return undefined;
  return { ...time, movedMs: time.movedMs + (name === "ADD" ? ms : -ms) };
}

function millisecondsOf(expression: BoundExpression): number | undefined {
  if (expression.type.kind !== "INTERVAL_MS" || columnsOf([expression]).size > 0) return undefined;
  if (readsClock(expression)) return undefined;
  const value = evaluateConstant(expression);
  return typeof value === "number" ? value : undefined;
}

export function isTimeAttribute(type: SqlType): boolean {
  return isTimestamp(type) && type.attribute === "rowtime";
}
