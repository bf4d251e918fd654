/**
 * A Rank whose row number nobody reads does not give it, as in Flink: a row that moves up or down within the
 * ranks is then no change, and what tells the rows apart is theirs alone.
 */
import type { BoundExpression } from "../bind/bound-expression.ts";
import { rank, rowNumberType } from "./build.ts";
import { collectColumns } from "./expressions.ts";
import type { LogicalPlan, Project, Rank } from "./logical-plan.ts";

export function withoutUnreadNumbers(plan: LogicalPlan): LogicalPlan {
  return strip(plan, new Set(plan.schema.columns.keys()));
}

/** The plan, of which the columns are read. They keep their places, but for a number at the end of a Rank. */
function strip(plan: LogicalPlan, read: ReadonlySet<number>): LogicalPlan {
  switch (plan.kind) {
    case "Scan":
    case "Values":
      return plan;
    case "Union":
      return { ...plan, inputs: plan.inputs.map(withoutUnreadNumbers) };
    case "Join":
      return { ...plan, left: withoutUnreadNumbers(plan.left), right: withoutUnreadNumbers(plan.right) };
    case "Project":
      return stripProject(plan, read);
    case "Filter": {
      const below = new Set(read);
      collectColumns(plan.predicate, below);
      const input = strip(plan.input, below);
      return { ...plan, input, schema: input.schema };
    }
    case "Rank":
      return stripRank(plan, read);
    default:
      return { ...plan, input: withoutUnreadNumbers(plan.input) };
  }
}

/** What is not read may be anything: it is a constant where it would need a column that is gone. */
function stripProject(plan: Project, read: ReadonlySet<number>): LogicalPlan {
  const below = new Set<number>();
  for (const place of read) collectColumns(plan.expressions[place]!, below);
  const input = strip(plan.input, below);
  const width = input.schema.columns.length;
  const expressions = plan.expressions.map((expression): BoundExpression => {
    const columns = new Set<number>();
    collectColumns(expression, columns);
    const isGone = [...columns].some((column) => column >= width);
    return isGone ? { kind: "Literal", value: 0n, type: rowNumberType } : expression;
  });
  const columns = plan.schema.columns.map(({ name }, index) => ({ name, type: expressions[index]!.type }));
  return { ...plan, input, expressions, schema: { columns } };
}

function stripRank(plan: Rank, read: ReadonlySet<number>): LogicalPlan {
  const input = withoutUnreadNumbers(plan.input);
  const givesNumber = plan.givesNumber && read.has(plan.schema.columns.length - 1);
  return rank({ ...plan, input, givesNumber });
}
