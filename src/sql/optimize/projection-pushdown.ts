/**
 * The Scan reads only the fields that the query touches, nested ones by their path: what is not read is not
 * decoded. The event time is always read where the table has a watermark, because it moves the clock of
 * everything above.
 */
import { assignTime, assignWindows, join, over, rank, repeatRows, sort, values } from "../plan/build.ts";
import { collectColumns, columnsOf, moveColumns } from "../plan/expressions.ts";
import type {
  Aggregate,
  AggregateCall,
  AssignTime,
  AssignWindows,
  Join,
  JoinMethod,
  LogicalPlan,
  Over,
  Project,
  Rank,
  Scan,
  Unnest,
  Values,
  WindowAggregate,
} from "../plan/logical-plan.ts";
import { repeatedPlansOf, type SharedPlans } from "../plan/shared-plans.ts";
import { columnsOfWindow, movedWindow } from "./moved-window.ts";
import type { Pass } from "./pass.ts";

/** A plan that gives fewer columns, and where each of the old ones has gone. */
interface Pruned {
  readonly plan: LogicalPlan;
  readonly place: (index: number) => number;
}

export const projectionPushdown: Pass = {
  name: "projection-pushdown",
  does: "Reads only the fields that are used.",
  run: (plan) => {
    // The plan's own output is wanted whole, so that only what lies under a Project or an aggregation
    // shrinks.
    const all = new Set(plan.schema.columns.keys());
    const parts = new SharedParts(repeatedPlansOf(plan));
    let pruned = prune(plan, all, parts).plan;
    // What one reader of a shared part needs the others are given too, until nobody needs more.
    while (parts.takeGrowth()) pruned = prune(plan, all, parts).plan;
    return pruned;
  },
};

/** What all readers of a shared part need of it: it is one only while it gives the same columns to all. */
class SharedParts {
  readonly #numbers: SharedPlans;
  readonly #needed = new Map<number, ReadonlySet<number>>();
  #hasGrown = false;

  constructor(numbers: SharedPlans) {
    this.#numbers = numbers;
  }

  neededOf(plan: LogicalPlan, needed: ReadonlySet<number>): ReadonlySet<number> {
    const part = this.#numbers.get(plan);
    if (part === undefined) return needed;
    const known = this.#needed.get(part);
    const all = new Set([...(known ?? []), ...needed]);
    this.#hasGrown ||= known !== undefined && all.size > known.size;
    this.#needed.set(part, all);
    return all;
  }

  takeGrowth(): boolean {
    const hasGrown = this.#hasGrown;
    this.#hasGrown = false;
    return hasGrown;
  }
}

function prune(plan: LogicalPlan, neededHere: ReadonlySet<number>, parts: SharedParts): Pruned {
  const needed = parts.neededOf(plan, neededHere);
  switch (plan.kind) {
    case "Scan":
      return pruneScan(plan, needed);
    case "Values":
      return pruneValues(plan, needed);
    case "Filter": {
      const below = new Set(needed);
      collectColumns(plan.predicate, below);
      const { plan: input, place } = prune(plan.input, below, parts);
      const predicate = moveColumns(plan.predicate, place);
      return { plan: { ...plan, input, predicate, schema: input.schema }, place };
    }
    case "Project":
      return pruneProject(plan, needed, parts);
    case "AssignTime":
      return pruneTime(plan, needed, parts);
    case "AssignWindows":
      return pruneWindows(plan, needed, parts);
    case "RepeatRows": {
      const before = plan.input.schema.columns.length;
      const below = new Set([...needed].filter((index) => index < before));
      const { plan: input, place } = prune(plan.input, below, parts);
      const repeated = repeatRows(input, plan.numbers);
      const last = input.schema.columns.length;
      return { plan: repeated, place: (index) => (index < before ? place(index) : last) };
    }
    case "Unnest":
      return pruneUnnest(plan, needed, parts);
    case "WindowAggregate":
    case "Aggregate":
      return pruneAggregate(plan, needed, parts);
    case "Over":
    case "Rank":
      return pruneRanked(plan, needed, parts);
    case "Sort": {
      const { plan: input, place } = prune(
        plan.input,
        new Set([...needed, ...plan.order.map((key) => key.column)]),
        parts,
      );
      const order = plan.order.map((key) => ({ ...key, column: place(key.column) }));
      return { plan: sort({ ...plan, input, order }), place };
    }
    case "LatestRows": {
      const { plan: input, place } = prune(plan.input, new Set([...needed, ...plan.keys]), parts);
      return { plan: { ...plan, input, keys: plan.keys.map(place), schema: input.schema }, place };
    }
    case "Join":
      return pruneJoin(plan, needed, parts);
    case "Union": {
      // Columns are matched by place: each input keeps all of its own.
      const inputs = plan.inputs.map(
        (input) => prune(input, new Set(input.schema.columns.keys()), parts).plan,
      );
      return { plan: { ...plan, inputs }, place: same };
    }
  }
}

