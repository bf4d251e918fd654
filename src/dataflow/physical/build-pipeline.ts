/**
 * From a logical plan to operators that run: which stage takes which node, and what it pushes into. A
 * predicate under an aggregation or a projection becomes part of that stage, so that no row is moved only
 * to be left out.
 */
import type { BoundExpression } from "../../sql/bind/bound-expression.ts";
import { answersOf } from "../../sql/plan/first-answers.ts";
import type {
  AssignTime,
  AssignWindows,
  Filter,
  Join,
  LogicalPlan,
  Over,
  Project,
  Rank,
  Scan,
  Values,
  WindowAggregate,
} from "../../sql/plan/logical-plan.ts";
import { tablesOf } from "../../sql/plan/map-plan.ts";
import { type SharedPlans, sharedPlansOf } from "../../sql/plan/shared-plans.ts";
import { watermarkDelayOf } from "../../sql/plan/traits.ts";
import type { KernelMode } from "../codegen/kernels.ts";
import { AssignWindowsOperator } from "../operators/assign-windows.ts";
import { ComputedWatermarkOperator } from "../operators/computed-watermark.ts";
import { CopiedRows } from "../operators/copied-rows.ts";
import type { CountedOperator } from "../operators/counted-operator.ts";
import { FanOut } from "../operators/fan-out.ts";
import { FirstAnswers } from "../operators/first-answers.ts";
import { GroupAggregateOperator } from "../operators/group-aggregate.ts";
import { IntervalJoinOperator } from "../operators/interval-join.ts";
import { KeepFirstRowOperator } from "../operators/keep-first-row.ts";
import { KeepLastRowOperator } from "../operators/keep-last-row.ts";
import { LookupJoinOperator } from "../operators/lookup-join.ts";
import type { LateRows, Operator, Output } from "../operators/operator.ts";
import { OverAggregateOperator } from "../operators/over-aggregate.ts";
import { PrimaryKeyOperator } from "../operators/primary-key.ts";
import { ProcessingTimeOperator } from "../operators/processing-time.ts";
import { RegularJoinOperator } from "../operators/regular-join.ts";
import { RepeatRowsOperator } from "../operators/repeat-rows.ts";
import { ScanOperator } from "../operators/scan.ts";
import { SessionAggregateOperator, type SessionOptions } from "../operators/session-aggregate.ts";
import { SessionWindowsOperator } from "../operators/session-windows.ts";
import type { SingleInputOperator } from "../operators/single-input-operator.ts";
import { SortOperator } from "../operators/sort.ts";
import { TemporalJoinOperator } from "../operators/temporal-join.ts";
import { TopNOperator } from "../operators/top-n.ts";
import { TransformOperator } from "../operators/transform.ts";
import { UnionOperator } from "../operators/union.ts";
import { UnnestOperator } from "../operators/unnest.ts";
import { ValuesOperator } from "../operators/values.ts";
import { WindowAggregateOperator } from "../operators/window-aggregate.ts";
import { WindowJoinOperator } from "../operators/window-join.ts";
import { WindowTopNOperator } from "../operators/window-top-n.ts";
import { ZonedTimeOperator } from "../operators/zoned-time.ts";
import { StageGauge } from "./stage-gauge.ts";

export interface PipelineOptions {
  readonly mode: KernelMode;
  /** Bound of each stateful operator. */
  readonly stateBytesMax: number;
  /**
   * Where rows of standing `first` reach the end: a view shows them until the final ones come, a stream may
   * take nothing else; a file has none.
   */
  readonly firstAnswers?: "shown" | "taken" | undefined;
  /** Where rows of streams go that are late for an operator. */
  readonly lateRows?: LateRows | undefined;
}

export const defaultPipelineOptions: PipelineOptions = { mode: "compiled", stateBytesMax: 512 * 1024 * 1024 };

/** Takes a table's batches and watermarks. */
export interface ScanInput {
  readonly scan: Scan;
  readonly input: ScanOperator;
}

export interface Pipeline {
  /** One for each time that the plan reads a table. */
  readonly scans: readonly ScanInput[];
  /** Inputs that the plan holds itself: they are given before the first row. */
  readonly values: readonly ValuesOperator[];
  /** From the sources to the end. */
  readonly operators: readonly Operator[];
  /** By operator: what its stage has given on. */
  readonly gauges: readonly StageGauge[];
  /** Those whose open rows reach the end: nothing that keeps state stands behind them. */
  readonly openers: readonly Operator[];
  /** Those that see rows of the tables, not of an aggregation: the books of the view are theirs. */
  readonly sourceSide: readonly Operator[];
  /** Whether the time itself changes rows: it is told of every tick of the logged clock. */
  readonly hearsTicks: boolean;
}

