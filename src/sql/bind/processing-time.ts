/** Processing time as the order of rows: whoever asks for it takes the event time from the columns. */
import { withoutAttribute } from "../../functions/common-type.ts";
import { isTimestamp, type SqlType } from "../../values/sql-type.ts";
import type { LogicalPlan } from "../plan/logical-plan.ts";

export function isProcessingTime({ schema }: LogicalPlan, column: number): boolean {
  const { type } = schema.columns[column]!;
  return isTimestamp(type) && type.attribute === "proctime";
}

/** The same column of rows that event time no longer orders. */
export function withoutEventTime<T extends { readonly type: SqlType }>(column: T): T {
  const { type } = column;
  const isEventTime = isTimestamp(type) && type.attribute === "rowtime";
  return isEventTime ? { ...column, type: withoutAttribute(type) } : column;
}
