/** Makes plan nodes whose schema follows from what they compute, so that nobody has to spell it. */
import type { ColumnSchema } from "../../values/row-schema.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { BoundExpression } from "../bind/bound-expression.ts";
import type {
  AggregateCall,
  Filter,
  LogicalPlan,
  Project,
  SlicedWindow,
  WindowAggregate,
  WindowProperty,
} from "./logical-plan.ts";

export function filter(input: LogicalPlan, predicate: BoundExpression): Filter {
  return { kind: "Filter", input, predicate, schema: input.schema };
}

export function project(
  input: LogicalPlan,
  expressions: readonly BoundExpression[],
  names: readonly string[],
): Project {
  const columns = expressions.map(({ type }, index): ColumnSchema => ({ name: names[index]!, type }));
  return { kind: "Project", input, expressions, schema: { columns } };
}

export interface WindowAggregateParts {
  readonly input: LogicalPlan;
  readonly window: SlicedWindow;
  readonly keys: readonly number[];
  readonly properties: readonly { readonly name: WindowProperty; readonly type: SqlType }[];
  readonly aggregates: readonly AggregateCall[];
}

export function windowAggregate(parts: WindowAggregateParts): WindowAggregate {
  const { input, window, keys, properties, aggregates } = parts;
  const columns: ColumnSchema[] = [
    ...keys.map((key) => input.schema.columns[key]!),
    ...properties,
    ...aggregates.map(({ function: name, type }, index) => ({ name: `${name}$${index}`, type })),
  ];
  const names = properties.map(({ name }) => name);
  return { kind: "WindowAggregate", input, window, keys, properties: names, aggregates, schema: { columns } };
}
