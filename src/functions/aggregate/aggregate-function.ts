/**
 * The signatures of the aggregates; how they accumulate is the dataflow's. The result types are Flink's: SUM
 * and AVG of an integer keep its type (an average of integers truncates, a sum wraps), of a DECIMAL(p, s)
 * they are DECIMAL(38, s) and DECIMAL(38, max(6, s)). In a group there is at least one row, so that the
 * result of a NOT NULL argument is NOT NULL, unless FILTER may leave none.
 */
import { averageShape, sumShape } from "../../values/decimal.ts";
import { isNested, isNumeric, type SqlType } from "../../values/sql-type.ts";
import { withoutAttribute } from "../common-type.ts";

export const aggregateNames = ["COUNT", "SUM", "AVG", "MIN", "MAX"] as const;
export type AggregateName = (typeof aggregateNames)[number];

export interface AggregateSignature {
  /** What it takes, as a message says it. */
  readonly takes: string;
  readonly result: SqlType;
}

export function aggregateNamed(name: string): AggregateName | undefined {
  return aggregateNames.find((known) => known === name.toUpperCase());
}

export const aggregateTakes: Readonly<Record<AggregateName, string>> = {
  COUNT: "* or one value",
  SUM: "a number",
  AVG: "a number",
  MIN: "a number, text, date or time",
  MAX: "a number, text, date or time",
};

/**
 * The result's type, or undefined where the aggregate does not take the argument. `argument` is undefined for
 * COUNT(*) only.
 */
export function resolveAggregate(
  name: AggregateName,
  argument: SqlType | undefined,
  filtered: boolean,
): SqlType | undefined {
  if (name === "COUNT") return { kind: "BIGINT", nullable: false };
  if (argument === undefined) return undefined;
  const nullable = argument.nullable || filtered;
  if (name === "MIN" || name === "MAX") {
    const ordered = !isNested(argument) && argument.kind !== "NULL" && argument.kind !== "BOOLEAN";
    const comparable = ordered && argument.kind !== "BINARY" && argument.kind !== "VARBINARY";
    return comparable ? ({ ...withoutAttribute(argument), nullable } as SqlType) : undefined;
  }
  if (!isNumeric(argument)) return undefined;
  if (argument.kind !== "DECIMAL") return { ...argument, nullable } as SqlType;
  const shape = name === "SUM" ? sumShape(argument) : averageShape(argument);
  // A sum past 38 digits is NULL.
  return { kind: "DECIMAL", ...shape, nullable };
}
