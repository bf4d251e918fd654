/** The views that there are, by name; a view that is new comes with its first batch. */
import { quickwaterError } from "../errors/quickwater-error.ts";
import { closestName } from "../errors/suggest.ts";
import { LiveView } from "./live-view.ts";
import type { ChangeBatch, Making, ViewSchema } from "./view.ts";

export class LiveViews {
  readonly #views = new Map<string, LiveView>();

  constructor(schemas: readonly ViewSchema[]) {
    for (const schema of schemas) this.#views.set(schema.name, new LiveView(schema));
  }

  get(name: string): LiveView | undefined {
    return this.#views.get(name);
  }

  all(): readonly LiveView[] {
    return [...this.#views.values()];
  }

  /** Throws where there is none of the name. */
  named(name: string): LiveView {
    const live = this.#views.get(name);
    if (live !== undefined) return live;
    const suggestion = closestName(name, this.#views.keys());
    throw quickwaterError("request.unknown-view", { view: name }, { suggestion });
  }

  apply(batch: ChangeBatch): void {
    const { view: name, replaces } = batch;
    const live = this.#views.get(name) ?? (replaces && new LiveView(replaces));
    if (live === undefined) return;
    live.apply(batch);
    this.#views.set(name, live);
  }

  /** Which are being made, and how far that is. */
  tellMaking(makingOf: (name: string) => Making | undefined): void {
    for (const [name, live] of this.#views) live.making = makingOf(name);
  }

  /** The others are no more; one that goes on as it is may be told in another time zone. */
  keep(schemas: readonly ViewSchema[]): void {
    const kept = new Map(schemas.map((schema) => [schema.name, schema]));
    for (const [name, live] of this.#views) {
      const schema = kept.get(name);
      if (schema !== undefined) {
        live.tellIn(schema.timeZone);
        continue;
      }
      this.#views.delete(name);
      live.stop("The view was dropped.");
    }
  }
}
