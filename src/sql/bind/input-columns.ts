/**
 * Where an aggregation finds its columns: in the input itself, or in a Project where one must be computed.
 */
import { project } from "../plan/build.ts";
import { expressionKey } from "../plan/expressions.ts";
import type { LogicalPlan } from "../plan/logical-plan.ts";
import type { BoundExpression } from "./bound-expression.ts";

export function columnOf(input: LogicalPlan, index: number): BoundExpression {
  return { kind: "InputColumn", index, type: input.schema.columns[index]!.type };
}

export class InputColumns {
  readonly #input: LogicalPlan;
  readonly #expressions: BoundExpression[] = [];
  readonly #places = new Map<string, number>();

  constructor(input: LogicalPlan) {
    this.#input = input;
  }

  place(expression: BoundExpression): number {
    const key = expressionKey(expression);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const index = this.#expressions.push(expression) - 1;
    this.#places.set(key, index);
    return index;
  }

  placeColumn(index: number): number {
    return this.place(columnOf(this.#input, index));
  }

  typeOf(index: number) {
    return this.#input.schema.columns[index]!.type;
  }

  plan(): LogicalPlan {
    const { columns } = this.#input.schema;
    const names = this.#expressions.map((expression, index) =>
      expression.kind === "InputColumn" ? columns[expression.index]!.name : `EXPR$${index}`,
    );
    return project(this.#input, this.#expressions, names);
  }
}
