/**
 * UNNEST: the elements of a value that reads no table, or, as a join, of a value of the tables to its left.
 * It keeps no state, and it is no join of two inputs, so that Flink's rules for it are its own.
 */
import { quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import type { Join, Unnest as UnnestNode } from "../parse/ast.ts";
import { filter, project, unnest } from "../plan/build.ts";
import { collectColumns } from "../plan/expressions.ts";
import type { LogicalPlan, Unnest } from "../plan/logical-plan.ts";
import { bindCondition, bindExpression } from "./bind-expression.ts";
import { oneRow } from "./bind-values.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { typeText } from "./coerce.ts";
import { contextWithoutAggregates } from "./collected-aggregates.ts";
import { columnNames, type Relation, type RelationColumn } from "./relation.ts";
import { Scope } from "./scope.ts";

export function joinUnnest(join: Join, right: UnnestNode, left: Relation): Relation {
  const { type, natural, condition, position } = join;
  if (type === "RIGHT" || type === "FULL" || natural || condition?.kind === "JoinUsing") {
    const instead = "Write CROSS JOIN UNNEST(…), or LEFT JOIN UNNEST(…) ON TRUE.";
    throw notFlink(
      "UNNEST reads the tables to its left, and is joined by CROSS, INNER or LEFT JOIN",
      position,
      instead,
    );
  }
  const keepsRow = type === "LEFT";
  const elements = elementsOf(right, left, keepsRow);
  const { input } = elements;
  const relation = { plan: elements, columns: [...left.columns, ...elementColumns(elements, right)] };
  if (condition === undefined) return relation;
  const predicate = bindOn(condition.expression, relation, input.schema.columns.length);
  if (keepsRow) return { ...relation, plan: { ...elements, condition: predicate } };
  return { ...relation, plan: filter(elements, predicate) };
}

/** Without a table before it: its rows are its elements. */
export function unnestAlone(node: UnnestNode): Relation {
  const plan = elementsOf(node, oneRow, false);
  return { plan, columns: elementColumns(plan, node) };
}

function elementsOf(node: UnnestNode, left: Relation, keepsRow: boolean): Unnest {
  const { plan: input, column } = withOperand(left.plan, bindOperand(node, left));
  return unnest(
    { input, column, keepsRow, condition: undefined, ordinality: node.ordinality },
    node.alias?.name.name ?? "EXPR$0",
  );
}

function bindOperand({ operand }: UnnestNode, left: Relation): BoundExpression {
  const { position } = operand;
  if (operand.kind === "ColumnReference" && operand.path.length > 1) {
    const [first] = operand.path;
    if (left.columns.some(({ name }) => name === first!.name)) {
      const instead = `Write the table before it: t.${operand.path.map(({ name }) => name).join(".")}.`;
      throw notFlink("UNNEST names a field with its table before it", position, instead);
    }
  }
  const bound = bindExpression(operand, contextWithoutAggregates(new Scope(left), "UNNEST"));
  if (bound.type.kind === "ARRAY" || bound.type.kind === "MAP") return bound;
  const params = { function: "UNNEST", found: typeText(bound.type), expected: "an ARRAY or a MAP" };
  throw quickwaterError("sql.wrong-arguments", params, { position });
}

/** The plan with the value that is taken apart as one of its columns, those before it being its own. */
function withOperand(plan: LogicalPlan, operand: BoundExpression) {
  if (operand.kind === "InputColumn") return { plan, column: operand.index };
  const { columns } = plan.schema;
  const own = columns.map(({ type }, index): BoundExpression => ({ kind: "InputColumn", index, type }));
  const names = [...columns.map(({ name }) => name), "UNNEST"];
  return { plan: project(plan, [...own, operand], names), column: columns.length };
}

function elementColumns({ input, schema }: Unnest, { alias, position }: UnnestNode): RelationColumn[] {
  const before = input.schema.columns.length;
  const added = schema.columns.slice(before);
  const names = columnNames(alias?.columns ?? [], added.length, alias?.position ?? position);
  return added.map(({ name, type }, index) => ({
    name: names[index] ?? name,
    qualifier: alias?.name.name,
    type,
    place: { kind: "column", index: before + index },
  }));
}

/** Undefined columns of the left side: Flink does not plan a condition over them. */
function bindOn(expression: Parameters<typeof bindCondition>[0], relation: Relation, before: number) {
  const context = contextWithoutAggregates(new Scope(relation), "ON");
  const predicate = bindCondition(expression, "ON", context);
  const columns = new Set<number>();
  collectColumns(predicate, columns);
  if ([...columns].every((column) => column >= before)) return predicate;
  const rule = "ON of a join with UNNEST reads the columns of UNNEST only";
  throw notFlink(rule, expression.position, "Write what concerns the other tables in WHERE.");
}

function notFlink(rule: string, position: SourcePosition, instead: string): Error {
  return quickwaterError("sql.not-flink", { rule, instead }, { position });
}
