/**
 * JSON_EXISTS, JSON_VALUE and JSON_QUERY of a text that holds JSON. A strict path, which is one without a
 * mode, that finds nothing is an error, and so is a JSON null that it finds; of a lax one both are empty.
 * What happens then is said by ON EMPTY and ON ERROR, which reach the functions as words.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { isArray, JsonNumber, type JsonTree, readJson, writeJson } from "../../values/json/document.ts";
import { findInJson, type JsonPath, readJsonPath } from "../../values/json/path.ts";
import { arrayOf } from "../../values/nested/nested-value.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { textArray } from "./collection.ts";
import {
  badArgument,
  boolean,
  computedFunction,
  double,
  int,
  keepLast,
  string,
  takeText,
} from "./computed-function.ts";
import type { Argument, ScalarFunction, ScalarFunctionName, Signature } from "./scalar-function.ts";

/** What JSON_VALUE may return, by the word that stands for it. */
const returned: Readonly<Record<string, SqlType>> = {
  STRING: string,
  BOOLEAN: boolean,
  INT: int,
  DOUBLE: double,
};

export const jsonPathFunctions: readonly ScalarFunction[] = [
  computedFunction({
    name: "JSON_EXISTS",
    takes: "a STRING that holds JSON, and a path",
    nulls: "own",
    resolve: (given) => resolvePath("JSON_EXISTS", given, boolean),
    prepare: () => {
      const pathOf = pathReader("JSON_EXISTS");
      return (document: string | null, path: string | null, onError: string) => {
        if (document === null || path === null) return null;
        const outcome = search(document, pathOf(path));
        if (outcome !== "error") return outcome !== "empty";
        if (onError === "ERROR") throw badArgument("JSON_EXISTS", `'${path}' finds nothing`);
        return onError === "UNKNOWN" ? null : onError === "TRUE";
      };
    },
  }),
  computedFunction({
    name: "JSON_VALUE",
    takes: "a STRING that holds JSON, a path, and defaults of the type that it returns",
    nulls: "own",
    resolve: resolveValue,
    prepare: prepareValue,
  }),
  computedFunction({
    name: "JSON_QUERY",
    takes: "a STRING that holds JSON, and a path",
    nulls: "own",
    resolve: (given) =>
      resolvePath("JSON_QUERY", given, given.at(-1)?.literal === "STRING" ? string : textArray),
    prepare: (_, { kind }) => {
      const pathOf = pathReader("JSON_QUERY");
      return (
        document: string | null,
        path: string | null,
        wrapper: string,
        onEmpty: string,
        onError: string,
      ) => {
        if (document === null || path === null) return null;
        const readPath = pathOf(path);
        const found = query(document, readPath, wrapper, onEmpty, onError);
        if (found === null) return null;
        if (kind !== "ARRAY") return writeJson(found);
        if (isArray(found)) return arrayOf(found.map(itemText), string);
        const other = structure(onError);
        return other === null ? null : arrayOf([], string);
      };
    },
  }),
];

type Outcome = { readonly value: Exclude<JsonTree, null> } | "empty" | "error";

/**
 * A document that is no JSON is an error for a strict path and empty for a lax one; a null alone is always an
 * error.
 */
function search(document: string, path: JsonPath): Outcome {
  const missing = path.mode === "lax" ? "empty" : "error";
  const root = readJson(document);
  if (root === undefined) return missing;
  if (root.value === null) return "error";
  const found = findInJson(root.value, path);
  if (found !== "nothing") return found.value === null ? missing : { value: found.value };
  // A lax path with a wildcard finds an empty list.
  return path.mode === "lax" && path.steps.some(({ kind }) => kind === "any") ? { value: [] } : missing;
}

function isScalar(value: JsonTree): value is string | boolean | JsonNumber {
  return !isArray(value) && !(value instanceof Map);
}

function resolvePath(
  name: ScalarFunctionName,
  given: readonly Argument[],
  result: SqlType,
): Signature | undefined {
  const [document, path, ...words] = given;
  if (document === undefined || path === undefined) return undefined;
  const operands = [document, path].map(({ type }) => takeText(type));
  if (operands.includes(undefined)) return undefined;
  if (typeof path.literal === "string") pathNamed(name, path.literal);
  return { operands: [...(operands as SqlType[]), ...words.map(({ type }) => type)], result };
}

function pathNamed(name: ScalarFunctionName, text: string): JsonPath {
  const path = readJsonPath(text);
  if (typeof path === "string") throw badArgument(name, path);
  return path;
}

