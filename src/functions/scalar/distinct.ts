/** IS DISTINCT FROM: whether two values differ, a NULL being a value like others. */
import type { SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { comparisonFunctions } from "./comparison.ts";
import { computedFunction } from "./computed-function.ts";
import type { Argument, ScalarFunction } from "./scalar-function.ts";

const result: SqlType = { kind: "BOOLEAN", nullable: false };
const equals = comparisonFunctions.find(({ name }) => name === "EQUALS")!;

export const distinctFunctions: readonly ScalarFunction[] = [
  computedFunction({
    name: "IS_DISTINCT",
    takes: "two values of one kind",
    nulls: "own",
    resolve: (given) => {
      const signature = equals.resolve(given);
      if (signature !== undefined) return { ...signature, result };
      // Two NULLs without a type are not distinct.
      return given.every(({ type }) => type.kind === "NULL")
        ? { operands: given.map(() => ({ kind: "BOOLEAN", nullable: true })), result }
        : undefined;
    },
    prepare: (operands) => {
      const types = operands.map(({ type }: Argument) => type);
      return (left: SqlValue, right: SqlValue) =>
        left === null || right === null
          ? left !== right
          : equals.evaluate([left, right], types, result) !== true;
    },
  }),
];
