/**
 * How far one event goes in a plan: through its conditions up to the first stage that keeps state, computed
 * of the event alone, as the interpreter does. What such a stage makes of it together with other rows is not
 * known here.
 */
import { timeStyleOf } from "../../catalog/json-style.ts";
import type { BoundExpression } from "../../sql/bind/bound-expression.ts";
import { namesOf } from "../../sql/explain/column-names.ts";
import { expressionText } from "../../sql/explain/expression-text.ts";
import { conjunctsOf } from "../../sql/plan/conditions.ts";
import { evaluate } from "../../sql/plan/evaluate.ts";
import { childrenOf } from "../../sql/plan/expressions.ts";
import type { LogicalPlan, Scan, SlicedWindow } from "../../sql/plan/logical-plan.ts";
import { inputsOf } from "../../sql/plan/map-plan.ts";
import { allocateBatch, readRow } from "../../values/column-access.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import { padding } from "../../values/json/scan.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { makeDecoder } from "../codegen/decoder.ts";
import { firstEndOf, lastEndOf, sliceEndOf, windowStartOf } from "../codegen/window-kernel.ts";
import { fillMetadata, isField, metadataColumnsOf } from "../runtime/row-metadata.ts";
import { decoderOfVersion } from "../runtime/schema-version.ts";
import type { StoredEvent } from "./stored-event.ts";

export interface FlowWindow {
  readonly startMs: number;
  readonly endMs: number;
}

interface FlowRow {
  readonly values: readonly SqlValue[];
  readonly windows: readonly FlowWindow[];
}

/** One for each time that a plan reads the event's stream. */
export type EventFlow =
  /** To where a stage keeps it, or to the end where none does. */
  | {
      readonly kind: "taken";
      readonly rows: readonly FlowRow[];
      /** Undefined at the end of the plan. */
      readonly stage: LogicalPlan | undefined;
      /** Of whose wall clock its windows are. */
      readonly zone: string | undefined;
      /** Its own time orders nothing there. */
      readonly isUntimed: boolean;
    }
  | { readonly kind: "filtered"; readonly predicate: string }
  | { readonly kind: "unknown"; readonly why: string };

type Passing = Extract<EventFlow, { readonly kind: "taken" }>;

/** So many windows are looked at, of one event. */
const windowsMax = 1_000;

/** None where the plan does not read the stream. */
export function flowsOf(plan: LogicalPlan, stream: string, event: StoredEvent): readonly EventFlow[] {
  const below = () => inputsOf(plan).flatMap((input) => flowsOf(input, stream, event));
  switch (plan.kind) {
    case "Values":
      return [];
    case "Scan":
      return plan.table === stream ? [scannedFlow(plan, event)] : [];
    case "Union":
      return below();
    default:
      return below().map((flow) => {
        if (flow.kind !== "taken" || flow.stage !== undefined) return flow;
        try {
          return passed(plan, flow, event);
        } catch (error) {
          return { kind: "unknown", why: error instanceof Error ? error.message : String(error) };
        }
      });
  }
}

/** What a stage gives on of the rows that come to it. */
function passed(plan: LogicalPlan, flow: Passing, event: StoredEvent): EventFlow {
  const { rows } = flow;
  const computed = (expression: BoundExpression, { values }: FlowRow) =>
    evaluate(expression, {
      column: (index) => values[index]!,
      appendTimeMs: event.appendedAtMs,
      watermarkMs: null,
    });
  const refused = clockProblem(plan, event);
  if (refused !== undefined) return { kind: "unknown", why: refused };
  switch (plan.kind) {
    case "Filter": {
      const kept = rows.filter((row) => computed(plan.predicate, row) === true);
      if (kept.length > 0) return { ...flow, rows: kept };
      const failed = conjunctsOf(plan.predicate).filter((part) =>
        rows.every((row) => computed(part, row) !== true),
      );
      const names = namesOf(plan.input);
      const shown = failed.length > 0 ? failed : [plan.predicate];
      return { kind: "filtered", predicate: shown.map((part) => expressionText(part, names)).join(" AND ") };
    }
    case "Project":
      return {
        ...flow,
        rows: rows.map((row) => ({ ...row, values: plan.expressions.map((each) => computed(each, row)) })),
      };
    case "AssignTime": {
      const { time } = plan;
      if (time.kind === "event") return { ...flow, isUntimed: false };
      if (time.kind === "processing") return { ...flow, isUntimed: true };
      return { ...flow, zone: time.kind === "wall" ? time.zone : undefined };
    }
    case "AssignWindows": {
      const { window } = plan;
      if (window.kind === "SESSION") return { ...flow, stage: plan };
      return { ...flow, rows: rows.flatMap((row) => withWindows(row, window)) };
    }
    case "RepeatRows":
      return {
        ...flow,
        rows: rows.flatMap((row) =>
          plan.numbers.map((number) => ({ ...row, values: [...row.values, BigInt(number)] })),
        ),
      };
    case "Unnest":
      return { kind: "unknown", why: "What becomes of the single elements of its list is not told." };
    case "WindowAggregate":
      return { ...flow, stage: plan, rows: rows.map((row) => inItsWindows(plan, row)) };
    default:
      return { ...flow, stage: plan };
  }
}

