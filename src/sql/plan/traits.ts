/**
 * What follows from a plan and is not written in it: whether its rows change, what tells them apart, which
 * columns hold their window. Derived from below, node by node.
 */
import type { Join, JoinMethod, LogicalPlan, Project, Rank, Unnest } from "./logical-plan.ts";
import { inputsOf } from "./map-plan.ts";

/** Whether rows that were given are changed or taken back later. */
export function isUpdating(plan: LogicalPlan): boolean {
  switch (plan.kind) {
    case "Scan":
    case "Values":
    case "WindowAggregate":
    case "Sort":
      return false;
    case "Aggregate":
    case "LatestRows":
      return true;
    case "Rank":
      return plan.method === "keep-last" || plan.method === "top" || plan.retentionMs !== undefined;
    case "Union":
      return plan.inputs.some(isUpdating);
    case "Join":
      return isUpdatingJoin(plan);
    default:
      return isUpdating(plan.input);
  }
}

/** A row that had no partner, or that nothing stood against, may get one later. */
function isUpdatingJoin({ type, method, retentionMs, left, right }: Join): boolean {
  if (method.kind !== "regular") return false;
  return (
    retentionMs !== undefined ||
    (type !== "INNER" && type !== "SEMI") ||
    isUpdating(left) ||
    isUpdating(right)
  );
}

/** Whether each row is taken back after a while, so that what is made of the rows goes with them. */
export function rowsLeave(plan: LogicalPlan): boolean {
  switch (plan.kind) {
    case "Join":
    case "Rank":
      return plan.retentionMs !== undefined;
    case "Filter":
    case "Project":
    case "Unnest":
    case "RepeatRows":
      return rowsLeave(plan.input);
    default:
      return false;
  }
}

/** Whether there is one row, whatever rows come; of none the aggregates are what they are of no rows. */
export function givesOneRow(plan: LogicalPlan): boolean {
  if (plan.kind === "Project") return givesOneRow(plan.input);
  if (plan.kind === "Values") return plan.rows.length === 1;
  return plan.kind === "Aggregate" && plan.keys.length === 0;
}

/** A column that is part of what tells rows apart; without a place where the plan leaves it out. */
export interface KeyColumn {
  readonly name: string;
  readonly place: number | undefined;
}

/** What tells the rows apart; undefined where nothing does. */
export function keyOf(plan: LogicalPlan): readonly KeyColumn[] | undefined {
  switch (plan.kind) {
    case "Scan":
    case "Union":
    case "AssignWindows":
    case "RepeatRows":
      return undefined;
    case "Values":
      // One row needs nothing that tells it apart.
      return plan.rows.length === 1 ? [] : undefined;
    case "Filter":
    case "AssignTime":
    case "Over":
    case "Sort":
      return keyOf(plan.input);
    case "Unnest":
      return keyOfUnnest(plan);
    case "Rank":
      return keyOfRank(plan);
    case "Project":
      return projected(plan, keyOf(plan.input));
    case "Join":
      return keyOfJoin(plan);
    case "LatestRows":
      return plan.keys.map((place) => ({ name: plan.schema.columns[place]!.name, place }));
    case "Aggregate":
      return plan.keys.map((_, place) => ({ name: plan.schema.columns[place]!.name, place }));
    case "WindowAggregate": {
      const properties = plan.properties.map((name, index) => ({ name, place: plan.keys.length + index }));
      const keys = plan.keys.map((_, place) => ({ name: plan.schema.columns[place]!.name, place }));
      return [...properties.filter(({ name }) => name !== "window_time"), ...keys];
    }
  }
}

/** One row a key and rank; without the rank what tells the rows of the input apart, if anything does. */
function keyOfRank({ input, method, keys, from, to, givesNumber, schema }: Rank) {
  const column = (place: number): KeyColumn => ({ name: schema.columns[place]!.name, place });
  if (from === to) return keys.map(column);
  if (givesNumber) return [...keys, schema.columns.length - 1].map(column);
  // Ranks that do not begin with 1 are told one by one: a row that moves up is there twice for a moment.
  return method === "top" && from > 1 ? undefined : keyOf(input);
}

/**
 * The keys of both sides; where a row of one side meets at most one of the other, the key of the first is
 * enough.
 */
function keyOfJoin(plan: Join): readonly KeyColumn[] | undefined {
  const { type, left, right, keys } = plan;
  const leftKey = keyOf(left);
  if (type === "SEMI" || type === "ANTI") return leftKey;
  const before = left.schema.columns.length;
  const rightKey = keyOf(right)?.map(({ name, place }) => ({
    name,
    place: place === undefined ? undefined : before + place,
  }));
  const isUnique = (key: readonly KeyColumn[] | undefined, joined: (place: number) => boolean) =>
    key?.every(({ place }) => place !== undefined && joined(place)) === true;
  const ofOneWindow = windowsOfOneTime(plan);
  const meetsOneRight =
    isOfOneVersion(plan.method) ||
    isUnique(
      rightKey,
      (place) => keys.some((key) => before + key.right === place) || ofOneWindow.right.has(place - before),
    );
  const meetsOneLeft = isUnique(
    leftKey,
    (place) => keys.some((key) => key.left === place) || ofOneWindow.left.has(place),
  );
  if (meetsOneRight && (type === "INNER" || type === "LEFT")) return leftKey;
  if (meetsOneLeft && (type === "INNER" || type === "RIGHT")) return rightKey;
  return leftKey === undefined || rightKey === undefined ? undefined : [...leftKey, ...rightKey];
}

