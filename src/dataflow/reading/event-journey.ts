/**
 * What became of an event in one query: told of the plan, the event itself and what journal and engine say.
 * What cannot be known of these is `unknown`, with the reason.
 */
import { wallWatermark, zoneNamed } from "../../functions/scalar/zones.ts";
import type { LogicalPlan } from "../../sql/plan/logical-plan.ts";
import { isOnWallClock } from "../../sql/plan/wall-clock.ts";
import { formatInstantMs } from "../../values/timestamp.ts";
import { toldMs } from "../../views/told-rows.ts";
import { type EventFlow, type FlowWindow, flowsOf } from "./event-flow.ts";
import type { LateRow, StoredEvent } from "./stored-event.ts";

/**
 *   taken     it is in what the query shows, or in what it keeps
 *   filtered  a condition left it out
 *   late      it came behind the watermark; it is a row of `<query>$late`
 *   waiting   it was not read yet, or the watermark has not passed what it belongs to
 *   unknown   it cannot be told, and `why` says for what reason
 */
export type EventStatus = "taken" | "filtered" | "late" | "waiting" | "unknown";

export interface JourneyWindow {
  readonly start: string;
  readonly end: string;
  /** Null where it is not known. */
  readonly isOpen: boolean | null;
}

export interface EventFate {
  readonly status: EventStatus;
  /** In a sentence, where the status alone does not say it. */
  readonly why: string | null;
  /** Of the condition that left it out, what it did not fulfil. */
  readonly predicate: string | null;
  /** Those that it belongs to, the first of them at least; `windowCount` is how many there are. */
  readonly windows: readonly JourneyWindow[];
  readonly windowCount: number;
}

/** A query that reads the event's stream, and how far it is. */
export interface JourneyQuery {
  readonly plan: LogicalPlan;
  readonly stream: string;
  /** Why it was stopped; undefined where it runs. */
  readonly failure: string | undefined;
  /** Whether the engine has passed the event; undefined where that is not known. */
  readonly isRead: boolean | undefined;
  /** Undefined where there is none yet; "untold" of a query that shows none. */
  readonly watermarkMs: number | "untold" | undefined;
  /** Whose wall clock its windows are told by. */
  readonly timeZone: string;
  /** What its relation of late rows has of the event. */
  readonly late: "none kept" | "unread" | readonly LateRow[];
}

const windowsShownMax = 100;

export function fateOf(query: JourneyQuery, event: StoredEvent): EventFate {
  const { late } = query;
  if (typeof late === "object" && late.length > 0) return lateFate(late, query);
  if (query.failure !== undefined) return fate("unknown", `The query was stopped: ${query.failure}`);
  if (query.isRead === false) return fate("waiting", "The query has not read it yet.");
  const found = flowsOf(query.plan, query.stream, event);
  const taken = found.find((flow) => flow.kind === "taken");
  const unknown = found.find((flow) => flow.kind === "unknown");
  const filtered = found.find((flow) => flow.kind === "filtered");
  if (taken === undefined && unknown === undefined && filtered !== undefined)
    return { ...fate("filtered", null), predicate: filtered.predicate };
  if (taken === undefined) return fate("unknown", unknown?.why ?? "The query does not read it by itself.");
  if (query.isRead === undefined) return fate("unknown", "How far the query is, is not known.");
  if (late === "unread") {
    const why = "Its conditions let it pass; its late rows could not be read to their end in time.";
    return fate("unknown", why);
  }
  return takenFate(taken, query, event);
}

function fate(status: EventStatus, why: string | null): EventFate {
  return { status, why, predicate: null, windows: [], windowCount: 0 };
}

function lateFate(rows: readonly LateRow[], { timeZone }: JourneyQuery): EventFate {
  const shown = (text: string) => shownTime(text, timeZone);
  const windows = rows.flatMap(({ late_window_start: start, late_window_end: end }) =>
    start === null || end === null ? [] : [{ start: shown(start), end: shown(end), isOpen: false }],
  );
  const [{ late_by_ms: ms, late_watermark: watermark }] = rows as readonly [LateRow];
  const why = `It came ${ms} ms behind the watermark, which was ${shown(watermark)}.`;
  return { ...fate("late", why), windows, windowCount: windows.length };
}

