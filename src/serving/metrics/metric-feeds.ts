/** The metrics that there are, each with its points, and everybody who is told of their changes. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import type { ViewDirectory } from "../view-directory.ts";
import { type Aggregator, aggregatorOf } from "./aggregates.ts";
import type { MetricSpec } from "./metric.ts";
import { keptMs, MetricPoints, type Point } from "./metric-points.ts";

export type FeedListener = (metric: MetricPoints, points: readonly Point[], step: number) => void;

export class MetricFeeds {
  readonly #views: ViewDirectory;
  readonly #listeners = new Set<FeedListener>();
  #specs: readonly MetricSpec[] = [];
  #points = new Map<string, MetricPoints>();
  #state: { readonly versions: string; readonly minute: number; readonly text: string } | undefined;

  constructor(views: ViewDirectory, metrics: readonly MetricSpec[]) {
    this.#views = views;
    this.replace(metrics);
  }

  /** Whoever listens goes on; views that took the place of others are found again. */
  replace(metrics: readonly MetricSpec[]): void {
    for (const points of this.#points.values()) points.end();
    this.#specs = metrics;
    this.#points = new Map();
    this.#state = undefined;
    for (const spec of metrics) {
      const view = this.#views.view(spec.view);
      if (view === undefined) continue;
      const metric: MetricPoints = new MetricPoints(spec, view, (points, step) => {
        for (const listener of this.#listeners) listener(metric, points, step);
      });
      this.#points.set(spec.name, metric);
    }
  }

  listen(listener: FeedListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @throws QuickwaterError `live.bad-message` where there is none of the name. */
  refuseUnknown(name: string): void {
    const names = this.#specs.map((spec) => spec.name);
    if (names.includes(name)) return;
    const details = { suggestion: closestName(name, names) };
    throw quickwaterError(
      "live.bad-message",
      { problem: `there is no metric ${name.slice(0, 100)}` },
      details,
    );
  }

  /** Points of the last seconds, the oldest first; with the step as of which they are. */
  history(name: string, seconds: number): { readonly points: readonly Point[]; readonly step: number } {
    const metric = this.#points.get(name);
    const nowMs = Date.now();
    const fromMs = nowMs - Math.min(seconds * 1_000, keptMs);
    return { points: metric?.between(fromMs, nowMs) ?? [], step: metric?.view.stepNumber ?? 0 };
  }

  /** What is usual of each, as JSON: of the day up to now, looked at anew each minute. */
  stateText(): string {
    const minute = Math.floor(Date.now() / 60_000);
    const versions = Array.from(this.#points.values(), ({ view }) => view.version).join(" ");
    if (this.#state?.versions !== versions || this.#state.minute !== minute) {
      const known = Array.from(this.#points.keys(), (name): [string, Aggregator | undefined] => [
        `${name}:aggregator`,
        aggregatorOf(this.history(name, keptMs / 1_000).points),
      ]);
      const text = JSON.stringify(
        Object.fromEntries(known.filter(([, aggregator]) => aggregator !== undefined)),
      );
      this.#state = { versions, minute, text };
    }
    return this.#state.text;
  }
}
