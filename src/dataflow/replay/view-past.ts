/** Views as they were, and how their rows came to be: made of the journal again for who asks. */
import type { Catalog } from "../../catalog/catalog.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { StreamId } from "../../log/event-log.ts";
import { fromPosted } from "../../log/journal/posted-error.ts";
import { bindEventChoice } from "../../sql/event-choice.ts";
import { correctableWindows } from "../../sql/plan/correctable.ts";
import type { LogicalPlan } from "../../sql/plan/logical-plan.ts";
import { mapPlan } from "../../sql/plan/map-plan.ts";
import { windowColumnsOf } from "../../sql/plan/traits.ts";
import { LiveView } from "../../views/live-view.ts";
import type { ChangeBatch } from "../../views/view.ts";
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
  /** 0 until it is known. */
  rowCount: number;
}

interface Asked {
  readonly of: EngineView;
  readonly resolve: (live: LiveView | PromiseLike<LiveView>) => void;
  readonly reject: (error: unknown) => void;
}

/** What a page asks for at once is made together. */
const gatheredForMs = 20;
/** Pages of a moment are asked for one after the other, and by everybody who follows a link to it. */
const keptMax = 64;
const keptRowsMax = 200_000;
/** What was written until then may be on its way to the disk. */
const settledMs = 5_000;
const changesMax = 1_000;

export class ViewPast {
  readonly #engine: PastSurroundings;
  readonly #options: ViewPastOptions;
  /** Those that were asked for last, at the end. */
  #kept: readonly KnownPast[] = [];
  /** By moment. */
  readonly #gathered = new Map<number, Asked[]>();

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
    const known = this.#kept.find((each) => each.of === of && each.atMs === atMs);
    if (known !== undefined) {
      this.#kept = [...this.#kept.filter((each) => each !== known), known];
      return known.live;
    }
    const live = new Promise<LiveView>((resolve, reject) => this.#gather(atMs, { of, resolve, reject }));
    if (Date.now() - atMs > settledMs) this.#keep({ of, atMs, live, rowCount: 0 });
    return live;
  }

  /** How the row of the key came to be, up to the moment. */
  async story(name: string, key: string, atMs: number): Promise<RowStory & { readonly sql: string }> {
    const { readings, queries, bounds, streams } = this.#options;
    const running = this.#running(name);
    const { view } = running;
    const window = windowOf(running.plan, view.key, key);
    const plan = window === undefined ? running.plan : withWindow(running.plan, window);
    const stream = streams.get(correctableWindows(running.plan)?.stream ?? "");
    const tables = [...streamsBehind([running], queries())]
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
      corrected: stream === undefined || window === undefined ? undefined : { stream, endMs: window.endMs },
      msMax: bounds.replayMsMax,
    });
    return { ...story, sql: view.statement };
  }

  #gather(atMs: number, asked: Asked): void {
    const gathered = this.#gathered.get(atMs);
    if (gathered !== undefined) return void gathered.push(asked);
    this.#gathered.set(atMs, [asked]);
    setTimeout(() => {
      const all = this.#gathered.get(atMs)!;
      this.#gathered.delete(atMs);
      void this.#make(all, atMs);
    }, gatheredForMs);
  }

  async #make(asked: readonly Asked[], atMs: number): Promise<void> {
    const { readings, queries, bounds } = this.#options;
    // Of one and the same view at the same time there is one answer.
    const views = [...new Set(asked.map(({ of }) => of))];
    const job = { kind: "views-at", views, queries: queries(), atMs, msMax: bounds.replayMsMax } as const;
    try {
      const answers = await readings.answer(job);
      for (const { of, resolve, reject } of asked) {
        const then = answers[views.indexOf(of)]!;
        if ("refused" in then) reject(fromPosted(then.refused));
        else resolve(liveOf(of, then.rows));
      }
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }

  #keep(known: KnownPast): void {
    this.#kept = [...this.#kept, known];
    const isKept = (each: KnownPast) => each !== known;
    known.live.then(
      ({ rowCount }) => {
        known.rowCount = rowCount;
        this.#forget();
      },
      () => {
        this.#kept = this.#kept.filter(isKept);
      },
    );
    this.#forget();
  }

  /** The last one stays, however many rows it has. */
  #forget(): void {
    let rows = 0;
    const from = this.#kept.findLastIndex((each, place) => {
      rows += each.rowCount;
      return place < this.#kept.length - 1 && rows > keptRowsMax;
    });
    this.#kept = this.#kept.slice(Math.max(from + 1, this.#kept.length - keptMax));
  }

  #running(name: string): EngineView {
    const found = this.#options.queries().views.find(({ view }) => view.name === name);
    if (found === undefined) throw quickwaterError("request.unknown-view", { view: name });
    return found;
  }
}

function liveOf({ view }: EngineView, rows: ChangeBatch): LiveView {
  const live = new LiveView(view);
  live.apply(rows);
  return live;
}

interface RowWindow {
  readonly startMs: number;
  readonly endMs: number;
}

/** Undefined where the row's key does not say which window it is of. */
function windowOf(plan: LogicalPlan, key: readonly number[], keyOfRow: string): RowWindow | undefined {
  const columns = windowColumnsOf(plan);
  const cells = JSON.parse(keyOfRow) as readonly unknown[];
  const timeIn = (among: ReadonlySet<number> | undefined) => {
    const place = key.findIndex((column) => among?.has(column));
    return place < 0 ? Number.NaN : Date.parse(String(cells[place]));
  };
  const [startMs, endMs] = [timeIn(columns?.starts), timeIn(columns?.ends)];
  return Number.isNaN(startMs) || Number.isNaN(endMs) ? undefined : { startMs, endMs };
}

/**
 * Of windows that overlap a view shows the one that is next to close: the plan has the row's alone, from its
 * first event on.
 */
function withWindow(plan: LogicalPlan, { startMs, endMs }: RowWindow): LogicalPlan {
  const sizeMs = endMs - startMs;
  return mapPlan(plan, (node) => {
    const isWindowed = node.kind === "WindowAggregate" || node.kind === "AssignWindows";
    if (!isWindowed || (node.window.kind !== "HOP" && node.window.kind !== "CUMULATE")) return node;
    const offsetMs = ((startMs % sizeMs) + sizeMs) % sizeMs;
    return { ...node, window: { ...node.window, kind: "TUMBLE", sizeMs, stepMs: sizeMs, offsetMs } };
  });
}
