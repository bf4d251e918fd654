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

/** What a row's expressions read. */
export interface RowReader {
  column(index: number): SqlValue;
  /** The append time of the step that made the row come; none where there is no row. */
  readonly appendTimeMs: number | undefined;
  /** Before the row; null where there is none yet. */
  readonly watermarkMs: number | null;
}

/** The value of an expression that reads no row, and no clock. */
export function evaluateConstant(expression: BoundExpression): SqlValue {
  return evaluate(expression, noRow);
}

const noRow: RowReader = {
  column: () => null,
  appendTimeMs: undefined,
  watermarkMs: null,
};

export function evaluate(expression: BoundExpression, row: RowReader): SqlValue {
  switch (expression.kind) {
    case "InputColumn":
      return row.column(expression.index);
    case "Literal":
      return expression.value;
    case "Clock":
      if (expression.clock === "watermark") return row.watermarkMs;
      assert(row.appendTimeMs !== undefined, "a clock was taken for a constant");
      return row.appendTimeMs;
    case "Call":
      return evaluateCall(expression, row);
    case "Cast": {
      const value = evaluate(expression.operand, row);
      const cast = casterOf(expression.operand.type, expression.type, expression.safe);
      assert(cast !== undefined, "the binder let a cast through that does not exist");
      return value === null ? null : cast(value);
    }
    case "Case":
      for (const { when, then } of expression.branches) {
        if (evaluate(when, row) === true) return evaluate(then, row);
      }
      return evaluate(expression.otherwise, row);
  }
}

function evaluateCall(call: Extract<BoundExpression, { kind: "Call" }>, row: RowReader): SqlValue {
  const { function: name } = call;
  if (name === "AND" || name === "OR") return evaluateConnective(name, call.arguments, row);
  const scalar = scalarFunction(name);
  // All operands are computed before a NULL is looked for, as compiled code does: one of them may fail the
  // row.
  const values = call.arguments.map((argument) => evaluate(argument, row));
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
  row: RowReader,
): SqlValue {
  const settling = settlingValue[name];
  let sawNull = false;
  for (const operand of operands) {
    const value = evaluate(operand, row);
    if (value === settling) return settling;
    if (value === null) sawNull = true;
  }
  return sawNull ? null : !settling;
}
