/** LAG(x [, offset [, default]]) OVER: the value so many rows back, NULLs counted. */
import { type QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { withoutAttribute } from "../../functions/common-type.ts";
import { isCharacter, isInteger, isNested, type SqlType, withNullable } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import type { Expression, FunctionCall } from "../parse/ast.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { sameType, typeText } from "./coerce.ts";
import type { CollectedCall } from "./collected-over.ts";

/** So many rows of each key are kept. */
const offsetMax = 10_000;

export function bindLag(node: FunctionCall, bind: (argument: Expression) => BoundExpression): CollectedCall {
  const given = node.arguments.map(bind);
  const [argument, offset, otherwise] = given;
  const takes = `a value, how many rows back as a literal to ${offsetMax}, a literal of the value's type`;
  const wrong = (): QuickwaterError => {
    const found = node.star ? "*" : given.map(({ type }) => typeText(type)).join(", ");
    const params = { function: "LAG", found, expected: takes };
    return quickwaterError("sql.wrong-arguments", params, { position: node.position });
  };
  if (argument === undefined || given.length > 3 || node.distinct) throw wrong();
  if (isNested(argument.type) || argument.type.kind === "NULL") throw wrong();
  const back = offset === undefined ? 1 : rowsOf(offset);
  if (back === undefined) throw wrong();
  const value = otherwise === undefined ? null : defaultOf(otherwise, argument.type);
  if (value === undefined) throw wrong();
  const isNullable = argument.type.nullable || value === null;
  const type = withNullable(withoutAttribute(argument.type), isNullable);
  return { name: "LAG", argument, parameters: [back, value], distinct: false, type };
}

function rowsOf(offset: BoundExpression): number | undefined {
  if (offset.kind !== "Literal" || !isInteger(offset.type) || offset.value === null) return undefined;
  const rows = Number(offset.value);
  return rows >= 0 && rows <= offsetMax ? rows : undefined;
}

function defaultOf(expression: BoundExpression, type: SqlType): SqlValue | undefined {
  if (expression.kind !== "Literal") return undefined;
  const fits = sameType(expression.type, type) || (isCharacter(expression.type) && isCharacter(type));
  return expression.value === null || fits ? expression.value : undefined;
}
