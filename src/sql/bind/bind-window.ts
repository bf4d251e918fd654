/** `TABLE(TUMBLE(…))`, HOP, CUMULATE, SESSION: which windows, on which time. */
import { type QuickwaterError, quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { formatType, isTimestamp } from "../../values/sql-type.ts";
import type { Expression, Identifier, WindowTable } from "../parse/ast.ts";
import { assignWindows, inProcessingTime } from "../plan/build.ts";
import type { AssignWindows, SessionWindow, SlicedWindow } from "../plan/logical-plan.ts";
import { isUpdating } from "../plan/traits.ts";
import { intervalOf } from "./bind-literal.ts";
import { featureRefused } from "./not-supported-yet.ts";
import { isProcessingTime, withoutEventTime } from "./processing-time.ts";
import type { Relation, RelationColumn } from "./relation.ts";
import { Scope } from "./scope.ts";

type WindowKind = AssignWindows["window"]["kind"];

/** Arguments behind the time column, in order; the last may be left out. */
const parameters: Readonly<Record<WindowKind, readonly string[]>> = {
  TUMBLE: ["SIZE", "OFFSET"],
  HOP: ["SLIDE", "SIZE", "OFFSET"],
  CUMULATE: ["STEP", "SIZE", "OFFSET"],
  SESSION: ["GAP"],
};

/** The argument that says how far one window's beginning, or CUMULATE's end, is from the next one's. */
const stepNames: Readonly<Record<SlicedWindow["kind"], string>> = {
  TUMBLE: "SIZE",
  HOP: "SLIDE",
  CUMULATE: "STEP",
};

const usage: Readonly<Record<WindowKind, string>> = {
  TUMBLE:
    "Write TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)), with an offset as a fourth argument.",
  HOP: "Write TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '1' SECOND, INTERVAL '1' DAY)): slide, then size.",
  CUMULATE:
    "Write TABLE(CUMULATE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' HOUR, INTERVAL '1' DAY)): step, then size.",
  SESSION: "Write TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(ts), INTERVAL '30' MINUTE)): the gap.",
};

export function bindWindow(written: WindowTable, input: Relation): Relation {
  const kind = kindOf(written);
  const timeColumn = bindTimeColumn(written.timeColumn, input);
  const { functionName, arguments: given } = written;
  const values = new WindowArguments(kind, usage[kind], functionName.position, given);
  const partition = kind === "SESSION" ? bindPartition(written, input) : [];
  const window = windowOf(kind, values, timeColumn, partition);
  // Of windows that GROUP BY makes itself Flink does not demand it.
  if (window.kind !== "SESSION" && window.sizeMs % window.stepMs !== 0) {
    throw values.wrong(`the size must be a multiple of the ${stepNames[window.kind].toLowerCase()}`, "SIZE");
  }
  return relationOfWindow(input, window, written.input.position);
}

export function windowOf(
  kind: WindowKind,
  values: WindowArguments,
  timeColumn: number,
  partition: readonly number[],
): AssignWindows["window"] {
  return kind === "SESSION"
    ? bindSession(values, timeColumn, partition)
    : bindSliced(kind, values, timeColumn);
}

/** The rows with the columns of their window; where they are named, behind the others. */
export function relationOfWindow(
  input: Relation,
  window: AssignWindows["window"],
  position: SourcePosition,
): Relation {
  const { timeColumn } = window;
  if (isUpdating(input.plan) && isProcessingTime(input.plan, timeColumn)) {
    // A row would be taken back out of another window than that which it is in.
    throw featureRefused("A window of processing time over rows that change", position);
  }
  const timed = isProcessingTime(input.plan, timeColumn)
    ? inProcessingTime(input.plan, timeColumn)
    : input.plan;
  const plan = assignWindows(timed, window);
  const first = input.plan.schema.columns.length;
  const added = plan.schema.columns.slice(first).map(({ name, type }, index): RelationColumn => {
    const place = { kind: "column" as const, index: first + index };
    return { name, qualifier: input.columns[0]?.qualifier, type, place };
  });
  const own = timed === input.plan ? input.columns : input.columns.map(withoutEventTime);
  return { plan, columns: [...own, ...added], unassigned: { plan: timed, window } };
}

function bindSliced(kind: SlicedWindow["kind"], values: WindowArguments, timeColumn: number): SlicedWindow {
  const sizeMs = values.milliseconds("SIZE");
  if (sizeMs <= 0) throw values.wrong("the size must be longer than nothing", "SIZE");
  const stepName = stepNames[kind];
  const stepMs = values.milliseconds(stepName);
  if (stepMs <= 0) throw values.wrong(`the ${stepName.toLowerCase()} must be longer than nothing`, stepName);
  const offsetMs = values.has("OFFSET") ? values.milliseconds("OFFSET") : 0;
  if (Math.abs(offsetMs) >= sizeMs) throw values.wrong("the offset must be shorter than the size", "OFFSET");
  return { kind, timeColumn, sizeMs, stepMs, offsetMs };
}

function bindSession(
  values: WindowArguments,
  timeColumn: number,
  partition: readonly number[],
): SessionWindow {
  const gapMs = values.milliseconds("GAP");
  if (gapMs <= 0) throw values.wrong("the gap must be longer than nothing", "GAP");
  return { kind: "SESSION", timeColumn, gapMs, partition };
}

/** Columns, each once. */
function bindPartition({ input: { partitionBy } }: WindowTable, input: Relation): readonly number[] {
  const scope = new Scope(input);
  const columns = partitionBy.map((name) => {
    const column = scope.resolve([name], name.position);
    if (column.kind === "InputColumn") return column.index;
    throw featureRefused("PARTITION BY a column that is computed", name.position);
  });
  return [...new Set(columns)];
}

function kindOf({ functionName, wrapped, input }: WindowTable): WindowKind {
  const { name, position } = functionName;
  const kind = name.toUpperCase();
  if (!(kind in parameters))
    throw featureRefused(`The window ${name}`, position, "TUMBLE, HOP, CUMULATE, SESSION are.");
  if (!wrapped) {
    const rule = "In Flink 1.20 a table function stands inside TABLE(…)";
    const params = { rule, instead: `Write FROM TABLE(${name}(…)).` };
    throw quickwaterError("sql.not-flink", params, { position });
  }
  const [first] = input.partitionBy;
  if (first !== undefined && kind !== "SESSION") {
    const rule = `In Flink the windows of ${kind} are the same for all rows: it has no PARTITION BY`;
    const params = { rule, instead: "Write the column into GROUP BY." };
    throw quickwaterError("sql.not-flink", params, { position: first.position });
  }
  if (input.orderBy.length > 0) throw featureRefused("ORDER BY in a window", input.orderBy[0]!.position);
  return kind as WindowKind;
}

function bindTimeColumn(name: Identifier, input: Relation): number {
  const column = new Scope(input).resolve([name], name.position);
  const { type } = column;
  if (column.kind === "InputColumn" && isTimestamp(type) && type.attribute !== undefined) return column.index;
  const params = { column: name.name, type: formatType(type) };
  throw quickwaterError("sql.window-time-column", params, { position: name.position });
}

/** What stands behind the time column, by the names of the parameters. */
export class WindowArguments {
  readonly #kind: WindowKind;
  readonly #usage: string;
  readonly #position: SourcePosition;
  readonly #values = new Map<string, Expression>();

  constructor(kind: WindowKind, how: string, position: SourcePosition, given: WindowTable["arguments"]) {
    this.#kind = kind;
    this.#usage = how;
    this.#position = position;
    const order = parameters[kind];
    for (const [index, { name, value }] of given.entries()) {
      const key = name?.name.toUpperCase() ?? order[index];
      if (key === undefined) throw this.#wrong(`it takes ${namesOf(order)}`, value.position);
      if (!order.includes(key)) {
        const known = ["DATA", "TIMECOL", ...order];
        const reason = `it has no argument ${name!.name}; it has ${namesOf(known)}`;
        throw this.#wrong(reason, name!.position);
      }
      if (this.#values.has(key)) throw this.#wrong(`${key} is there twice`, value.position);
      this.#values.set(key, value);
    }
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  milliseconds(name: string): number {
    const value = this.#values.get(name);
    if (value === undefined) throw this.#wrong(`the ${name.toLowerCase()} is missing`, this.#position);
    const sign = value.kind === "UnaryExpression" && value.operator === "-" ? -1 : 1;
    const node = value.kind === "UnaryExpression" && value.operator !== "NOT" ? value.operand : value;
    if (node.kind === "IntervalLiteral") {
      const interval = intervalOf(node);
      if (interval?.kind === "ms") return sign * (node.negative ? -interval.ms : interval.ms);
    }
    throw this.#wrong(
      `${name} must be a constant interval of days to seconds, not of months`,
      value.position,
    );
  }

  wrong(reason: string, name: string): QuickwaterError {
    return this.#wrong(reason, this.#values.get(name)?.position ?? this.#position);
  }

  #wrong(reason: string, position: SourcePosition): QuickwaterError {
    const params = { function: this.#kind, reason, usage: this.#usage };
    return quickwaterError("sql.window-arguments", params, { position });
  }
}

function namesOf(names: readonly string[]): string {
  if (names.length === 1) return names[0]!;
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
