/** Late rows of views: listed, and taken into the windows that were closed without them. */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { LateList, LateWindowRows } from "../../log/dead/late-list.ts";
import type { LogEntry, StreamId } from "../../log/event-log.ts";
import { type CorrectableWindows, correctableWindows } from "../../sql/plan/correctable.ts";
import type { JournalReadings } from "../reading/journal-readings.ts";
import type { CorrectedSpan } from "./correction.ts";
import type { EngineView } from "./engine-queries.ts";
import type { ViewCorrection } from "./view-correction.ts";

export interface LateReplayOptions {
  readonly readings: Pick<JournalReadings, "answer">;
  /** Those that the journal has, by name. */
  readonly streams: ReadonlyMap<string, StreamId>;
  write(entries: readonly LogEntry[]): Promise<unknown>;
  /** What the correction would change now. */
  correction(view: string, spans: readonly CorrectedSpan[]): Promise<ViewCorrection | undefined>;
}

export interface LateReplay extends ViewCorrection {
  /** Late rows behind the last correction. */
  readonly lateRows: number;
  readonly dryRun: boolean;
}

interface LateView {
  readonly lateRows: TableDefinition | undefined;
  readonly windows: CorrectableWindows | undefined;
}

/** So many windows are named in one step. */
const spansMax = 10_000;

export class LateReplays {
  readonly #options: LateReplayOptions;
  readonly #views = new Map<string, LateView>();

  constructor(options: LateReplayOptions) {
    this.#options = options;
  }

  /** These views there are. */
  know(views: readonly EngineView[]): void {
    this.#views.clear();
    for (const { view, plan, lateRows } of views) {
      this.#views.set(view.name, { lateRows, windows: correctableWindows(plan) });
    }
  }

  async list(view: string): Promise<LateList> {
    const late = this.#options.streams.get(this.#views.get(view)?.lateRows?.name ?? "");
    if (late === undefined) return { rows: 0, open: 0, correctedAt: null, windows: [] };
    return this.#options.readings.answer({ kind: "late", view, late });
  }

  async replay(view: string, dryRun: boolean): Promise<LateReplay> {
    const windows = this.#views.get(view)?.windows;
    if (windows === undefined) throw quickwaterError("request.not-correctable", { view });
    const { open: lateRows, windows: of } = await this.list(view);
    const spans = spansOf(of, windows.reachMs).slice(0, spansMax);
    if (spans.length === 0) return { lateRows, rows: [], tooOld: [], dryRun };
    const correction = await this.#options.correction(view, spans);
    if (correction === undefined) throw quickwaterError("request.not-correctable", { view });
    if (!dryRun) {
      const keyed = spans.map((span) => ({ ...span, key: [] }));
      await this.#options.write([{ payload: { kind: "correction", view, windows: keyed } }]);
    }
    return { lateRows, ...correction, dryRun };
  }
}

/** Spans of all windows that the rows belong to, the oldest first; those that overlap are one. */
function spansOf(windows: readonly LateWindowRows[], reachMs: number): readonly CorrectedSpan[] {
  const all = windows.flatMap(({ start, end }) => {
    if (start === null || end === null) return [];
    return [{ startMs: wallMs(start) - reachMs, endMs: wallMs(end) }];
  });
  const merged: { startMs: number; endMs: number }[] = [];
  for (const span of all.sort((left, right) => left.startMs - right.startMs)) {
    const last = merged.at(-1);
    if (last === undefined || span.startMs >= last.endMs) merged.push({ ...span });
    else last.endMs = Math.max(last.endMs, span.endMs);
  }
  return merged;
}

function wallMs(text: string): number {
  return Date.parse(text.endsWith("Z") ? text : `${text}Z`);
}
