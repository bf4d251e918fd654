/** What EXPLAIN calls the columns of a node: by their names, and what was computed by its call. */
import type { AggregateCall, LogicalPlan, OverCall } from "../plan/logical-plan.ts";

export function namesOf(node: LogicalPlan): readonly string[] {
  const own = node.schema.columns.map(({ name }) => name);
  switch (node.kind) {
    case "Aggregate":
    case "WindowAggregate": {
      const names = namesOf(node.input);
      const calls = node.aggregates.map((call) => callText(call, names));
      return [...own.slice(0, own.length - calls.length), ...calls];
    }
    case "Over": {
      const names = namesOf(node.input);
      return [...names, ...node.calls.map((call) => overCallText(call, names))];
    }
    case "Filter":
    case "AssignTime":
    case "AssignWindows":
    case "RepeatRows":
    case "Rank":
    case "Sort": {
      const names = namesOf(node.input);
      return [...names, ...own.slice(names.length)];
    }
    default:
      return own;
  }
}

export function callText(call: AggregateCall, names: readonly string[]): string {
  const { filter } = call;
  const where = filter === undefined ? "" : ` FILTER (WHERE ${names[filter]})`;
  return `${calledText(call, names)}${where}`;
}

export function overCallText(call: OverCall, names: readonly string[]): string {
  return call.function === "ROW_NUMBER" ? "ROW_NUMBER()" : calledText(call, names);
}

function calledText(call: AggregateCall | OverCall, names: readonly string[]): string {
  const { function: name, argument, parameters, distinct } = call;
  const first = argument === undefined ? "*" : `${distinct ? "DISTINCT " : ""}${names[argument]}`;
  const others = parameters.map((value) => (typeof value === "string" ? `'${value}'` : String(value)));
  return `${name}(${[first, ...others].join(", ")})`;
}