const same = (index: number) => index;

function pruneTime(node: AssignTime, needed: ReadonlySet<number>, parts: SharedParts): Pruned {
  const { time } = node;
  if (time.kind !== "event") {
    const { plan: input, place } = prune(node.input, needed, parts);
    return { plan: assignTime(input, time), place };
  }
  const { plan: input, place } = prune(node.input, new Set(needed).add(time.column), parts);
  return { plan: assignTime(input, { ...time, column: place(time.column) }), place };
}

/** The three columns of the window stay behind those of the input. */
function pruneWindows(node: AssignWindows, needed: ReadonlySet<number>, parts: SharedParts): Pruned {
  const before = node.input.schema.columns.length;
  const below = new Set([...needed].filter((index) => index < before));
  for (const column of columnsOfWindow(node.window)) below.add(column);
  const { plan: input, place } = prune(node.input, below, parts);
  const window = movedWindow(node.window, place);
  const after = input.schema.columns.length;
  return {
    plan: assignWindows(input, window),
    place: (index) => (index < before ? place(index) : index - before + after),
  };
}

/** The columns of the element stay behind those of the input. */
function pruneUnnest(node: Unnest, needed: ReadonlySet<number>, parts: SharedParts): Pruned {
  const before = node.input.schema.columns.length;
  const below = new Set([...needed].filter((index) => index < before)).add(node.column);
  const { plan: input, place } = prune(node.input, below, parts);
  const shift = input.schema.columns.length - before;
  const moved = (index: number) => (index < before ? place(index) : index + shift);
  const columns = [...input.schema.columns, ...node.schema.columns.slice(before)];
  const condition = node.condition && moveColumns(node.condition, moved);
  const plan: Unnest = { ...node, input, column: place(node.column), condition, schema: { columns } };
  return { plan, place: moved };
}

function pruneScan(scan: Scan, needed: ReadonlySet<number>): Pruned {
  const kept = scan.columns
    .map((_, index) => index)
    .filter((index) => needed.has(index) || index === scan.rowtime);
  const place = placeIn(kept);
  const plan: Scan = {
    ...scan,
    columns: kept.map((index) => scan.columns[index]!),
    rowtime: scan.rowtime === undefined ? undefined : place(scan.rowtime),
    schema: { columns: kept.map((index) => scan.schema.columns[index]!) },
  };
  return { plan, place };
}

function pruneValues({ rows, schema }: Values, needed: ReadonlySet<number>): Pruned {
  const kept = schema.columns.map((_, index) => index).filter((index) => needed.has(index));
  const of = <T>(all: readonly T[]): T[] => kept.map((index) => all[index]!);
  return { plan: values(rows.map(of), of(schema.columns)), place: placeIn(kept) };
}

function pruneProject(project: Project, needed: ReadonlySet<number>, parts: SharedParts): Pruned {
  const kept = project.expressions.map((_, index) => index).filter((index) => needed.has(index));
  const expressions = kept.map((index) => project.expressions[index]!);
  const below = columnsOf(expressions);
  const { plan: input, place } = prune(project.input, below, parts);
  const plan: Project = {
    ...project,
    input,
    expressions: expressions.map((expression) => moveColumns(expression, place)),
    schema: { columns: kept.map((index) => project.schema.columns[index]!) },
  };
  return { plan, place: placeIn(kept) };
}

/**
 * An aggregation keeps its keys, which decide how many rows there are, whoever reads them; it computes the
 * aggregates that are read.
 */
