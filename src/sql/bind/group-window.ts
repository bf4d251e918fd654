/**
 * The windows that GROUP BY makes itself: `GROUP BY k, TUMBLE(ts, INTERVAL '1' MINUTE)`, and what tells of
 * them, as `TUMBLE_START(ts, INTERVAL '1' MINUTE)`. They become the windows of `TABLE(TUMBLE(…))`: the rows
 * get the columns of the window, without a name, and these are the keys.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { formatType, isTimestamp, withNullable } from "../../values/sql-type.ts";
import type { Expression, FunctionCall } from "../parse/ast.ts";
import { printExpression } from "../parse/print.ts";
import { project } from "../plan/build.ts";
import type { AssignWindows, WindowProperty } from "../plan/logical-plan.ts";
import { bindExpression } from "./bind-expression.ts";
import { relationOfWindow, WindowArguments, windowOf } from "./bind-window.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { contextWithoutAggregates } from "./collected-aggregates.ts";
import { isOfGroupWindow, misplacedGroupWindow, partsOfCall } from "./group-window-call.ts";
import { featureRefused } from "./not-supported-yet.ts";
import { notFlink } from "./over-window.ts";
import { isProcessingTime } from "./processing-time.ts";
import type { Relation } from "./relation.ts";
import { Scope } from "./scope.ts";

type GroupWindowKind = Exclude<AssignWindows["window"]["kind"], "CUMULATE">;

const usage: Readonly<Record<GroupWindowKind, string>> = {
  TUMBLE: "Write GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE).",
  HOP: "Write GROUP BY HOP(ts, INTERVAL '1' SECOND, INTERVAL '1' DAY): slide, then size.",
  SESSION: "Write GROUP BY k, SESSION(ts, INTERVAL '30' MINUTE): the gap.",
};
const argumentCounts: Readonly<Record<GroupWindowKind, number>> = { TUMBLE: 2, HOP: 3, SESSION: 2 };

interface WindowCall {
  readonly kind: GroupWindowKind;
  readonly timeColumn: number;
  /** What stands behind the time, as it is written. */
  readonly text: string;
}

export interface GroupWindow {
  /** The rows with the columns of their window. */
  readonly relation: Relation;
  /** The window among the keys of GROUP BY: its columns instead. */
  keysOf(key: Expression): readonly BoundExpression[] | undefined;
  /** `TUMBLE_START(…)` and its like in what is selected. */
  bindCall(node: FunctionCall): BoundExpression;
}

/** Undefined where none of the keys is a window. */
export function groupWindow(
  sets: readonly (readonly Expression[])[],
  input: Relation,
): GroupWindow | undefined {
  const written = [...new Set(sets.flat().filter(isWindow))] as readonly FunctionCall[];
  const [node, other] = written;
  if (node === undefined) return undefined;
  if (sets.length > 1) {
    const rule = "In Flink a window that GROUP BY makes itself is of no GROUPING SETS";
    throw notFlink(rule, `Read from TABLE(${kindOf(node)}(…)).`, node.position);
  }
  if (other !== undefined) throw notFlink("In Flink GROUP BY makes one window", "", other.position);
  const call = windowCall(node, input);
  const keys = sets[0]!.filter((key) => key !== node);
  const { plan, partition } =
    call.kind === "SESSION" ? partitioned(input, keys) : { ...input, partition: [] };
  const { kind, timeColumn } = call;
  const values = new WindowArguments(kind, usage[kind], node.position, valuesOf(node));
  const window = windowOf(kind, values, timeColumn, partition);
  const made = relationOfWindow({ ...input, plan }, window, node.position);
  // No text names the columns of the window.
  const relation = { ...made, columns: made.columns.slice(0, -properties.length) };
  const columns = relation.plan.schema.columns.slice(-properties.length);
  const first = relation.plan.schema.columns.length - properties.length;
  const propertyAt = (at: number): BoundExpression => ({
    kind: "InputColumn",
    index: first + at,
    type: columns[at]!.type,
  });
  return {
    relation,
    keysOf: (key) => (key === node ? [propertyAt(0), propertyAt(1), propertyAt(2)] : undefined),
    bindCall: (told) => {
      const property = propertyOf(told, call, input);
      const column = propertyAt(properties.indexOf(property));
      if (property !== "window_time") return column;
      // It is NULL where the time is, as Flink types it.
      const { nullable } = input.plan.schema.columns[timeColumn]!.type;
      return { ...column, type: withNullable(column.type, nullable) };
    },
  };
}