export function buildPipeline(plan: LogicalPlan, output: Output, options: PipelineOptions): Pipeline {
  const builder = new PipelineBuilder(sharedPlansOf(plan), options);
  builder.build(plan, output, true);
  return builder;
}

const rankOperators = {
  "keep-first": KeepFirstRowOperator,
  "keep-last": KeepLastRowOperator,
  top: TopNOperator,
  window: WindowTopNOperator,
};

const joinOperators = {
  regular: RegularJoinOperator,
  interval: IntervalJoinOperator,
  window: WindowJoinOperator,
  temporal: TemporalJoinOperator,
  lookup: LookupJoinOperator,
};

class PipelineBuilder implements Pipeline {
  readonly scans: ScanInput[] = [];
  readonly values: ValuesOperator[] = [];
  readonly operators: Operator[] = [];
  readonly gauges: StageGauge[] = [];
  readonly openers: Operator[] = [];
  readonly sourceSide: Operator[] = [];
  hearsTicks = false;
  readonly #options: PipelineOptions;
  readonly #shared: SharedPlans;
  /** By number of the shared part: who reads it. */
  readonly #readers = new Map<number, FanOut>();
  readonly #copies = new CopiedRows();

  constructor(shared: SharedPlans, options: PipelineOptions) {
    this.#shared = shared;
    this.#options = options;
  }

  /** What the plan has several times is built where it is read first. */
  build(node: LogicalPlan, output: Output, showsOpen: boolean): void {
    const part = this.#shared.get(node);
    if (part === undefined) {
      this.#buildNode(node, output, showsOpen);
      return;
    }
    const known = this.#readers.get(part);
    const readers = known ?? new FanOut();
    readers.add(output);
    if (known !== undefined) return;
    this.#readers.set(part, readers);
    this.#buildNode(node, readers, showsOpen);
  }

  /** Each node that is built has one operator, and one gauge behind it. */
  #buildNode(node: LogicalPlan, to: Output, showsOpen: boolean): void {
    const output = new StageGauge(node, to);
    this.gauges.unshift(output);
    const options = this.#options;
    const { mode } = options;
    switch (node.kind) {
      case "Scan":
      case "Values":
        this.#buildInput(node, output);
        return;
      case "Filter":
      case "Project": {
        const { expressions, predicate, input } = transformOf(node);
        const { schema } = node;
        const transform = new TransformOperator(output, { expressions, predicate, schema, mode });
        this.#buildOver(input, transform, showsOpen);
        return;
      }
      case "AssignTime":
        this.#buildTimed(node, output, showsOpen);
        return;
      case "AssignWindows": {
        const assign = makeAssignWindows(node, output, options);
        this.#buildOver(node.input, assign, showsOpen && node.window.kind !== "SESSION");
        return;
      }
      case "RepeatRows":
        this.#buildOver(node.input, new RepeatRowsOperator(node, output, mode), showsOpen);
        return;
      case "Unnest":
        this.#buildOver(node.input, new UnnestOperator(node, output), showsOpen);
        return;
      case "LatestRows":
        this.#buildOver(node.input, new PrimaryKeyOperator(node, output, options), false);
        return;
      case "WindowAggregate": {
        const { predicate, input } = belowFilter(node.input);
        const aggregate = makeWindowAggregate(node, output, { ...options, predicate });
        if (showsOpen) this.openers.push(aggregate);
        this.#buildOver(input, aggregate, false);
        return;
      }
      case "Aggregate": {
        const { predicate, input } = belowFilter(node.input);
        this.hearsTicks ||= node.retentionMs !== undefined;
        const aggregate = new GroupAggregateOperator(node, output, { ...options, predicate });
        this.#buildOver(input, aggregate, false);
        return;
      }
      case "Over":
        this.#buildOverAggregate(node, output, showsOpen);
        return;
      case "Rank":
        this.#buildRank(node, output, showsOpen);
        return;
      case "Sort":
        this.#buildOver(node.input, new SortOperator(node, output, this.#options), false);
        return;
      case "Join":
        this.#buildJoin(node, output, showsOpen);
        return;
      case "Union": {
        const union = new UnionOperator(node.inputs.map(streamsOf), output);
        this.#add(union, node);
        for (const [place, input] of node.inputs.entries())
          this.build(input, union.inputs[place]!, showsOpen);
      }
    }
  }

  #buildOverAggregate(node: Over, output: Output, showsOpen: boolean): void {
    const withFirst = this.#options.firstAnswers === "taken" ? "first" : "both";
    const answers = this.#answersFirst(showsOpen) ? withFirst : "final";
    const over = new OverAggregateOperator(node, output, { ...this.#options, answers });
    this.#add(over, node.input);
    this.#buildAnswered(node.input, over);
  }

  #buildTimed(node: AssignTime, output: Output, showsOpen: boolean): void {
    this.hearsTicks ||= node.time.kind === "processing" || node.time.kind === "event";
    this.#buildOver(node.input, makeAssignTime(node, output), showsOpen);
  }

  #buildRank(node: Rank, output: Output, showsOpen: boolean): void {
    this.hearsTicks ||= node.retentionMs !== undefined;
    const rank = new rankOperators[node.method](node, output, this.#options);
    if (showsOpen && node.method === "window") this.openers.push(rank);
    this.#buildOver(node.input, rank, false);
  }

  #buildOver(input: LogicalPlan, operator: SingleInputOperator, showsOpen: boolean): void {
    this.#add(operator, input);
    this.build(input, operator, showsOpen);
  }

  #buildInput(node: Scan | Values, output: Output): void {
    if (node.kind === "Scan") {
      const scan = new ScanOperator(node.table, output);
      this.#add(scan, node);
      this.scans.push({ scan: node, input: scan });
    } else {
      const values = new ValuesOperator(node, output);
      this.#add(values, node);
      this.values.push(values);
    }
  }

  #buildJoin(node: Join, output: Output, showsOpen: boolean): void {
    this.hearsTicks ||= node.retentionMs !== undefined;
    const sides = [node.left, node.right];
    const join = new joinOperators[node.method.kind](node, output, {
      ...this.#options,
      streams: sides.map(streamsOf),
      delaysMs: sides.map(watermarkDelayOf),
      firstAnswers: this.#answersFirst(showsOpen),
    });
    this.#add(join, ...sides);
    for (const [place, side] of sides.entries()) this.#buildAnswered(side, join.inputs[place]!);
  }

  #answersFirst(showsOpen: boolean): boolean {
    return showsOpen && this.#options.firstAnswers !== undefined;
  }

  /** Where first answers are all that is taken, what keeps state takes those of what is before it. */
  #buildAnswered(input: LogicalPlan, output: Output): void {
    const takesFirst = this.#options.firstAnswers === "taken" && answersOf(input) === "first";
    if (takesFirst) this.build(input, new FirstAnswers(output), true);
    else this.build(input, output, false);
  }

  #add(operator: CountedOperator, ...inputs: readonly LogicalPlan[]): void {
    operator.lateRows = this.#options.lateRows;
    operator.copies = this.#copies;
    this.operators.unshift(operator);
    if (inputs.every(isStateless)) this.sourceSide.push(operator);
  }
}

