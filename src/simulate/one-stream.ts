/** One stream of a source alone: the others happen all the same, and nobody sees them. */
import { type EventSource, Outbox } from "./event-source.ts";

const askedAtOnce = 256;

export class OneStream implements EventSource {
  readonly streams: readonly string[];
  readonly #source: EventSource;
  readonly #stream: number;
  readonly #all = new Outbox();

  constructor(source: EventSource, stream: string) {
    this.streams = [stream];
    this.#source = source;
    this.#stream = source.streams.indexOf(stream);
  }

  get notStarted(): number {
    return this.#source.notStarted;
  }

  setRate(rate: number): void {
    this.#source.setRate(rate);
  }

  run(untilMs: number, countMax: number, out: Outbox): void {
    const { lines, streams, times } = this.#all;
    while (out.count < countMax) {
      this.#source.run(untilMs, askedAtOnce, this.#all);
      if (lines.length === 0) return;
      for (let at = 0; at < lines.length; at++) {
        if (streams[at] === this.#stream) out.add(0, lines[at]!, times[at]!);
      }
      this.#all.clear();
    }
  }
}
