/**
 * Who sends events and waits until a view has taken them: they are told which rows of it changed since then.
 * Events of others that come in between are among what changed them; nothing of their own is left out.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { LiveView } from "../../views/live-view.ts";
import type { ChangeBatch, ViewRow } from "../../views/view.ts";
import type { EngineClient } from "./engine-client.ts";
import { type EngineQueries, streamsBehind } from "./engine-queries.ts";

export interface WaitSurroundings {
  /** Throws where there is none of the name. */
  readonly view: (name: string) => LiveView;
  readonly queries: () => EngineQueries;
  readonly dataflow: () => Pick<EngineClient, "ask">;
  /** The last step that is on disk. */
  readonly lastStep: () => number;
}

export interface WaitAnswer {
  /** Whether the view has taken the events. */
  readonly isTaken: boolean;
  /** Why it has not, in a sentence. */
  readonly why: string | undefined;
  /** Rows are told that changed behind the first step, up to the second. */
  readonly fromStep: number;
  readonly step: number;
  /** As they are now. */
  readonly rows: readonly ViewRow[];
  readonly removedKeys: readonly string[];
}

/** Who waits keeps a connection, and the keys of rows that change. */
const waitsMax = 1_000;

export class ViewWaits {
  readonly #surroundings: WaitSurroundings;
  #count = 0;

  constructor(surroundings: WaitSurroundings) {
    this.#surroundings = surroundings;
  }

  /**
   * To be called before the events are sent, and ended whatever becomes of them.
   *
   * @throws QuickwaterError where there is no such view, it does not read the stream, or too many wait.
   */
  begin(stream: string, view: string): ViewWait {
    const live = this.#surroundings.view(view);
    const queries = this.#surroundings.queries();
    const own = queries.views.filter((each) => each.view.name === view);
    if (!streamsBehind(own, queries).has(stream))
      throw quickwaterError("request.view-of-others", { view, stream });
    if (this.#count >= waitsMax) throw quickwaterError("request.too-many-waits", { limit: waitsMax });
    this.#count++;
    return new ViewWait(live, this.#surroundings, () => this.#count--);
  }
}

export class ViewWait {
  readonly #live: LiveView;
  readonly #surroundings: WaitSurroundings;
  readonly #onEnd: () => void;
  readonly #fromStep: number;
  readonly #changed = new Set<string>();
  readonly #removed = new Set<string>();
  readonly #unlisten: () => void;

  constructor(live: LiveView, surroundings: WaitSurroundings, onEnd: () => void) {
    this.#live = live;
    this.#surroundings = surroundings;
    this.#onEnd = onEnd;
    this.#fromStep = surroundings.lastStep();
    this.#unlisten = live.listen((batch) => this.#take(batch));
  }

  get view(): LiveView {
    return this.#live;
  }

  /** Resolves when the view has taken what is on disk now, or cannot, or the time is up. */
  async taken(msMax: number): Promise<WaitAnswer> {
    const { dataflow, lastStep } = this.#surroundings;
    const step = lastStep();
    const stopped = Promise.withResolvers<string>();
    const unlisten = this.#live.listenForStop(stopped.resolve);
    const late = Promise.withResolvers<string>();
    const timer = setTimeout(() => late.resolve(`It has not taken them within ${msMax} ms.`), msMax);
    try {
      if (this.#live.failure !== undefined) return this.#answer(this.#live.failure);
      const reached = dataflow()
        .ask({ kind: "taken", view: this.#live.schema.name, step })
        .then(
          () => undefined,
          (error: Error) => error.message,
        );
      return this.#answer(await Promise.race([reached, stopped.promise, late.promise]));
    } finally {
      clearTimeout(timer);
      unlisten();
    }
  }

  end(): void {
    this.#unlisten();
    this.#onEnd();
  }

  #take({ stepNumber, upserts, removedKeys, replaces }: ChangeBatch): void {
    if (replaces !== undefined) this.#changed.clear();
    // What was taken before the events were sent was on its way.
    if (stepNumber <= this.#fromStep) return;
    for (const key of removedKeys) {
      this.#changed.delete(key);
      this.#removed.add(key);
    }
    for (const { key } of upserts) {
      this.#removed.delete(key);
      this.#changed.add(key);
    }
  }

  #answer(why: string | undefined): WaitAnswer {
    return {
      isTaken: why === undefined,
      why,
      fromStep: this.#fromStep,
      step: this.#live.stepNumber,
      rows: [...this.#changed].map((key) => this.#live.row(key)!),
      removedKeys: [...this.#removed],
    };
  }
}
