/**
 * The calls with OVER of a SELECT, found while its expressions are bound. All of them share one window; the
 * rows become input → Project (where something must be computed first) → Over → the select list.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { aggregateNamed } from "../../functions/aggregate/aggregate-function.ts";
import { isTimestamp, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import type { Expression, FunctionCall, NamedWindow } from "../parse/ast.ts";
import { inProcessingTime, over, project, rowNumberType } from "../plan/build.ts";
import { expressionKey, moveColumns } from "../plan/expressions.ts";
import type { LogicalPlan, Over, OverCall, OverFrame } from "../plan/logical-plan.ts";
import { isUpdating } from "../plan/traits.ts";
import { bindAggregateCall } from "./bind-aggregate-call.ts";
import { bindExpression } from "./bind-expression.ts";
import { bindLag } from "./bind-lag.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { refuseCallClauses } from "./call-clauses.ts";
import { contextWithoutAggregates } from "./collected-aggregates.ts";
import { featureRefused } from "./not-supported-yet.ts";
import { bindOverWindow, notFlink, type OverWindow } from "./over-window.ts";
import { isProcessingTime, withoutEventTime } from "./processing-time.ts";
import type { Scope } from "./scope.ts";
import { varianceOfSums } from "./variance-of-sums.ts";

/** Calls get positions from here on until they have their place in the output. */
const overBase = 2_000_000;

/** A call of the window, before its argument has its place. */
export interface CollectedCall {
  readonly name: OverCall["function"];
  readonly argument: BoundExpression | undefined;
  readonly parameters: readonly SqlValue[];
  readonly distinct: boolean;
  readonly type: SqlType;
}

type FramedWindow = OverWindow & { readonly frame: OverFrame };

export class CollectedOver {
  readonly #scope: Scope;
  readonly #windows: readonly NamedWindow[];
  readonly #calls: CollectedCall[] = [];
  readonly #keys: string[] = [];
  #window: FramedWindow | undefined;

  constructor(scope: Scope, windows: readonly NamedWindow[]) {
    this.#scope = scope;
    this.#windows = windows;
    // One that no call uses may be wrong too.
    for (const { name } of windows) bindOverWindow(name, windows, scope);
  }

  get isEmpty(): boolean {
    return this.#calls.length === 0;
  }