/** In the log a TIMESTAMP is a wall clock, without a zone. */
function shownTime(text: string, timeZone: string): string {
  if (text.endsWith("Z")) return formatInstantMs(Date.parse(text));
  return formatInstantMs(toldMs(Date.parse(`${text}Z`), timeZone));
}

function takenFate(
  flow: Extract<EventFlow, { readonly kind: "taken" }>,
  query: JourneyQuery,
  event: StoredEvent,
): EventFate {
  const { stage } = flow;
  const all = flow.rows.flatMap(({ windows }) => windows);
  if (stage?.kind === "WindowAggregate" && stage.window.kind !== "SESSION")
    return windowedFate(distinct(all), flow.zone, query);
  const told = { ...fate("taken", null), ...shownWindows(distinct(all), flow.zone, query) };
  const { watermarkMs } = query;
  if (flow.isUntimed || event.eventTimeMs === undefined || !waitsForTime(stage)) return told;
  if (watermarkMs === "untold") return { ...told, why: "Whether its time has come there is not known here." };
  if (watermarkMs !== undefined && watermarkMs >= event.eventTimeMs) return told;
  return { ...told, status: "waiting", why: `${behind(query)} has not passed its time.` };
}

/** Stages that give a row on, or join it, when the watermark has passed it. */
function waitsForTime(stage: LogicalPlan | undefined): boolean {
  switch (stage?.kind) {
    case "Sort":
      return stage.method === "time";
    case "Rank":
      return stage.method === "keep-first" || stage.method === "window";
    case "Join":
      return stage.method.kind === "temporal" || stage.method.kind === "window";
    case "AssignWindows":
    case "WindowAggregate":
    case "Over":
      return true;
    default:
      return false;
  }
}

function windowedFate(
  windows: readonly FlowWindow[],
  zone: string | undefined,
  query: JourneyQuery,
): EventFate {
  if (windows.length === 0) return fate("filtered", "Its time is in no window.");
  const told = { ...fate("taken", null), ...shownWindows(windows, zone, query) };
  if (query.watermarkMs === "untold")
    return { ...told, why: "Whether its window is closed is not known here." };
  const open = windows.findLast((window) => isOpen(window, zone, query));
  if (open === undefined) return told;
  const end = formatInstantMs(toldMs(open.endMs, query.timeZone));
  const why = `${behind(query)} has not reached ${end}, where its window closes.`;
  return { ...told, status: "waiting", why };
}

function behind({ plan, watermarkMs, timeZone }: JourneyQuery): string {
  if (typeof watermarkMs !== "number" || !Number.isFinite(watermarkMs))
    return "The watermark, of which there is none yet,";
  const passedMs = isOnWallClock(plan) ? toldMs(watermarkMs, timeZone) : watermarkMs;
  return `The watermark, ${formatInstantMs(passedMs)},`;
}

function shownWindows(windows: readonly FlowWindow[], zone: string | undefined, query: JourneyQuery) {
  const shownOnes = windows.slice(0, windowsShownMax).map(
    (window): JourneyWindow => ({
      start: formatInstantMs(toldMs(window.startMs, query.timeZone)),
      end: formatInstantMs(toldMs(window.endMs, query.timeZone)),
      isOpen: query.watermarkMs === "untold" ? null : isOpen(window, zone, query),
    }),
  );
  return { windows: shownOnes, windowCount: windows.length };
}

/** A window closes when the watermark has reached its last millisecond. */
function isOpen({ endMs }: FlowWindow, zone: string | undefined, { watermarkMs }: JourneyQuery): boolean {
  if (typeof watermarkMs !== "number") return true;
  const of = zone === undefined ? undefined : zoneNamed(zone);
  const passedMs = of === undefined ? watermarkMs : wallWatermark(of, watermarkMs);
  return passedMs < endMs - 1;
}

function distinct(windows: readonly FlowWindow[]): readonly FlowWindow[] {
  return [...new Map(windows.map((window) => [`${window.startMs} ${window.endMs}`, window])).values()];
}