function pruneAggregate(
  aggregate: WindowAggregate | Aggregate,
  needed: ReadonlySet<number>,
  parts: SharedParts,
): Pruned {
  const { keys } = aggregate;
  const first = aggregate.schema.columns.length - aggregate.aggregates.length;
  const kept = aggregate.schema.columns
    .map((_, index) => index)
    .filter((index) => index < first || needed.has(index));
  const aggregates = aggregate.aggregates.filter((_, index) => needed.has(first + index));
  const schema = { columns: kept.map((index) => aggregate.schema.columns[index]!) };
  const below = new Set(keys);
  for (const call of aggregates) {
    if (call.argument !== undefined) below.add(call.argument);
    if (call.filter !== undefined) below.add(call.filter);
  }
  if (aggregate.kind === "WindowAggregate")
    for (const column of columnsOfWindow(aggregate.window)) below.add(column);
  const { plan: input, place } = prune(aggregate.input, below, parts);
  const moved = (index: number | undefined): number | undefined =>
    index === undefined ? undefined : place(index);
  const made = {
    input,
    keys: keys.map(place),
    aggregates: aggregates.map(
      (call): AggregateCall => ({ ...call, argument: moved(call.argument), filter: moved(call.filter) }),
    ),
  };
  const pruned: LogicalPlan =
    aggregate.kind === "Aggregate"
      ? { ...aggregate, ...made, schema }
      : { ...aggregate, ...made, schema, window: movedWindow(aggregate.window, place) };
  return { plan: pruned, place: placeIn(kept) };
}

/** What is computed stays behind the columns of the input. */
function pruneRanked(node: Over | Rank, needed: ReadonlySet<number>, parts: SharedParts): Pruned {
  const before = node.input.schema.columns.length;
  const below = new Set([...needed].filter((index) => index < before));
  for (const column of [...node.keys, ...node.order.map((key) => key.column)]) below.add(column);
  if (node.kind === "Over") {
    for (const { argument } of node.calls) if (argument !== undefined) below.add(argument);
  } else if (node.endColumn !== undefined) below.add(node.endColumn);
  const { plan: input, place } = prune(node.input, below, parts);
  const after = input.schema.columns.length;
  const keys = node.keys.map(place);
  const order = node.order.map((key) => ({ ...key, column: place(key.column) }));
  const moved = (column: number | undefined) => (column === undefined ? undefined : place(column));
  const plan =
    node.kind === "Over"
      ? over({
          ...node,
          input,
          keys,
          order,
          calls: node.calls.map((call) => ({ ...call, argument: moved(call.argument) })),
        })
      : rank({ ...node, input, keys, order, endColumn: moved(node.endColumn) });
  return { plan, place: (index) => (index < before ? place(index) : index - before + after) };
}

/** What the join itself reads stays on its side, also where nobody behind it does. */
function pruneJoin(node: Join, needed: ReadonlySet<number>, parts: SharedParts): Pruned {
  const before = node.left.schema.columns.length;
  const read = new Set([...needed, ...(node.predicate === undefined ? [] : columnsOf([node.predicate]))]);
  const ofLeft = new Set([...read].filter((index) => index < before));
  const ofRight = new Set([...read].filter((index) => index >= before).map((index) => index - before));
  const own = columnsOfMethod(node.method);
  for (const column of [...node.keys.map((key) => key.left), ...own.left]) ofLeft.add(column);
  for (const column of [...node.keys.map((key) => key.right), ...own.right]) ofRight.add(column);
  const left = prune(node.left, ofLeft, parts);
  const right = prune(node.right, ofRight, parts);
  const after = left.plan.schema.columns.length;
  const place = (index: number) => (index < before ? left.place(index) : after + right.place(index - before));
  const plan = join({
    ...node,
    left: left.plan,
    right: right.plan,
    keys: node.keys.map((key) => ({ left: left.place(key.left), right: right.place(key.right) })),
    method: movedMethod(node.method, left.place, right.place),
    predicate: node.predicate && moveColumns(node.predicate, place),
  });
  return { plan, place };
}

function columnsOfMethod(method: JoinMethod): { left: readonly number[]; right: readonly number[] } {
  switch (method.kind) {
    case "regular":
      return { left: [], right: [] };
    case "lookup":
      return { left: method.leftTime === undefined ? [] : [method.leftTime], right: [] };
    case "window":
      return { left: [method.leftEnd], right: [method.rightEnd] };
    default:
      return { left: [method.leftTime], right: [method.rightTime] };
  }
}

function movedMethod(method: JoinMethod, left: Pruned["place"], right: Pruned["place"]): JoinMethod {
  switch (method.kind) {
    case "regular":
      return method;
    case "lookup":
      return { ...method, leftTime: method.leftTime === undefined ? undefined : left(method.leftTime) };
    case "window":
      return { ...method, leftEnd: left(method.leftEnd), rightEnd: right(method.rightEnd) };
    default:
      return { ...method, leftTime: left(method.leftTime), rightTime: right(method.rightTime) };
  }
}

function placeIn(kept: readonly number[]): (index: number) => number {
  const places = new Map(kept.map((index, place) => [index, place]));
  return (index) => places.get(index)!;
}