  bind(node: FunctionCall): BoundExpression {
    const name = functionOf(node);
    refuseCallClauses(node, true);
    if (node.filter !== undefined) {
      const instead = "Write the condition into the argument: SUM(CASE WHEN … THEN x END).";
      throw notFlink("In Flink a call with OVER has no FILTER", instead, node.filter.position);
    }
    this.#share(node, name);
    if (name === "ROW_NUMBER") return this.#collect(rowNumber(node));
    const inside = contextWithoutAggregates(this.#scope, "a call with OVER");
    const bindArgument = (argument: Expression) => bindExpression(argument, inside);
    if (name === "LAG") return this.#collect(bindLag(node, bindArgument));
    const bound = bindAggregateCall(node, bindArgument, false);
    if (/^(?:VAR|STDDEV)_/.test(name)) return varianceOfSums(bound, node, (call) => this.#collect(call));
    return bound.result(this.#collect(bound));
  }

  #collect(call: CollectedCall): BoundExpression {
    const { name, argument, parameters, distinct, type } = call;
    const key = JSON.stringify([name, argument && expressionKey(argument), parameters.map(String), distinct]);
    let index = this.#keys.indexOf(key);
    if (index < 0) {
      index = this.#keys.push(key) - 1;
      this.#calls.push(call);
    }
    return { kind: "InputColumn", index: overBase + index, type };
  }

  /** The plan that gives the input's columns and the calls, and the expression over it. */
  plan(input: LogicalPlan): {
    readonly plan: Over;
    readonly rewrite: (expression: BoundExpression) => BoundExpression;
  } {
    const { columns } = input.schema;
    const computed: BoundExpression[] = [];
    const place = (expression: BoundExpression): number => {
      if (expression.kind === "InputColumn") return expression.index;
      const known = computed.findIndex((each) => expressionKey(each) === expressionKey(expression));
      return columns.length + (known < 0 ? computed.push(expression) - 1 : known);
    };
    const { keys, order, frame, position } = this.#window!;
    const parts = {
      keys: keys.map(place),
      order: order.map(({ expression, ...direction }) => ({ column: place(expression), ...direction })),
      calls: this.#calls.map(({ name, argument, parameters, distinct, type }) => ({
        function: name,
        argument: argument && place(argument),
        parameters,
        distinct,
        type,
      })),
    };
    const below = computed.length === 0 ? input : withComputed(input, computed);
    const [first] = parts.order;
    const isProcessing = first !== undefined && !isUpdating(below) && isProcessingTime(below, first.column);
    const timed = isProcessing ? inProcessingTime(below, first.column) : below;
    const plan = over({ ...parts, frame, position, input: timed });
    if (!isRowNumber(plan)) refuseOver(plan);
    const width = below.schema.columns.length;
    const newIndex = (index: number) => (index < overBase ? index : width + index - overBase);
    const rewrite = (expression: BoundExpression): BoundExpression => {
      const moved = moveColumns(expression, newIndex);
      return isProcessing ? withoutEventTime(moved) : moved;
    };
    return { plan, rewrite };
  }

  #share(node: FunctionCall, name: OverCall["function"]): void {
    const window = bindOverWindow(node.over!, this.#windows, this.#scope);
    if (window.frame !== undefined && (name === "ROW_NUMBER" || name === "LAG")) {
      throw notFlink(`In Flink ${name} has no frame`, "Leave ROWS or RANGE out.", node.position);
    }
    const unit = name === "ROW_NUMBER" ? "ROWS" : "RANGE";
    const framed = { ...window, frame: window.frame ?? { unit, preceding: undefined } };
    this.#window ??= framed;
    if (windowKey(this.#window) === windowKey(framed)) return;
    const rule = "In Flink all calls with OVER of one SELECT have the same window";
    throw notFlink(rule, "Write one of them as a query of its own, in FROM.", node.position);
  }
}

function rowNumber(node: FunctionCall): CollectedCall {
  if (node.star || node.arguments.length > 0) {
    const found = node.star ? "*" : "a value";
    const params = { function: "ROW_NUMBER", found, expected: "nothing" };
    throw quickwaterError("sql.wrong-arguments", params, { position: node.position });
  }
  return { name: "ROW_NUMBER", argument: undefined, parameters: [], distinct: false, type: rowNumberType };
}

function functionOf({ name: { name: written }, position }: FunctionCall): OverCall["function"] {
  const name = written.toUpperCase();
  if (name === "ROW_NUMBER" || name === "LAG") return name;
  const aggregate = aggregateNamed(name);
  if (aggregate !== undefined) return aggregate;
  if (name === "RANK" || name === "DENSE_RANK") {
    const instead = "Write COUNT(*) for that number, or ROW_NUMBER().";
    throw notFlink(`In Flink ${name} over a stream counts the rows until then`, instead, position);
  }
  if (name === "LEAD")
    throw notFlink("Flink has no LEAD over streams: it waits for what follows", "", position);
  if (name === "NTILE" || name === "PERCENT_RANK" || name === "CUME_DIST") {
    throw notFlink(`Flink has no ${name} over streams: it waits for the last row`, "", position);
  }
  throw featureRefused(`${name} with OVER`, position, "Aggregates, LAG and ROW_NUMBER are.");
}

function windowKey({ keys, order, frame }: FramedWindow): string {
  const ordered = order.map(({ expression, ...rest }) => ({ by: expressionKey(expression), ...rest }));
  return JSON.stringify([keys.map(expressionKey), ordered, frame.unit, frame.preceding ?? "UNBOUNDED"]);
}

function withComputed(input: LogicalPlan, computed: readonly BoundExpression[]): LogicalPlan {
  const { columns } = input.schema;
  const kept = columns.map(({ type }, index): BoundExpression => ({ kind: "InputColumn", index, type }));
  const names = [...columns.map(({ name }) => name), ...computed.map((_, index) => `OVER$${index}`)];
  return project(input, [...kept, ...computed], names);
}

/** ROW_NUMBER alone may yet be limited by the query around it. */
export function isRowNumber({ calls }: Over): boolean {
  return calls.length === 1 && calls[0]!.function === "ROW_NUMBER";
}

export function isInOrderOfTime({ input, order }: Over): boolean {
  const [first] = order;
  const type = first === undefined ? undefined : input.schema.columns[first.column]!.type;
  const isTime = type !== undefined && isTimestamp(type) && type.attribute !== undefined;
  return isTime && order.length === 1 && !first!.descending;
}

/** What Flink asks of OVER in a stream, where it is not Top-N. */
export function refuseOver(node: Over): void {
  const { input, position } = node;
  if (isUpdating(input)) {
    const rule = "In Flink OVER reads rows that do not change later";
    throw notFlink(rule, "Read from a table, or from a query that only adds rows.", position);
  }
  if (isInOrderOfTime(node)) return;
  if (isRowNumber(node)) {
    const rule = "In Flink ROW_NUMBER in another order than that of time is limited (Top-N)";
    const instead = "Write SELECT … FROM (SELECT …, ROW_NUMBER() OVER (…) AS rn …) WHERE rn <= 10.";
    throw notFlink(rule, instead, position);
  }
  const rule = "In Flink OVER is ordered by one time attribute, ascending";
  throw notFlink(rule, "Write ORDER BY the column that WATERMARK FOR declares.", position);
}