const properties: readonly WindowProperty[] = ["window_start", "window_end", "window_time"];
const suffixes: ReadonlyMap<string, WindowProperty> = new Map([
  ["START", "window_start"],
  ["END", "window_end"],
  ["ROWTIME", "window_time"],
]);
function isWindow(key: Expression): boolean {
  return (
    key.kind === "FunctionCall" && isOfGroupWindow(key) && partsOfCall(key.name.name).suffix === undefined
  );
}

function kindOf({ name: { name } }: FunctionCall): GroupWindowKind {
  return partsOfCall(name).kind as GroupWindowKind;
}

function valuesOf(node: FunctionCall) {
  return node.arguments.slice(1).map((value) => ({ name: undefined, value }));
}

function windowCall(node: FunctionCall, input: Relation): WindowCall {
  const kind = kindOf(node);
  const [time, ...rest] = node.arguments;
  const count = argumentCounts[kind];
  if (node.arguments.length !== count) {
    const reason = `it takes ${count} arguments, the time first`;
    const params = { function: kind, reason, usage: usage[kind] };
    throw quickwaterError("sql.window-arguments", params, { position: node.position });
  }
  const bound = bindExpression(time!, contextWithoutAggregates(new Scope(input), "GROUP BY"));
  const { type } = bound;
  if (bound.kind !== "InputColumn" || !isTimestamp(type) || type.attribute === undefined) {
    const params = { column: printExpression(time!), type: formatType(type) };
    throw quickwaterError("sql.window-time-column", params, { position: time!.position });
  }
  return { kind, timeColumn: bound.index, text: rest.map(printExpression).join(", ") };
}

function propertyOf(node: FunctionCall, window: WindowCall, input: Relation): WindowProperty {
  const { kind, suffix } = partsOfCall(node.name.name);
  if (suffix === undefined || kind !== window.kind) throw misplacedGroupWindow(node);
  const told = windowCall(node, input);
  if (told.timeColumn !== window.timeColumn || told.text !== window.text) throw misplacedGroupWindow(node);
  if (suffix === "PROCTIME") {
    throw featureRefused(`${kind}_PROCTIME`, node.position, "Select PROCTIME() in a query over this one.");
  }
  if (suffix === "ROWTIME" && isProcessingTime(input.plan, window.timeColumn)) {
    throw notFlink("In Flink a window of processing time has no event time", "", node.position);
  }
  return suffixes.get(suffix)!;
}

/** Sessions are those of all other keys: what is computed becomes a column first. */
function partitioned(input: Relation, keys: readonly Expression[]) {
  const context = contextWithoutAggregates(new Scope(input), "GROUP BY");
  const { columns } = input.plan.schema;
  const expressions: BoundExpression[] = columns.map(({ type }, index) => ({
    kind: "InputColumn",
    index,
    type,
  }));
  const partition = keys.map((key) => {
    const bound = bindExpression(key, context);
    return bound.kind === "InputColumn" ? bound.index : expressions.push(bound) - 1;
  });
  const added = expressions.slice(columns.length).map((_, index) => `KEY$${index}`);
  const names = [...columns.map(({ name }) => name), ...added];
  const plan = added.length === 0 ? input.plan : project(input.plan, expressions, names);
  return { plan, partition: [...new Set(partition)] };
}