/** Clocks that cannot be set back to when the event was taken. */
function clockProblem(plan: LogicalPlan, { causedBy }: StoredEvent): string | undefined {
  const read = plan.kind === "Filter" ? [plan.predicate] : plan.kind === "Project" ? plan.expressions : [];
  const clocks = new Set(read.flatMap(clocksOf));
  if (clocks.has("watermark")) return "A condition reads the watermark that was there when it came.";
  if (clocks.size > 0 && causedBy !== undefined)
    return "A condition reads the clock, as it was for the event that this one was made of.";
  return undefined;
}

function clocksOf(expression: BoundExpression): readonly string[] {
  return expression.kind === "Clock" ? [expression.clock] : childrenOf(expression).flatMap(clocksOf);
}

function scannedFlow(scan: Scan, event: StoredEvent): EventFlow {
  const values = readRow(scannedBatch(scan, event), 0);
  const isUntimed = scan.rowtime === undefined;
  return { kind: "taken", rows: [{ values, windows: [] }], stage: undefined, zone: undefined, isUntimed };
}

function scannedBatch(
  { columns, schema }: Scan,
  { text, written, number, step: stepNumber, partition, appendedAtMs }: StoredEvent,
): ColumnBatch {
  const batch = allocateBatch(schema, 1);
  const fields = columns.filter(isField);
  const decoded = { ...batch, columns: batch.columns.filter((_, index) => isField(columns[index]!)) };
  const style = timeStyleOf(written);
  const whole = makeDecoder(fields, style, "interpreted");
  const decode = decoderOfVersion(fields, written.schema.columns, whole, style, "interpreted");
  const bytes = Buffer.concat([Buffer.from(text), Buffer.alloc(padding)]);
  decode({ bytes, rowEnds: Int32Array.of(bytes.length - padding) }, 0, 1, decoded);
  batch.arena = decoded.arena;
  batch.rowCount = 1;
  const cause = { stepNumber, partition, appendTimeMs: appendedAtMs };
  const place = { firstRowOffset: number, appendTimeMs: appendedAtMs };
  for (const column of metadataColumnsOf(columns, batch)) fillMetadata(column, place, cause, 0, 1);
  return batch;
}

function windowsOf(timeMs: number, window: SlicedWindow): readonly FlowWindow[] {
  const slice = sliceEndOf(timeMs, window);
  const last = lastEndOf(slice, window);
  const windows: FlowWindow[] = [];
  for (let endMs = firstEndOf(slice, window); endMs <= last && windows.length < windowsMax; ) {
    windows.push({ startMs: windowStartOf(endMs, window), endMs });
    endMs += window.stepMs;
  }
  return windows;
}

/** The row once for each of its windows, with start, end and time behind its columns. */
function withWindows(row: FlowRow, window: SlicedWindow): readonly FlowRow[] {
  const time = row.values[window.timeColumn];
  if (typeof time !== "number") return [];
  return windowsOf(time, window).map((each) => ({
    values: [...row.values, each.startMs, each.endMs, each.endMs - 1],
    windows: [each],
  }));
}

function inItsWindows(
  { window }: Extract<LogicalPlan, { readonly kind: "WindowAggregate" }>,
  row: FlowRow,
): FlowRow {
  const numberAt = (column: number) => row.values[column] as number;
  switch (window.kind) {
    case "SESSION":
      return row;
    case "ATTACHED": {
      const startMs = numberAt(window.startColumn);
      return { ...row, windows: [{ startMs, endMs: numberAt(window.endColumn) }] };
    }
    default:
      return { ...row, windows: windowsOf(numberAt(window.timeColumn), window) };
  }
}
