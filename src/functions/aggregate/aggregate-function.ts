/**
 * The signatures of the aggregates; how they accumulate is the dataflow's. The result types are Flink's: SUM
 * and AVG of an integer keep its type (an average of integers truncates, a sum wraps), of a DECIMAL(p, s)
 * they are DECIMAL(38, s) and DECIMAL(38, max(6, s)). In a group there is at least one row, so that the
 * result of a NOT NULL argument is NOT NULL, unless FILTER may leave none or a sample of one row has no
 * variance.
 */
import { averageShape, sumShape } from "../../values/decimal.ts";
import { isCharacter, isNested, isNumeric, type SqlType, withNullable } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { withoutAttribute } from "../common-type.ts";

export type AggregateName =
  | "COUNT"
  | "SUM"
  | "AVG"
  | "MIN"
  | "MAX"
  | "VAR_POP"
  | "VAR_SAMP"
  | "STDDEV_POP"
  | "STDDEV_SAMP"
  | "FIRST_VALUE"
  | "LAST_VALUE"
  | "LISTAGG"
  | "PERCENTILE"
  | "ARRAY_AGG";

export interface AggregateSignature {
  /** What it takes, as a message says it. */
  readonly takes: string;
  /** How many constants may stand behind the argument. */
  readonly parametersMax: number;
  /** Whether two groups' results can be put together, as windows that are made of parts need it. */
  readonly merges: boolean;
  resolve(call: AggregateArguments): ResolvedAggregate | undefined;
}

export interface AggregateArguments {
  readonly argument: SqlType;
  /** Constants behind the argument; undefined for what is none. */
  readonly parameters: readonly (SqlValue | undefined)[];
  /** The result may be NULL: the argument may, or FILTER may leave no row. */
  readonly nullable: boolean;
}

export interface ResolvedAggregate {
  readonly result: SqlType;
  /** What the argument is cast to, and what is computed then, where that is not the result's type. */
  readonly computedAs?: SqlType | undefined;
}

const double: SqlType = { kind: "DOUBLE", nullable: true };

const signatures: Readonly<Record<AggregateName, AggregateSignature>> = {
  COUNT: {
    ...plain("* or one value", single),
    resolve: () => ({ result: { kind: "BIGINT", nullable: false } }),
  },
  SUM: plain("a number", (type) => (isNumeric(type) ? summed(type, sumShape) : undefined)),
  AVG: plain("a number", (type) => (isNumeric(type) ? summed(type, averageShape) : undefined)),
  MIN: plain("a number, text, date, time or truth value", ordered),
  MAX: plain("a number, text, date, time or truth value", ordered),
  VAR_POP: variance(false),
  VAR_SAMP: variance(true),
  STDDEV_POP: variance(false),
  STDDEV_SAMP: variance(true),
  FIRST_VALUE: { ...plain("one value that is no ROW, ARRAY or MAP", single), merges: false },
  LAST_VALUE: { ...plain("one value that is no ROW, ARRAY or MAP", single), merges: false },
  LISTAGG: {
    takes: "a text, and a separator as a literal",
    parametersMax: 1,
    merges: true,
    resolve: ({ argument, parameters, nullable }) => {
      const isRead = isCharacter(argument) && parameters.every((value) => typeof value === "string");
      return isRead ? { result: withNullable(argument, nullable) } : undefined;
    },
  },
  PERCENTILE: {
    takes: "a number, and a fraction from 0 to 1 as a literal",
    parametersMax: 1,
    merges: true,
    resolve: ({ argument, parameters: [fraction] }) => {
      const isFraction = typeof fraction === "number" && fraction >= 0 && fraction <= 1;
      return isNumeric(argument) && isFraction ? { result: double, computedAs: double } : undefined;
    },
  },
  ARRAY_AGG: {
    takes: "one value",
    parametersMax: 0,
    merges: true,
    resolve: ({ argument, nullable }) =>
      argument.kind === "NULL"
        ? undefined
        : { result: { kind: "ARRAY", element: withoutAttribute(argument), nullable } },
  },
};

const otherNames: Readonly<Record<string, AggregateName>> = { STDDEV: "STDDEV_SAMP", VARIANCE: "VAR_SAMP" };

/** All words that call one. */
export const aggregateNames: readonly string[] = [...Object.keys(signatures), ...Object.keys(otherNames)];

export function aggregateNamed(name: string): AggregateName | undefined {
  const word = name.toUpperCase();
  if (Object.hasOwn(signatures, word)) return word as AggregateName;
  return Object.hasOwn(otherNames, word) ? otherNames[word] : undefined;
}

export function aggregateSignature(name: AggregateName): AggregateSignature {
  return signatures[name];
}

function plain(takes: string, result: (argument: SqlType) => SqlType | undefined): AggregateSignature {
  return {
    takes,
    parametersMax: 0,
    merges: true,
    resolve: ({ argument, nullable }) => {
      const type = result(argument);
      return type && { result: withNullable(type, nullable) };
    },
  };
}

/** A sum past 38 digits is NULL. */
function summed(argument: SqlType, shapeOf: typeof sumShape): SqlType {
  if (argument.kind !== "DECIMAL") return withNullable(argument, true);
  return { kind: "DECIMAL", ...shapeOf(argument), nullable: true };
}

function ordered(argument: SqlType): SqlType | undefined {
  const isBytes = argument.kind === "BINARY" || argument.kind === "VARBINARY";
  return isBytes ? undefined : single(argument);
}

function single(argument: SqlType): SqlType | undefined {
  if (isNested(argument) || argument.kind === "NULL") return undefined;
  return withNullable(withoutAttribute(argument), true);
}

/** Of the type that AVG has, computed as DOUBLE. */
function variance(isSample: boolean): AggregateSignature {
  return {
    takes: "a number",
    parametersMax: 0,
    merges: true,
    resolve: ({ argument, nullable }) => {
      if (!isNumeric(argument)) return undefined;
      const result = withNullable(summed(argument, averageShape), nullable || isSample);
      return { result, computedAs: withNullable(double, result.nullable) };
    },
  };
}
