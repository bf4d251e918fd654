/** Which late events a correction took into a row: those of its window that have the row's key. */
import type { ExplainedChange } from "../../../src/serving/explanation.ts";
import type { WireValue } from "../../../src/serving/protocol.ts";
import { textOf } from "../data/cells.ts";

type AnyRow = Readonly<Record<string, WireValue>>;

export interface LateEvent {
  readonly id: string;
  readonly cameMs: number;
  readonly lateByMs: number;
  readonly stream: string;
  /** As it was sent. */
  readonly json: string;
}

export interface LateEvents {
  readonly events: readonly LateEvent[];
  /** Events do not say of which key they are: all that came late for the window are told. */
  readonly ofWindow: boolean;
}

/** What has a field of the name of a key's column has to have the row's value there. */
export function lateEvents(
  late: NonNullable<ExplainedChange<AnyRow>["late"]>,
  row: AnyRow | null,
  keyNames: readonly string[],
): LateEvents {
  const isOfRow = (event: AnyRow) =>
    keyNames.every((name) => !(name in event) || row === null || isSame(event[name], row[name]));
  const own = late.filter(({ event }) => isOfRow(event.event));
  const ofWindow = own.length === 0 && late.length > 0;
  const events = (ofWindow ? late : own).map(({ lateByMs, event }) => ({
    id: event.id,
    cameMs: Date.parse(event.appendedAt),
    lateByMs,
    stream: event.stream,
    json: JSON.stringify(event.event, null, 2),
  }));
  return { events, ofWindow };
}

function isSame(one: WireValue | undefined, other: WireValue | undefined): boolean {
  return textOf(one ?? null) === textOf(other ?? null);
}
