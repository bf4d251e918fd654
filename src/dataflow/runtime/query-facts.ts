/** How far a query is: what the engine knows of its streams and stages, as plain data for main. */
import { tablesOf } from "../../sql/plan/map-plan.ts";
import { isOnWallClock } from "../../sql/plan/wall-clock.ts";
import type { LiveTable } from "../../views/live-table.ts";
import { toldMs } from "../../views/told-rows.ts";
import { ComputedWatermarkOperator } from "../operators/computed-watermark.ts";
import type { Pipeline } from "../physical/build-pipeline.ts";
import type { WatermarkFacts } from "../time/source-watermark.ts";
import { type StageFacts, stageFacts } from "./stage-facts.ts";
import type { StreamGraph } from "./stream-graph.ts";

/** Times are instants, as the views tell those that are wall clocks. */
export interface StreamFacts extends Omit<WatermarkFacts, "delayMs" | "idleTimeoutMs"> {
  readonly stream: string;
  /** Undefined of a stream without event time. */
  readonly delayMs: number | undefined;
  readonly idleTimeoutMs: number | undefined;
}

export interface QueryFacts {
  readonly stepNumber: number;
  readonly streams: readonly StreamFacts[];
  /** In order from the streams to the result; those of each query that writes a stream behind each other. */
  readonly stages: readonly StageFacts[];
  /** Append time of the step that changed the view last; undefined where that is not known. */
  readonly changedAtMs: number | undefined;
}

const untimed = { delayMs: undefined, idleTimeoutMs: undefined };

/** A query that runs. */
export interface FactSource {
  readonly pipeline: Pipeline;
  /** What the query was bound in. */
  readonly timeZone: string;
  readonly streams: readonly string[];
  readonly table?: LiveTable | undefined;
}

/** Of a view, or of all queries that write one stream. */
export function queryFacts(
  queries: readonly FactSource[],
  { sources }: StreamGraph,
  takesFirst: boolean,
): Omit<QueryFacts, "stepNumber"> {
  const stages: StageFacts[] = [];
  for (const query of queries) stages.push(...stageFacts(query, takesFirst, stages.length));
  const streams = [...new Set(queries.flatMap((query) => query.streams))].flatMap((stream) => {
    const source = sources.get(stream);
    if (source === undefined) return [];
    const computed = queries.map(({ pipeline }) => computedTimeOf(pipeline, stream)).find(Boolean);
    const facts = computed ?? source.watermark.facts;
    const query = queries.find(({ pipeline }) => hasWallClock(pipeline, stream));
    const { delayMs, idleTimeoutMs, ...known } = query === undefined ? facts : inInstants(facts, query);
    const isTimed = computed !== undefined || source.options.watermark !== undefined;
    return [{ stream, ...known, ...(isTimed ? { delayMs, idleTimeoutMs } : untimed) }];
  });
  const given = queries.flatMap(({ pipeline }) => pipeline.gauges.at(-1)?.lastRowAtMs ?? []);
  const changed = queries.flatMap(({ table }) => table?.changedAtMs ?? []);
  const all = [...given, ...changed];
  return { streams, stages, changedAtMs: all.length === 0 ? undefined : Math.max(...all) };
}

/** Whether the stream's event time is a TIMESTAMP. */
function hasWallClock({ gauges }: Pipeline, stream: string): boolean {
  return gauges.some(({ node }) => {
    const isItsTime = node.kind === "Scan" || (node.kind === "AssignTime" && node.time.kind === "event");
    return isItsTime && tablesOf(node).includes(stream) && isOnWallClock(node);
  });
}

function inInstants(facts: WatermarkFacts, { timeZone }: FactSource): WatermarkFacts {
  const told = (ms: number | undefined) => (ms === undefined ? undefined : toldMs(ms, timeZone));
  const partitions = facts.partitions.map((each) => {
    return { ...each, eventTimeMs: told(each.eventTimeMs), watermarkMs: told(each.watermarkMs) };
  });
  return { ...facts, watermarkMs: told(facts.watermarkMs), partitions };
}

/** Where a stream's event time is computed, its watermark is judged in each query. */
function computedTimeOf({ operators, gauges }: Pipeline, stream: string): WatermarkFacts | undefined {
  for (const [place, operator] of operators.entries()) {
    if (!(operator instanceof ComputedWatermarkOperator)) continue;
    if (tablesOf(gauges[place]!.node).includes(stream)) return operator.time;
  }
  return undefined;
}