/** The tables that feed a plan, as one name. */
function streamsOf(plan: LogicalPlan): string {
  return tablesOf(plan).toSorted().join();
}

function makeAssignWindows(node: AssignWindows, output: Output, options: PipelineOptions) {
  const { window } = node;
  return window.kind === "SESSION"
    ? new SessionWindowsOperator({ ...node, window }, output, options)
    : new AssignWindowsOperator({ ...node, window }, output, options.mode);
}

function makeWindowAggregate(node: WindowAggregate, output: Output, options: SessionOptions) {
  const { window } = node;
  return window.kind === "SESSION"
    ? new SessionAggregateOperator({ ...node, window }, output, options)
    : new WindowAggregateOperator({ ...node, window }, output, options);
}

/** Whether its rows are rows of tables, one by one. */
function isStateless(plan: LogicalPlan): boolean {
  switch (plan.kind) {
    case "Scan":
      return true;
    case "Values":
    case "WindowAggregate":
    case "Aggregate":
    case "Over":
    case "Rank":
    case "Sort":
    case "Join":
    case "LatestRows":
      return false;
    case "AssignWindows":
      return plan.window.kind !== "SESSION" && isStateless(plan.input);
    case "Union":
      return plan.inputs.every(isStateless);
    default:
      return isStateless(plan.input);
  }
}

function transformOf(node: Filter | Project) {
  if (node.kind === "Project") return { expressions: node.expressions, ...belowFilter(node.input) };
  const expressions = node.schema.columns.map(({ type }, index) => ({
    kind: "InputColumn" as const,
    index,
    type,
  }));
  return { expressions, predicate: node.predicate, input: node.input };
}

function belowFilter(node: LogicalPlan): { predicate: BoundExpression | undefined; input: LogicalPlan } {
  return node.kind === "Filter"
    ? { predicate: node.predicate, input: node.input }
    : { predicate: undefined, input: node };
}

function makeAssignTime({ time }: AssignTime, output: Output): SingleInputOperator {
  if (time.kind === "processing") return new ProcessingTimeOperator(output);
  if (time.kind !== "event") return new ZonedTimeOperator(time.kind, time.zone, output);
  return new ComputedWatermarkOperator(time, output);
}
