/** Views as they were, and how their rows came to be: made of the journal again for who asks. */
import type { Catalog } from "../../catalog/catalog.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { StreamId } from "../../log/event-log.ts";
import { bindEventChoice } from "../../sql/event-choice.ts";
import type { LogicalPlan } from "../../sql/plan/logical-plan.ts";
import { mapPlan } from "../../sql/plan/map-plan.ts";
import { windowColumnsOf } from "../../sql/plan/traits.ts";
import { LiveView } from "../../views/live-view.ts";
import type { JournalReadings } from "../reading/journal-readings.ts";
import { type EngineQueries, type EngineView, streamsBehind } from "../runtime/engine-queries.ts";
import type { QuerySettings } from "../runtime/query-messages.ts";
import type { RowStory } from "./row-story.ts";

/** What is seen of the engine. */
export interface PastSurroundings {
  readonly catalog: Catalog;
  readonly timeZone: string;
}

export interface ViewPastOptions {
  readonly readings: Pick<JournalReadings, "answer">;
  /** Those that the journal has, by name. */
  readonly streams: ReadonlyMap<string, StreamId>;
  /** Those of queries hold here too. */
  readonly bounds: QuerySettings;
  readonly queries: () => EngineQueries;
}

interface KnownPast {
  readonly of: EngineView;
  readonly atMs: number;
  readonly live: Promise<LiveView>;
}

const keptMax = 4;
/** What was written until then may be on its way to the disk. */
const settledMs = 5_000;
const changesMax = 1_000;

export class ViewPast {
  readonly #engine: PastSurroundings;
  readonly #options: ViewPastOptions;
  /** Those that were asked for last, at the end. */
  #kept: readonly KnownPast[] = [];

  constructor(engine: PastSurroundings, options: ViewPastOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  /**
   * The view as it was: by its query of today.
   *
   * @throws QuickwaterError where that is not known, or would take too long.
   */
  async at(name: string, atMs: number): Promise<LiveView> {
    const of = this.#running(name);
    this.#refuseFuture(atMs);
    const known = this.#kept.find((each) => each.of === of && each.atMs === atMs);
    if (known !== undefined) return known.live;
    const live = this.#made(of, atMs);
    if (Date.now() - atMs > settledMs) this.#keep({ of, atMs, live });
    return live;
  }

  /** How the row of the key came to be, up to the moment. */
  async story(name: string, key: string, atMs: number): Promise<RowStory & { readonly sql: string }> {
    const { readings, queries, bounds, streams } = this.#options;
    const { view, ...running } = this.#running(name);
    this.#refuseFuture(atMs);
    const plan = withWindowOf(running.plan, view.key, key);
    const tables = [...streamsBehind([{ view, ...running }], queries())]
      .map((stream) => this.#engine.catalog.table(stream))
      .filter((table) => table !== undefined);
    const story = await readings.answer({
      kind: "row-story",
      view: { ...running, view: { ...view, emit: "changes" }, plan },
      queries: queries(),
      key,
      atMs,
      streams: tables.flatMap((table) => {
        const id = streams.get(table.name);
        const choice = bindEventChoice(table, undefined, this.#engine.timeZone);
        return id === undefined ? [] : [{ name: table.name, id, choice }];
      }),
      changesMax,
      msMax: bounds.runMsMax,
    });
    return { ...story, sql: view.statement };
  }

  async #made(of: EngineView, atMs: number): Promise<LiveView> {
    const { readings, queries, bounds } = this.#options;
    const asked = { kind: "view-at", view: of, queries: queries(), atMs, msMax: bounds.runMsMax } as const;
    const batch = await readings.answer(asked);
    const live = new LiveView(of.view);
    live.apply(batch);
    return live;
  }

  #keep(known: KnownPast): void {
    this.#kept = [...this.#kept, known].slice(-keptMax);
    known.live.catch(() => {
      this.#kept = this.#kept.filter((each) => each !== known);
    });
  }

  #running(name: string): EngineView {
    const found = this.#options.queries().views.find(({ view }) => view.name === name);
    if (found === undefined) throw quickwaterError("request.unknown-view", { view: name });
    return found;
  }

  #refuseFuture(atMs: number): void {
    if (atMs <= Date.now()) return;
    throw quickwaterError("request.bad-parameter", { name: "at", expected: "be a moment that has passed" });
  }
}

/**
 * Of windows that overlap a view shows the one that is next to close. Where the key says which window the row
 * is of, the plan has that one alone, from its first event on.
 */
function withWindowOf(plan: LogicalPlan, key: readonly number[], keyOfRow: string): LogicalPlan {
  const columns = windowColumnsOf(plan);
  const cells = JSON.parse(keyOfRow) as readonly unknown[];
  const timeIn = (among: ReadonlySet<number> | undefined) => {
    const place = key.findIndex((column) => among?.has(column));
    return place < 0 ? Number.NaN : Date.parse(String(cells[place]));
  };
  const [startMs, endMs] = [timeIn(columns?.starts), timeIn(columns?.ends)];
  if (Number.isNaN(startMs) || Number.isNaN(endMs)) return plan;
  const sizeMs = endMs - startMs;
  return mapPlan(plan, (node) => {
    const isWindowed = node.kind === "WindowAggregate" || node.kind === "AssignWindows";
    if (!isWindowed || (node.window.kind !== "HOP" && node.window.kind !== "CUMULATE")) return node;
    const offsetMs = ((startMs % sizeMs) + sizeMs) % sizeMs;
    return { ...node, window: { ...node.window, kind: "TUMBLE", sizeMs, stepMs: sizeMs, offsetMs } };
  });
}
