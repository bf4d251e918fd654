/**
 * A bound expression as a person reads it: near to SQL, with the names that its input's columns are
 * given here.
 */
import { casterOf } from "../../functions/scalar/cast.ts";
import type { ScalarFunctionName } from "../../functions/scalar/scalar-function.ts";
import { type SqlType, stringLengthMax } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import type { BoundExpression } from "../bind/bound-expression.ts";
import { typeText } from "../bind/coerce.ts";

const infix: Partial<Record<ScalarFunctionName, string>> = {
  ADD: "+",
  SUBTRACT: "-",
  MULTIPLY: "*",
  DIVIDE: "/",
  MOD: "%",
  EQUALS: "=",
  NOT_EQUALS: "<>",
  LESS: "<",
  LESS_OR_EQUAL: "<=",
  GREATER: ">",
  GREATER_OR_EQUAL: ">=",
  AND: "AND",
  OR: "OR",
  CONCATENATE: "||",
  LIKE: "LIKE",
  SIMILAR: "SIMILAR TO",
};
const prefix: Partial<Record<ScalarFunctionName, string>> = { NOT: "NOT ", NEGATE: "-" };
const postfix: Partial<Record<ScalarFunctionName, string>> = {
  IS_NULL: " IS NULL",
  IS_NOT_NULL: " IS NOT NULL",
  IS_TRUE: " IS TRUE",
  IS_NOT_TRUE: " IS NOT TRUE",
  IS_FALSE: " IS FALSE",
  IS_NOT_FALSE: " IS NOT FALSE",
};

export function expressionText(expression: BoundExpression, names: readonly string[]): string {
  const text = (part: BoundExpression): string => expressionText(part, names);
  switch (expression.kind) {
    case "InputColumn":
      return names[expression.index]!;
    case "Literal":
      return literalText(expression.value, expression.type);
    case "Clock":
      return expression.clock === "watermark" ? "CURRENT_WATERMARK()" : "CURRENT_ROW_TIMESTAMP()";
    case "Call":
      return callText(expression, names);
    case "Cast":
      return castText(text(expression.operand), expression);
    case "Case": {
      const branches = expression.branches.map(({ when, then }) => `WHEN ${text(when)} THEN ${text(then)} `);
      return `CASE ${branches.join("")}ELSE ${text(expression.otherwise)} END`;
    }
  }
}

function castText(operand: string, { safe, type }: Extract<BoundExpression, { kind: "Cast" }>): string {
  return `${safe ? "TRY_CAST" : "CAST"}(${operand} AS ${typeText(type)})`;
}

/** The parts of an operator stand in parentheses where they are operators themselves. */
function callText(call: Extract<BoundExpression, { kind: "Call" }>, names: readonly string[]): string {
  const { function: name, arguments: parts } = call;
  const inner = (part: BoundExpression): string => {
    const text = expressionText(part, names);
    const isOperator = part.kind === "Call" && (part.function in infix || part.function in prefix);
    return isOperator ? `(${text})` : text;
  };
  const between = infix[name];
  if (between !== undefined && parts.length > 1) return parts.map(inner).join(` ${between} `);
  if (prefix[name] !== undefined) return `${prefix[name]}${inner(parts[0]!)}`;
  if (postfix[name] !== undefined) return `${inner(parts[0]!)}${postfix[name]}`;
  return `${name}(${parts.map((part) => expressionText(part, names)).join(", ")})`;
}

const plainText: SqlType = { kind: "VARCHAR", length: stringLengthMax, nullable: true };

export function literalText(value: SqlValue, type: SqlType): string {
  if (value === null) return "NULL";
  if (value instanceof Uint8Array) return `X'${Buffer.from(value).toString("hex")}'`;
  const cast = casterOf(type, plainText);
  const text = cast === undefined ? String(value) : String(cast(value));
  switch (type.kind) {
    case "CHAR":
    case "VARCHAR":
      return `'${text.replaceAll("'", "''")}'`;
    case "DATE":
    case "TIME":
    case "TIMESTAMP":
    case "TIMESTAMP_LTZ":
      return `${type.kind} '${text}'`;
    default:
      return text;
  }
}