function pathReader(name: ScalarFunctionName): (text: string) => JsonPath {
  return keepLast((text) => pathNamed(name, text));
}

// JSON_VALUE

function resolveValue(given: readonly Argument[]): Signature | undefined {
  const [document, path, returning, onEmpty, emptyDefault, onError, errorDefault] = given;
  const result = returned[String(returning?.literal)];
  const signature = result && resolvePath("JSON_VALUE", [document!, path!], result);
  if (signature === undefined) return undefined;
  const [first, second] = signature.operands as [SqlType, SqlType];
  const defaults = [emptyDefault!, errorDefault!];
  if (!defaults.every(({ type }) => isDefault(type, result!))) return undefined;
  const words = [returning!, onEmpty!, onError!].map(({ type }) => type);
  const [how, empty, error] = words as [SqlType, SqlType, SqlType];
  return { operands: [first, second, how, empty, result!, error, result!], result: result! };
}

function isDefault(type: SqlType, result: SqlType): boolean {
  if (type.kind === "NULL" || type.kind === result.kind) return true;
  return result.kind === "VARCHAR" ? type.kind === "CHAR" : result.kind === "DOUBLE" && type.kind === "INT";
}

function prepareValue(_operands: readonly Argument[], result: SqlType) {
  const pathOf = pathReader("JSON_VALUE");
  return (
    document: string | null,
    path: string | null,
    _: string,
    onEmpty: string,
    emptyDefault: SqlValue,
    onError: string,
    errorDefault: SqlValue,
  ): SqlValue => {
    if (document === null || path === null) return null;
    const readPath = pathOf(path);
    const outcome = search(document, readPath);
    if (outcome === "empty") return fallback(onEmpty, emptyDefault, path);
    if (outcome === "error") return fallback(onError, errorDefault, path);
    if (!isScalar(outcome.value)) {
      return readPath.mode === "lax"
        ? fallback(onEmpty, emptyDefault, path)
        : fallback(onError, errorDefault, path);
    }
    const value = scalarAs(outcome.value, result);
    return value === undefined ? fallback(onError, errorDefault, path) : value;
  };
}

function fallback(word: string, standard: SqlValue, path: string): SqlValue {
  if (word === "DEFAULT") return standard;
  if (word === "NULL") return null;
  throw badArgument("JSON_VALUE", `'${path}' finds no value that can be returned`);
}

const trueTexts: readonly string[] = ["true", "t", "yes", "1"];
const falseTexts: readonly string[] = ["false", "f", "no", "0"];

/** Undefined where the scalar is none of that type. */
function scalarAs(value: string | boolean | JsonNumber, type: SqlType): SqlValue | undefined {
  const text = value instanceof JsonNumber ? value.text : String(value);
  switch (type.kind) {
    case "VARCHAR":
      return text;
    case "BOOLEAN": {
      if (typeof value !== "string") return typeof value === "boolean" ? value : undefined;
      const word = value.trim().toLowerCase();
      return trueTexts.includes(word) ? true : falseTexts.includes(word) ? false : undefined;
    }
    default: {
      const isNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text);
      if (typeof value === "boolean" || !isNumber) return undefined;
      const number = type.kind === "INT" ? Math.trunc(Number(text)) : Number(text);
      if (type.kind === "INT") return number === (number | 0) ? number | 0 : undefined;
      return Number.isFinite(number) ? number : undefined;
    }
  }
}

// JSON_QUERY

function query(
  document: string,
  path: JsonPath,
  wrapper: string,
  onEmpty: string,
  onError: string,
): JsonTree {
  const outcome = search(document, path);
  if (outcome === "error") return structure(onError);
  if (outcome === "empty") return structure(onEmpty);
  const isWrapped =
    wrapper === "WITH UNCONDITIONAL" || (wrapper === "WITH CONDITIONAL" && !isArray(outcome.value));
  if (isWrapped) return [outcome.value];
  if (isScalar(outcome.value)) return structure(path.mode === "lax" ? onEmpty : onError);
  return outcome.value;
}

/** An element of an array of texts: a text as it is, what else is no null as JSON. */
function itemText(item: JsonTree): string | null {
  return item === null || typeof item === "string" ? item : writeJson(item);
}

function structure(word: string): JsonTree {
  switch (word) {
    case "NULL":
      return null;
    case "EMPTY ARRAY":
      return [];
    case "EMPTY OBJECT":
      return new Map();
    default:
      throw quickwaterError("sql.bad-argument", {
        function: "JSON_QUERY",
        reason: "there is no array or object",
      });
  }
}
