/** Which late events a correction took into a row: those of its window and key, since the one before. */
import type { EventsAnswer } from "../../../src/serving/answers.ts";
import type { WireValue } from "../../../src/serving/protocol.ts";
import { textOf } from "../data/cells.ts";
import { quotedName, timestampLiteral } from "../data/sql.ts";

type AnyRow = Readonly<Record<string, WireValue>>;

export interface LateQuestion {
  /** `<view>$late`. */
  readonly stream: string;
  readonly where: string;
}

/** The row as the correction left it; `step` is that of the correction, `sinceStep` of the one before. */
export function lateQuestion(
  view: string,
  row: AnyRow | null,
  step: number,
  sinceStep: number,
): LateQuestion {
  const end = row?.window_end;
  // Both are on the wall clock that the query makes its windows on.
  const window = typeof end === "string" ? timestampLiteral(end, "TIMESTAMP(3)") : undefined;
  const place = quotedName("$step");
  const terms = [`${place} > ${sinceStep}`, `${place} < ${step}`];
  return {
    stream: `${view}$late`,
    where: [...terms, ...(window === undefined ? [] : [`late_window_end = ${window}`])].join(" AND "),
  };
}

export interface LateEvent {
  readonly id: string;
  readonly cameMs: number;
  /** How far behind the watermark; undefined where it is not told. */
  readonly lateByMs: number | undefined;
  /** As it was sent, to the stream of that name. */
  readonly stream: string;
  readonly json: string;
}

/** The first of them first. What has columns of the view's key has to have the row's values there. */
export function lateEvents(
  { events }: Pick<EventsAnswer<AnyRow>, "events">,
  row: AnyRow | null,
  keyNames: readonly string[],
): readonly LateEvent[] {
  const isOfRow = (event: AnyRow) =>
    keyNames.every((name) => !(name in event) || row === null || sameValue(event[name], row[name]));
  return events
    .filter(({ event }) => isOfRow(event))
    .map(({ id, appendedAt, event }) => {
      const own = Object.entries(event).filter(([name]) => !name.startsWith("late_"));
      const lateBy = Number(event.late_by_ms);
      return {
        id,
        cameMs: Date.parse(appendedAt),
        lateByMs: Number.isFinite(lateBy) ? lateBy : undefined,
        stream: textOf(event.late_stream ?? null),
        json: JSON.stringify(Object.fromEntries(own), null, 2),
      };
    })
    .toSorted((one, other) => one.cameMs - other.cameMs);
}

function sameValue(one: WireValue | undefined, other: WireValue | undefined): boolean {
  return textOf(one ?? null) === textOf(other ?? null);
}
