/**
 * Views made of the journal once more, beside those that run and up to whatever step is wanted: what they
 * showed then. It comes to the same as it did, because only steps and their order count.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { EventLogReader, Step } from "../../log/event-log.ts";
import type { ChangeBatch } from "../../views/view.ts";
import type { LateRows } from "../operators/operator.ts";
import { defaultPipelineOptions } from "../physical/build-pipeline.ts";
import { type EngineQueries, type EngineView, streamsBehind } from "../runtime/engine-queries.ts";
import { QuerySet } from "../runtime/query-set.ts";
import { StepOrigin } from "../runtime/step-origin.ts";

/** Plain data. */
export interface ReplayedViews {
  readonly views: readonly EngineView[];
  /** All that run: what writes the streams that the view reads is among them. */
  readonly queries: EngineQueries;
}

export class ViewReplay {
  readonly #of: ReplayedViews;
  readonly #set: QuerySet;
  readonly #failures = new Map<string, unknown>();

  /** `lateRows` is told of rows that come too late for one of the views. */
  constructor(of: ReplayedViews, openReader: () => EventLogReader, lateRows?: LateRows) {
    const { views, queries } = of;
    const own = { views, inserts: [] };
    this.#of = of;
    this.#set = new QuerySet({
      pipelines: defaultPipelineOptions,
      origin: new StepOrigin(),
      openReader,
      events: {
        onFailure: (name, error) => void this.#failures.set(name, error),
        onRows: () => {},
        onNotice: () => {},
      },
      lateRows,
    });
    this.#set.makeWritten(own, queries);
    this.#set.start(own, () => undefined);
    this.#set.giveValues();
  }

  take(step: Step): void {
    this.#set.take(step);
  }

  /**
   * What changed in the view since the last call; undefined where nothing can have.
   *
   * @throws QuickwaterError where it was stopped.
   */
  changes(name: string, step: number): ChangeBatch | undefined {
    const batch = this.#set.takeChanges(name, step);
    if (!this.#failures.has(name)) return batch;
    const failure = this.#failures.get(name);
    const reason = failure instanceof Error ? failure.message : String(failure);
    throw quickwaterError("request.query-failed", { reason: reason.replace(/\.$/, "") });
  }

  /** Streams of which rows were gone when their turn came: the view may have had others of them. */
  streamsWithGaps(view: EngineView): readonly string[] {
    const behind = streamsBehind([view], this.#of.queries);
    return this.#set.streamsWithGaps.filter((stream) => behind.has(stream));
  }
}
