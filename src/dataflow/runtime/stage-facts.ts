/**
 * What the stages of a query have done, from the streams to the result, in the words of EXPLAIN. A condition
 * that another stage has taken over is told as the stage that EXPLAIN shows: its counts are those of the
 * operator that it is part of.
 */
import { nodeText } from "../../sql/explain/node-text.ts";
import type { LogicalPlan, LogicalPlanKind } from "../../sql/plan/logical-plan.ts";
import { inputsOf } from "../../sql/plan/map-plan.ts";
import { sharedPlansOf } from "../../sql/plan/shared-plans.ts";
import { isOnWallClock } from "../../sql/plan/wall-clock.ts";
import { toldMs } from "../../views/told-rows.ts";
import type { HeldRows, Operator, UnmatchedRows } from "../operators/operator.ts";
import type { Pipeline } from "../physical/build-pipeline.ts";
import type { StageGauge } from "../physical/stage-gauge.ts";

/** Counts go on over restarts; undefined is what is not counted. */
export interface StageFacts {
  /** From 1: a stage stands behind those that it reads. */
  readonly number: number;
  readonly inputs: readonly number[];
  /** The SQL word, and what it does: as EXPLAIN has it. */
  readonly stage: string;
  readonly does: string;
  readonly kind: LogicalPlanKind;
  /** Of FROM. */
  readonly stream: string | undefined;
  readonly rowsIn: number | undefined;
  readonly rowsOut: number | undefined;
  /** When it gave a row on last. */
  readonly lastRowAtMs: number | undefined;
  /** An instant, as `untilMs` of what is held: of a stage on a wall clock the one that it shows then. */
  readonly watermarkMs: number | undefined;
  /** Undefined where it never waits for the watermark. */
  readonly held: HeldRows | undefined;
  /** Undefined where nothing is left out by a condition. */
  readonly filtered: { readonly rows: number; readonly predicate: string | undefined } | undefined;
  readonly rowsLate: number | undefined;
  readonly unmatched: UnmatchedRows | undefined;
}

interface BuiltStage {
  readonly operator: Operator;
  readonly gauge: StageGauge;
  /** Of a time of the stage, or behind it. */
  readonly instantOf: (timeMs: number) => number;
}

/** `before` stages are numbered already. */
export function stageFacts(
  { pipeline: { operators, gauges }, timeZone }: { readonly pipeline: Pipeline; readonly timeZone: string },
  takesFirst: boolean,
  before: number,
): readonly StageFacts[] {
  const built = new Map<LogicalPlan, BuiltStage>(
    gauges.map((gauge, place) => {
      const instantOf = (ms: number) => (isOnWallClock(gauge.node) ? toldMs(ms, timeZone) : ms);
      return [gauge.node, { gauge, operator: operators[place]!, instantOf }];
    }),
  );
  // The last that was built is the end of the plan.
  const root = gauges.at(-1)!.node;
  const shared = sharedPlansOf(root);
  const numbers = new Map<number, number>();
  const stages: StageFacts[] = [];
  const walk = (node: LogicalPlan, takenOverBy: BuiltStage | undefined): number => {
    const part = shared.get(node);
    const known = part === undefined ? undefined : numbers.get(part);
    if (known !== undefined) return known;
    const own = built.get(node);
    const inputs = inputsOf(node).map((input) => walk(input, own));
    const number = before + stages.length + 1;
    if (part !== undefined) numbers.set(part, number);
    const text = nodeText(node);
    const told = {
      number,
      inputs,
      stage: text.word,
      does: text.does,
      kind: node.kind,
      stream: node.kind === "Scan" ? node.table : undefined,
    };
    const below = stages.find((stage) => stage.number === inputs[0]);
    if (own !== undefined) stages.push({ ...told, ...ofOperator(node, own, below, takesFirst) });
    else stages.push({ ...told, ...ofCondition(node, takenOverBy!, below, takesFirst) });
    return number;
  };
  walk(root, undefined);
  return stages;
}

type Counted = Omit<StageFacts, "number" | "inputs" | "stage" | "does" | "kind" | "stream">;

