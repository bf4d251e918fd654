/** Every scalar function by name, and the names and spellings under which SQL calls them. */
import { arithmeticFunctions } from "./arithmetic.ts";
import { comparisonFunctions } from "./comparison.ts";
import { likeFunctions } from "./like.ts";
import { logicFunctions } from "./logic.ts";
import { numericFunctions } from "./numeric.ts";
import type { ScalarFunction, ScalarFunctionName } from "./scalar-function.ts";
import { stringFunctions } from "./string.ts";

const functions: ReadonlyMap<ScalarFunctionName, ScalarFunction> = new Map(
  [
    ...arithmeticFunctions,
    ...comparisonFunctions,
    ...logicFunctions,
    ...stringFunctions,
    ...likeFunctions,
    ...numericFunctions,
  ].map((scalar) => [scalar.name, scalar]),
);

/** What may be called in SQL, in capitals; operators have no entry here. */
export const callableFunctions: ReadonlyMap<string, ScalarFunctionName> = new Map<string, ScalarFunctionName>(
  [
    ["UPPER", "UPPER"],
    ["LOWER", "LOWER"],
    ["TRIM", "TRIM"],
    ["CHAR_LENGTH", "CHAR_LENGTH"],
    ["CHARACTER_LENGTH", "CHAR_LENGTH"],
    ["SUBSTRING", "SUBSTRING"],
    ["SUBSTR", "SUBSTRING"],
    ["CONCAT", "CONCAT"],
    ["ABS", "ABS"],
    ["MOD", "MOD"],
    ["ROUND", "ROUND"],
    ["FLOOR", "FLOOR"],
    ["CEIL", "CEIL"],
    ["CEILING", "CEIL"],
  ],
);

export function scalarFunction(name: ScalarFunctionName): ScalarFunction {
  return functions.get(name)!;
}
