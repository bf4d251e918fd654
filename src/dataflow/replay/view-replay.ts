/**
 * A view made of the journal once more, beside the one that runs and up to whatever step is wanted: what it
 * showed then. It comes to the same as it did, because only steps and their order count.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { EventLogReader, Step } from "../../log/event-log.ts";
import type { ChangeBatch } from "../../views/view.ts";
import { defaultPipelineOptions } from "../physical/build-pipeline.ts";
import type { EngineQueries, EngineView } from "../runtime/engine-queries.ts";
import { QuerySet } from "../runtime/query-set.ts";
import { StepOrigin } from "../runtime/step-origin.ts";

/** Plain data. */
export interface ReplayedView {
  readonly view: EngineView;
  /** All that run: what writes the streams that the view reads is among them. */
  readonly queries: EngineQueries;
}

export class ViewReplay {
  readonly #name: string;
  readonly #set: QuerySet;
  #failure: unknown;

  constructor({ view, queries }: ReplayedView, openReader: () => EventLogReader) {
    const own = { views: [view], inserts: [] };
    this.#name = view.view.name;
    this.#set = new QuerySet({
      pipelines: defaultPipelineOptions,
      origin: new StepOrigin(),
      openReader,
      events: {
        onFailure: (_, error) => {
          this.#failure ??= error;
        },
        onRows: () => {},
        onNotice: () => {},
      },
    });
    this.#set.makeWritten(own, queries);
    this.#set.start(own, () => undefined);
    this.#set.giveValues();
  }

  /** Throws where the view was stopped there. */
  take(step: Step): void {
    this.#set.take(step);
    if (this.#failure === undefined) return;
    const reason = this.#failure instanceof Error ? this.#failure.message : String(this.#failure);
    throw quickwaterError("request.query-failed", { reason: reason.replace(/\.$/, "") });
  }

  /** What changed since the last call; undefined where nothing can have. */
  changes(step: number): ChangeBatch | undefined {
    return this.#set.takeChanges(this.#name, step);
  }

  /** Streams of which rows were gone when their turn came: the view may have had others of them. */
  get streamsWithGaps(): readonly string[] {
    return this.#set.streamsWithGaps;
  }
}
