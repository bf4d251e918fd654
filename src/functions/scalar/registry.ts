/** Every scalar function by name, and the names and spellings under which SQL calls them. */
import { arithmeticFunctions } from "./arithmetic.ts";
import { arrayChangedFunctions } from "./array-changed.ts";
import { arrayFactFunctions } from "./array-facts.ts";
import { arraySetFunctions } from "./array-sets.ts";
import { comparisonFunctions } from "./comparison.ts";
import { digitFunctions } from "./digits.ts";
import { distinctFunctions } from "./distinct.ts";
import { encodingFunctions } from "./encoding.ts";
import { extremeFunctions } from "./extremes.ts";
import { hashFunctions } from "./hash.ts";
import { jsonMadeFunctions } from "./json-made.ts";
import { jsonPathFunctions } from "./json-path.ts";
import { likeFunctions } from "./like.ts";
import { logicFunctions } from "./logic.ts";
import { mapFunctions } from "./map.ts";
import { mathFunctions } from "./math.ts";
import { nestedPartFunctions } from "./nested-parts.ts";
import { numericFunctions } from "./numeric.ts";
import { regexpFunctions } from "./regexp.ts";
import type { ScalarFunction, ScalarFunctionName } from "./scalar-function.ts";
import { splitFunctions } from "./split.ts";
import { stringFunctions } from "./string.ts";
import { textKindFunctions } from "./text-kind.ts";
import { textMadeFunctions } from "./text-made.ts";
import { textPartFunctions } from "./text-parts.ts";
import { textSearchFunctions } from "./text-search.ts";
import { timeDifferenceFunctions } from "./time-difference.ts";
import { timeFieldFunctions } from "./time-fields.ts";
import { timeRoundingFunctions } from "./time-rounding.ts";
import { timeTextFunctions } from "./time-texts.ts";
import { timeZoneFunctions } from "./time-zone.ts";
import { urlFunctions } from "./url.ts";

const functions: ReadonlyMap<ScalarFunctionName, ScalarFunction> = new Map(
  [
    ...arithmeticFunctions,
    ...comparisonFunctions,
    ...logicFunctions,
    ...stringFunctions,
    ...likeFunctions,
    ...numericFunctions,
    ...mathFunctions,
    ...digitFunctions,
    ...extremeFunctions,
    ...distinctFunctions,
    ...textSearchFunctions,
    ...textPartFunctions,
    ...textMadeFunctions,
    ...textKindFunctions,
    ...encodingFunctions,
    ...urlFunctions,
    ...hashFunctions,
    ...timeFieldFunctions,
    ...timeRoundingFunctions,
    ...timeDifferenceFunctions,
    ...timeTextFunctions,
    ...timeZoneFunctions,
    ...jsonPathFunctions,
    ...jsonMadeFunctions,
    ...regexpFunctions,
    ...nestedPartFunctions,
    ...arrayFactFunctions,
    ...arrayChangedFunctions,
    ...arraySetFunctions,
    ...mapFunctions,
    ...splitFunctions,
  ].map((scalar) => [scalar.name, scalar]),
);

/** What no text of SQL can name: a query in another time zone than UTC is rewritten with them. */
const madeForZones: ReadonlySet<ScalarFunctionName> = new Set<ScalarFunctionName>([
  "IN_ZONE",
  "FROM_ZONE",
  "ZONED_INSIDE",
  "AS_FAR_AS",
  "SECONDS_IN_ZONE",
  "SECONDS_FROM_ZONE",
]);

export const scalarFunctionNames: readonly ScalarFunctionName[] = [...functions.keys()].filter(
  (name) => !madeForZones.has(name),
);

/** Functions that have no name of their own in SQL, or one that is spelled with words between. */
const operators: ReadonlySet<ScalarFunctionName> = new Set<ScalarFunctionName>([
  "ADD",
  "SUBTRACT",
  "MULTIPLY",
  "DIVIDE",
  "NEGATE",
  "EQUALS",
  "NOT_EQUALS",
  "LESS",
  "LESS_OR_EQUAL",
  "GREATER",
  "GREATER_OR_EQUAL",
  "AND",
  "OR",
  "NOT",
  "IS_NULL",
  "IS_NOT_NULL",
  "IS_TRUE",
  "IS_NOT_TRUE",
  "IS_FALSE",
  "IS_NOT_FALSE",
  "LIKE",
  "IS_DISTINCT",
  "POSITION",
  "OVERLAY",
  "EXTRACT",
  "FLOOR_TO",
  "CEIL_TO",
  "TIMESTAMPADD",
  "TIMESTAMPDIFF",
  ...madeForZones,
  "JSON_EXISTS",
  "JSON_VALUE",
  "JSON_QUERY",
  "JSON_OBJECT",
  "JSON_ARRAY",
  "IS_JSON",
  "SIMILAR",
  "CONCATENATE",
  "FIELD",
  "ITEM",
  "ROW",
  "ARRAY",
  "MAP",
]);

/** Functions that are spelled with words of their own, for those who misspell them. */
export const spelledFunctions: readonly string[] = [
  "EXTRACT",
  "JSON_ARRAY",
  "JSON_EXISTS",
  "JSON_OBJECT",
  "JSON_QUERY",
  "JSON_VALUE",
  "OVERLAY",
  "POSITION",
  "TIMESTAMPADD",
  "TIMESTAMPDIFF",
];

/** What may be called in SQL, in capitals. */
export const callableFunctions: ReadonlyMap<string, ScalarFunctionName> = new Map([
  ...[...functions.keys()].filter((name) => !operators.has(name)).map((name) => [name, name] as const),
  ["CHARACTER_LENGTH", "CHAR_LENGTH"],
  ["SUBSTR", "SUBSTRING"],
  ["CEILING", "CEIL"],
]);

export function scalarFunction(name: ScalarFunctionName): ScalarFunction {
  return functions.get(name)!;
}
