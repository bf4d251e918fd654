/**
 * Where simulated events come from. A source is asked for what goes out up to an instant; what it answers
 * depends on its description, seed and start, never on how often or for how much it is asked.
 */
export interface EventSource {
  readonly streams: readonly string[];
  /** How many events it could not make because too much was going on; see `liveJourneysMax`. */
  readonly notStarted: number;
  /** Adds what goes out up to the instant, or a little more than fills the box to `countMax`, in order. */
  run(untilMs: number, countMax: number, out: Outbox): void;
  /** As many events a second, from the instant on up to which all was asked for. */
  setRate(rate: number): void;
}

/** Events in the order in which they go out: one line of JSON each, and the number of its stream. */
export class Outbox {
  readonly lines: string[] = [];
  readonly streams: number[] = [];
  /** When each goes out; a late event says an earlier time itself. */
  readonly times: number[] = [];

  get count(): number {
    return this.lines.length;
  }

  add(stream: number, line: string, timeMs: number): void {
    this.lines.push(line);
    this.streams.push(stream);
    this.times.push(timeMs);
  }

  clear(): void {
    this.lines.length = 0;
    this.streams.length = 0;
    this.times.length = 0;
  }
}