/** Columns of a window that the join names by its `window_time`, a given time away from the other's. */
function windowsOfOneTime({ method, left, right }: Join) {
  const none: ReadonlySet<number> = new Set();
  if (method.kind !== "interval" || method.lowerMs !== method.upperMs) return { left: none, right: none };
  const named = (plan: LogicalPlan, time: number) => {
    const windows = windowColumnsOf(plan);
    return windows?.times.has(time) ? new Set([...windows.starts, ...windows.ends]) : none;
  };
  return { left: named(left, method.leftTime), right: named(right, method.rightTime) };
}

/** The join says the whole key of the right, which has one row of it at a time. */
function isOfOneVersion({ kind }: JoinMethod): boolean {
  return kind === "temporal" || kind === "lookup";
}

/** Within a row its elements are told apart by their place, the entries of a MAP by their key too. */
function keyOfUnnest({ input, column, ordinality, schema }: Unnest): readonly KeyColumn[] | undefined {
  const key = keyOf(input);
  const isMap = input.schema.columns[column]!.type.kind === "MAP";
  if (key === undefined || !(isMap || ordinality)) return undefined;
  const place = ordinality ? schema.columns.length - 1 : input.schema.columns.length;
  return [...key, { name: schema.columns[place]!.name, place }];
}

function projected(plan: Project, key: readonly KeyColumn[] | undefined): readonly KeyColumn[] | undefined {
  return key?.map(({ name, place }) => {
    const found = place === undefined ? -1 : placeOf(plan, place);
    return { name, place: found < 0 ? undefined : found };
  });
}

function placeOf({ expressions }: Project, column: number): number {
  return expressions.findIndex(
    (expression) => expression.kind === "InputColumn" && expression.index === column,
  );
}

/** Columns that hold a row's window; the same one may be there several times. */
export interface WindowColumns {
  readonly starts: ReadonlySet<number>;
  readonly ends: ReadonlySet<number>;
  readonly times: ReadonlySet<number>;
}

/** Undefined where rows have no window. */
export function windowColumnsOf(plan: LogicalPlan): WindowColumns | undefined {
  switch (plan.kind) {
    case "Scan":
    case "Values":
    case "Aggregate":
    case "LatestRows":
    case "Union":
      return undefined;
    case "Join":
      return windowColumnsOfJoin(plan);
    case "Filter":
    case "AssignTime":
    case "RepeatRows":
    case "Unnest":
    case "Over":
    case "Rank":
    case "Sort":
      return windowColumnsOf(plan.input);
    case "Project": {
      const below = windowColumnsOf(plan.input);
      if (below === undefined) return undefined;
      const through = (columns: ReadonlySet<number>) =>
        new Set(
          plan.expressions.flatMap((expression, place) =>
            expression.kind === "InputColumn" && columns.has(expression.index) ? [place] : [],
          ),
        );
      return { starts: through(below.starts), ends: through(below.ends), times: through(below.times) };
    }
    case "AssignWindows": {
      const first = plan.input.schema.columns.length;
      return { starts: new Set([first]), ends: new Set([first + 1]), times: new Set([first + 2]) };
    }
    case "WindowAggregate": {
      const of = (name: string) =>
        new Set(plan.properties.flatMap((each, index) => (each === name ? [plan.keys.length + index] : [])));
      const starts = of("window_start");
      const ends = of("window_end");
      const { window } = plan;
      if (window.kind === "ATTACHED") {
        // Of DISTINCT the window's columns are keys like the others.
        plan.keys.forEach((key, place) => {
          if (key === window.startColumn) starts.add(place);
          if (key === window.endColumn) ends.add(place);
        });
      }
      return { starts, ends, times: of("window_time") };
    }
  }
}

/** Rows that met in their window are still of it; those of other joins are of none. */
function windowColumnsOfJoin({ type, method, left, right }: Join): WindowColumns | undefined {
  if (method.kind === "regular" || method.kind === "interval") return undefined;
  const lefts = windowColumnsOf(left);
  if (isOfOneVersion(method) || type === "SEMI" || type === "ANTI") return lefts;
  const before = left.schema.columns.length;
  const rights = windowColumnsOf(right);
  if (lefts === undefined || rights === undefined) return undefined;
  const both = (name: keyof WindowColumns) =>
    new Set([...lefts[name], ...[...rights[name]].map((column) => before + column)]);
  return { starts: both("starts"), ends: both("ends"), times: both("times") };
}

/** How long a row may wait for its partner: what the output's watermark stays behind that of the inputs. */
export function intervalDelayOf({ lowerMs, upperMs }: Extract<JoinMethod, { kind: "interval" }>): number {
  return Math.max(upperMs, -lowerMs, 0);
}

/** How far the watermark of a plan stays behind that of its tables. */
export function watermarkDelayOf(plan: LogicalPlan): number {
  const below = Math.max(0, ...inputsOf(plan).map(watermarkDelayOf));
  return plan.kind === "Join" && plan.method.kind === "interval"
    ? below + intervalDelayOf(plan.method)
    : below;
}

/**
 * Whether a row, by this time of it, is always ahead of the watermark that was passed on before it: the plan
 * ends with an operator that leaves late rows out. A WHERE over a table lets them through.
 */
export function isNeverBehind(plan: LogicalPlan, timeColumn: number): boolean {
  switch (plan.kind) {
    case "WindowAggregate":
      return windowColumnsOf(plan)?.times.has(timeColumn) === true;
    case "Over":
      return plan.order[0]!.column === timeColumn;
    case "Join":
      return plan.method.kind === "temporal" && plan.method.leftTime === timeColumn;
    case "Project": {
      const expression = plan.expressions[timeColumn]!;
      return expression.kind === "InputColumn" && isNeverBehind(plan.input, expression.index);
    }
    case "Filter":
    case "Unnest":
      return isNeverBehind(plan.input, timeColumn);
    default:
      return false;
  }
}
