/** GREATEST and LEAST: of values of one kind, in their common type; NULL where one of them is. */
import { compareValues } from "../../values/compare.ts";
import { isNested, withNullable } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { commonType } from "../common-type.ts";
import { computedFunction } from "./computed-function.ts";
import type { Argument, ScalarFunction, Signature } from "./scalar-function.ts";

type Present = Exclude<SqlValue, null>;

export const extremeFunctions: readonly ScalarFunction[] = [extreme("GREATEST", 1), extreme("LEAST", -1)];

function extreme(name: "GREATEST" | "LEAST", wanted: 1 | -1): ScalarFunction {
  return computedFunction({
    name,
    takes: "values of one kind",
    resolve,
    // A NaN is neither above nor below: it stays only where it stands first.
    prepare:
      () =>
      (...values: Present[]) =>
        values.reduce((best, value) => (compareValues(value, best) === wanted ? value : best)),
  });
}

function resolve(given: readonly Argument[]): Signature | undefined {
  if (given.length === 0) return undefined;
  const common = commonType(given.map(({ type }) => type));
  if (common === undefined || isNested(common) || common.kind === "BOOLEAN") return undefined;
  const nullable = given.some(({ type }) => type.nullable);
  return { operands: given.map(() => common), result: withNullable(common, nullable) };
}
