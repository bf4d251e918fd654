/**
 * What a bound expression means, said in the plainest way: the interpreter. Constant folding uses it at plan
 * time, `dataflow/codegen` as the twin of compiled code.
 */
import { assert } from "../../errors/quickwater-error.ts";
import { casterOf } from "../../functions/scalar/cast.ts";
import { settlingValue } from "../../functions/scalar/logic.ts";
import { scalarFunction } from "../../functions/scalar/registry.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import type { BoundExpression } from "../bind/bound-expression.ts";

export function evaluate(expression: BoundExpression, column: (index: number) => SqlValue): SqlValue {
  switch (expression.kind) {
    case "InputColumn":
      return column(expression.index);
    case "Literal":
      return expression.value;
    case "Call":
      return evaluateCall(expression, column);
    case "Cast": {
      const value = evaluate(expression.operand, column);
      const cast = casterOf(expression.operand.type, expression.type, expression.safe);
      assert(cast !== undefined, "the binder let a cast through that does not exist");
      return value === null ? null : cast(value);
    }
    case "Case":
      for (const { when, then } of expression.branches) {
        if (evaluate(when, column) === true) return evaluate(then, column);
      }
      return evaluate(expression.otherwise, column);
  }
}

function evaluateCall(
  call: Extract<BoundExpression, { kind: "Call" }>,
  column: (index: number) => SqlValue,
): SqlValue {
  const { function: name } = call;
  if (name === "AND" || name === "OR") return evaluateConnective(name, call.arguments, column);
  const scalar = scalarFunction(name);
  // All operands are computed before a NULL is looked for, as compiled code does: one of them may fail the
  // row.
  const values = call.arguments.map((argument) => evaluate(argument, column));
  if (scalar.nulls === "strict" && values.includes(null)) return null;
  return scalar.evaluate(
    values,
    call.arguments.map(({ type }) => type),
    call.type,
  );
}

/** From left to right until the answer is known. */
function evaluateConnective(
  name: "AND" | "OR",
  operands: readonly BoundExpression[],
  column: (index: number) => SqlValue,
): SqlValue {
  const settling = settlingValue[name];
  let sawNull = false;
  for (const operand of operands) {
    const value = evaluate(operand, column);
    if (value === settling) return settling;
    if (value === null) sawNull = true;
  }
  return sawNull ? null : !settling;
}