function ofOperator(
  node: LogicalPlan,
  { operator, gauge, instantOf }: BuiltStage,
  below: StageFacts | undefined,
  takesFirst: boolean,
): Counted {
  const { rowsIn, rowsFiltered, rowsLate } = operator.counters;
  const tookOver = tookOverCondition(node);
  return {
    rowsIn: tookOver ? below?.rowsOut : rowsIn,
    rowsOut: gauge.rowsGiven(takesFirst),
    lastRowAtMs: gauge.lastRowAtMs,
    watermarkMs: gauge.watermarkMs === undefined ? undefined : instantOf(gauge.watermarkMs),
    held: heldOf(operator, instantOf),
    filtered: tookOver || !leavesOut(node) ? undefined : { rows: rowsFiltered, predicate: predicateOf(node) },
    rowsLate: isTimed(node) ? rowsLate : undefined,
    unmatched: operator.unmatched(),
  };
}

/** What waits for the last millisecond of a window waits for the instant at which the next one begins. */
function heldOf(operator: Operator, instantOf: BuiltStage["instantOf"]): HeldRows | undefined {
  const held = operator.held();
  if (held?.untilMs === undefined) return held;
  return { rows: held.rows, untilMs: instantOf(held.untilMs + 1) - 1 };
}

/** A condition under the stage whose operator computes it. */
function ofCondition(
  node: LogicalPlan,
  { operator, gauge }: BuiltStage,
  below: StageFacts | undefined,
  takesFirst: boolean,
): Counted {
  const { rowsIn, rowsFiltered } = operator.counters;
  // A row that became several is left out once, where none of them passes; a row may be in no window too.
  const isExact = !makesCopies(node) && !leavesOut(gauge.node);
  const rowsLeft = isExact ? rowsIn - rowsFiltered : undefined;
  return {
    rowsIn,
    rowsOut: gauge.node.kind === "Project" ? gauge.rowsGiven(takesFirst) : rowsLeft,
    lastRowAtMs: gauge.node.kind === "Project" ? gauge.lastRowAtMs : undefined,
    watermarkMs: below?.watermarkMs,
    held: undefined,
    filtered: leavesOut(gauge.node) ? undefined : { rows: rowsFiltered, predicate: predicateOf(node) },
    rowsLate: undefined,
    unmatched: undefined,
  };
}

function tookOverCondition(node: LogicalPlan): boolean {
  switch (node.kind) {
    case "Project":
    case "Aggregate":
    case "WindowAggregate":
      return node.input.kind === "Filter";
    default:
      return false;
  }
}

/** Of windows with gaps between them a row may be in none. */
function leavesOut(node: LogicalPlan): boolean {
  if (node.kind === "Filter") return true;
  if (node.kind !== "WindowAggregate" || node.window.kind !== "HOP") return false;
  return node.window.stepMs > node.window.sizeMs;
}

function predicateOf(node: LogicalPlan): string | undefined {
  return node.kind === "Filter" ? nodeText(node).does : undefined;
}

function isTimed(node: LogicalPlan): boolean {
  switch (node.kind) {
    case "WindowAggregate":
    case "Over":
      return true;
    case "AssignWindows":
      return node.window.kind === "SESSION";
    case "Rank":
      return node.method === "window" || node.method === "keep-first";
    case "Sort":
      return node.method === "time";
    case "Join":
      return node.method.kind !== "regular" && node.method.kind !== "lookup";
    default:
      return false;
  }
}

/** Whether rows of a table become several before the stage. */
function makesCopies(node: LogicalPlan): boolean {
  switch (node.kind) {
    case "RepeatRows":
    case "Unnest":
      return true;
    case "AssignWindows":
      return node.window.kind !== "TUMBLE" || makesCopies(node.input);
    case "WindowAggregate":
    case "Aggregate":
    case "Over":
    case "Rank":
    case "Sort":
    case "Join":
    case "LatestRows":
      return false;
    default:
      return inputsOf(node).some(makesCopies);
  }
}
