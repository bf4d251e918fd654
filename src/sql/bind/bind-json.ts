/**
 * JSON functions: what their words say (RETURNING, wrappers, ON EMPTY, ON ERROR, ON NULL) becomes arguments
 * of the functions, with Flink's defaults where nothing is said.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type {
  Expression,
  IsJsonPredicate,
  JsonArrayCall,
  JsonFallback,
  JsonObjectCall,
  JsonPathCall,
} from "../parse/ast.ts";
import { untypedNull } from "./bind-conditional.ts";
import { bindType } from "./bind-type.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { call, literal, typeText, word } from "./coerce.ts";
import { featureRefused } from "./not-supported-yet.ts";

type BindOperand = (node: Expression) => BoundExpression;

const returnable = {
  JSON_VALUE: ["STRING", "BOOLEAN", "INT", "DOUBLE"],
  JSON_QUERY: ["STRING", "ARRAY<STRING>"],
  JSON_EXISTS: [],
} as const satisfies Record<JsonPathCall["function"], readonly string[]>;

export function bindIsJson(node: IsJsonPredicate, bind: BindOperand): BoundExpression {
  const operand = bind(node.operand);
  const test = call("IS_JSON", [operand, word(node.test)], "IS JSON", node.position, [operand]);
  return node.negated ? call("NOT", [test], "IS JSON", node.position) : test;
}

export function bindJsonPath(node: JsonPathCall, bind: BindOperand): BoundExpression {
  const { function: name, onEmpty, onError, position } = node;
  const operands = [bind(node.document), bind(node.path)];
  switch (name) {
    case "JSON_EXISTS":
      return call(name, [...operands, word(onError?.answer ?? "FALSE")], name, position, operands);
    case "JSON_QUERY": {
      const returned = returnedType(node);
      const answers = [onEmpty?.answer ?? "NULL", onError?.answer ?? "NULL"];
      if (returned !== "STRING" && answers.includes("EMPTY OBJECT")) {
        const params = { function: name, found: "EMPTY OBJECT", expected: "EMPTY ARRAY, NULL or ERROR" };
        throw quickwaterError("sql.wrong-arguments", params, { position });
      }
      const words = [node.wrapper ?? "WITHOUT", ...answers, returned];
      return call(name, [...operands, ...words.map(word)], name, position, operands);
    }
    case "JSON_VALUE": {
      const returned = returnedType(node);
      const fallbacks = [onEmpty, onError].flatMap((fallback) => [
        word(fallback?.answer ?? "NULL"),
        defaultOf(fallback, returned, bind),
      ]);
      const defaults = [fallbacks[1]!, fallbacks[3]!].filter((value) => value !== untypedNull);
      const shown = [...operands, ...defaults];
      return call(name, [...operands, word(returned), ...fallbacks], name, position, shown);
    }
  }
}

function returnedType({ function: name, returning, position }: JsonPathCall): string {
  if (returning === undefined) return "STRING";
  const type = typeText(bindType(returning));
  const known: readonly string[] = returnable[name];
  if (known.includes(type)) return type;
  const params = { function: name, found: `RETURNING ${type}`, expected: known.join(", ") };
  throw quickwaterError("sql.wrong-arguments", params, { position: returning.position ?? position });
}

/** A BOOLEAN or a number that is the default of a text is written as Java writes it. */
function defaultOf(fallback: JsonFallback | undefined, returned: string, bind: BindOperand): BoundExpression {
  if (fallback?.value === undefined) return untypedNull;
  const value = bind(fallback.value);
  if (returned !== "STRING" || value.kind !== "Literal") return value;
  const isPlain =
    typeof value.value === "boolean" || value.type.kind === "INT" || value.type.kind === "BIGINT";
  if (!isPlain || value.value === null) return value;
  const text = String(value.value);
  return literal(text, { kind: "CHAR", length: text.length, nullable: false });
}

export function bindJsonObject(node: JsonObjectCall, bind: BindOperand): BoundExpression {
  const { function: name, entries, position } = node;
  if (name === "JSON_OBJECTAGG") throw featureRefused(name, position);
  const values = entries.map(({ value }) => value);
  const operands = entries.flatMap(({ key, value }) => [bind(key), bind(value)]);
  return call(name, [word(node.onNull ?? "NULL"), rawMarks(values), ...operands], name, position, operands);
}

export function bindJsonArray(node: JsonArrayCall, bind: BindOperand): BoundExpression {
  const { function: name, elements, position } = node;
  if (name === "JSON_ARRAYAGG") throw featureRefused(name, position);
  const operands = elements.map(bind);
  const options = [word(node.onNull ?? "ABSENT"), rawMarks(elements)];
  return call(name, [...options, ...operands], name, position, operands);
}

/** A letter for each value: r where it is JSON that is put in as it is. */
function rawMarks(values: readonly Expression[]): BoundExpression {
  const isRaw = ({ kind }: Expression): boolean => kind === "JsonObjectCall" || kind === "JsonArrayCall";
  return word(values.map((value) => (isRaw(value) ? "r" : "-")).join(""));
}
