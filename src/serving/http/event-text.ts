/** Events of the log as JSON. */
import { formatInstantMs } from "../../values/timestamp.ts";

export interface StoredEvent {
  readonly step: number;
  readonly row: number;
  readonly appendedAtMs: number;
  readonly eventTimeMs: number | undefined;
  readonly kind: "insert" | "delete";
  /** As it was received. */
  readonly text: string;
}

export function shownEvent({ step, row, appendedAtMs, eventTimeMs, kind }: StoredEvent) {
  return {
    id: `${step}-${row}`,
    step,
    row,
    appendedAt: formatInstantMs(appendedAtMs),
    eventTime: eventTimeMs === undefined ? null : formatInstantMs(eventTimeMs),
    kind,
  };
}

/** Numbers keep the digits that they were written with. */
export function withEvent(shown: object, event: string): string {
  return withMember(shown, "event", event);
}

/** An object with one more member, which is JSON already. */
export function withMember(shown: object, name: string, json: string): string {
  return `${JSON.stringify(shown).slice(0, -1)},${JSON.stringify(name)}:${json}}`;
}
