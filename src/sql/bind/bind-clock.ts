/**
 * The clocks. All of them read the append time of the step that made the row come, which the log has written
 * down: a replay reads the same. CURRENT_WATERMARK reads the watermark that the row found.
 */
import { type QuickwaterError, quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { unixTime } from "../../functions/scalar/time-fields.ts";
import { isTimestamp, type SqlType } from "../../values/sql-type.ts";
import { readsClock } from "../plan/expressions.ts";
import type { LogicalPlan } from "../plan/logical-plan.ts";
import { inputsOf, tablesOf } from "../plan/map-plan.ts";
import { isUpdating } from "../plan/traits.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { call, castTo, typeText, word } from "./coerce.ts";
import { featureRefused } from "./not-supported-yet.ts";

const instant = { kind: "TIMESTAMP_LTZ", precision: 3, nullable: false } as const;
const now: BoundExpression = { kind: "Clock", clock: "append time", type: instant };
const processingTime: BoundExpression = { ...now, type: { ...instant, attribute: "proctime" } };

const wall = (type: SqlType) => () => castTo(now, type, false);
const timeOfDay = wall({ kind: "TIME", precision: 0, nullable: false });

const clocks: ReadonlyMap<string, (position: SourcePosition) => BoundExpression> = new Map([
  ["NOW", () => now],
  ["CURRENT_TIMESTAMP", () => now],
  ["CURRENT_ROW_TIMESTAMP", () => now],
  ["PROCTIME", () => processingTime],
  ["LOCALTIMESTAMP", wall({ kind: "TIMESTAMP", precision: 3, nullable: false })],
  ["LOCALTIME", timeOfDay],
  ["CURRENT_TIME", timeOfDay],
  ["CURRENT_DATE", wall({ kind: "DATE", nullable: false })],
  [
    "UNIX_TIMESTAMP",
    (position: SourcePosition) => call("EXTRACT", [word(unixTime), now], "UNIX_TIMESTAMP", position),
  ],
]);

export const clockNames: readonly string[] = [...clocks.keys(), "CURRENT_WATERMARK"];

/** A clock, by its name in capitals; undefined for what is none, as UNIX_TIMESTAMP of a text. */
export function bindClock(
  name: string,
  given: readonly BoundExpression[],
  position: SourcePosition,
): BoundExpression | undefined {
  if (name === "CURRENT_WATERMARK") return bindWatermark(given, position);
  const clock = clocks.get(name);
  if (clock === undefined) return undefined;
  if (given.length === 0) return clock(position);
  if (name === "UNIX_TIMESTAMP") return undefined;
  throw wrongArguments(name, given, "no arguments", position);
}

function bindWatermark(given: readonly BoundExpression[], position: SourcePosition): BoundExpression {
  const [time, ...more] = given;
  const type = time?.type;
  if (type === undefined || more.length > 0 || !isTimestamp(type) || type.attribute !== "rowtime") {
    throw wrongArguments("CURRENT_WATERMARK", given, "the column of a WATERMARK", position);
  }
  const { kind, precision } = type;
  return { kind: "Clock", clock: "watermark", type: { kind, precision, nullable: true } };
}

function wrongArguments(
  name: string,
  given: readonly BoundExpression[],
  expected: string,
  position: SourcePosition,
): QuickwaterError {
  const found = given.map(({ type }) => typeText(type)).join(", ");
  return quickwaterError("sql.wrong-arguments", { function: name, found, expected }, { position });
}

/**
 * A row that is taken back is told as it was told before, which a clock that has gone on cannot do; and rows
 * that no stream gives have no append time. Over inputs that end the clock stands still.
 */
export function refuseMovingClocks(plan: LogicalPlan, position: SourcePosition): void {
  const inputs = inputsOf(plan);
  for (const input of inputs) refuseMovingClocks(input, position);
  if (!expressionsOf(plan).some(readsClock)) return;
  if (inputs.some(isUpdating) || isUpdating(plan)) {
    throw featureRefused("A clock over rows that change", position, "Read it where the rows come in.");
  }
  if (tablesOf(plan).length === 0) {
    throw featureRefused("A clock without a table", position, "It is that of the rows that come.");
  }
}

/** Whether the same rows may give another answer later. */
export function planReadsClock(plan: LogicalPlan): boolean {
  return expressionsOf(plan).some(readsClock) || inputsOf(plan).some(planReadsClock);
}

function expressionsOf(plan: LogicalPlan): readonly BoundExpression[] {
  switch (plan.kind) {
    case "Filter":
      return [plan.predicate];
    case "Project":
      return plan.expressions;
    case "Join":
      return plan.predicate === undefined ? [] : [plan.predicate];
    default:
      return [];
  }
}
