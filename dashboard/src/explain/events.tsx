import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import { formatAge } from "../numbers/format.ts";
import { rowChangesQuery } from "../server/queries.ts";
import type { Times } from "../time/times.ts";
import { type LateEvent, lateEvents } from "./late-rows.ts";
import { Asking, NotAnswered, TextBlock } from "./parts.tsx";
import { type RowChange, rowChanges } from "./row-changes.ts";

const changesAtOnce = 20;

interface RowEventsProps {
  readonly view: string;
  readonly rowKey: string;
  /** Names of the key's columns; empty until they are known. */
  readonly keyNames: readonly string[];
  readonly times: Times;
  /** The row as it was then; undefined: as it is. */
  readonly at: string | undefined;
}

export function RowEvents({ view, rowKey, keyNames, times, at }: RowEventsProps): ReactNode {
  const { data, error, isFetching, refetch } = useQuery(rowChangesQuery(view, rowKey, at));
  const changes = useMemo(() => (data === undefined ? [] : rowChanges(data)), [data]);
  const [count, setCount] = useState(changesAtOnce);
  if (isFetching) return <Asking words="The journal is read once more; this may take some seconds." />;
  if (error !== null) return <NotAnswered error={error} retry={() => void refetch()} />;
  if (data === undefined) return null;
  const { streamsWithGaps, changeCount } = data;
  const untold = changeCount - changes.length;
  return (
    <>
      {streamsWithGaps.length > 0 && (
        <p className="text-muted">
          The journal has older events of {streamsWithGaps.join(", ")} no more: what those made of the row is
          not known.
        </p>
      )}
      {changes.length === 0 && streamsWithGaps.length === 0 && (
        <p className="text-muted">Nothing that the journal has is behind this row.</p>
      )}
      <ol>
        {changes.slice(0, count).map((change, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they are told once and stay in their places.
          <ChangeLine key={place} {...{ change, keyNames, times }} />
        ))}
      </ol>
      {changes.length > count && (
        <button
          type="button"
          onClick={() => setCount(count + changesAtOnce)}
          className="quiet-button mt-2 px-3 py-1"
        >
          {`${Math.min(changesAtOnce, changes.length - count)} more of ${changes.length - count}`}
        </button>
      )}
      {untold > 0 && <p className="mt-1 text-muted">{untold} before these are not told.</p>}
    </>
  );
}

interface ChangeLineProps extends Pick<RowEventsProps, "keyNames" | "times"> {
  readonly change: RowChange;
}

function ChangeLine({ change, keyNames, times }: ChangeLineProps): ReactNode {
  const { words, atMs, event, differences, late } = change;
  return (
    <li className="border-b border-line py-2 last:border-0">
      <p>
        {words} <span className="text-muted tabular-nums">{times.exact(event?.cameMs ?? atMs)}</span>
      </p>
      {differences.length > 0 && (
        <ul className="text-xs tabular-nums">
          {differences.map(({ column, before, after }) => (
            <li key={column} className="break-all">
              <span className="text-muted">{column}</span> {before !== undefined && <bdi>{before}</bdi>}{" "}
              <span className="text-muted">→</span> <bdi>{after ?? "gone"}</bdi>
            </li>
          ))}
        </ul>
      )}
      {late !== undefined && <LateRows {...{ ...late, keyNames, times }} />}
      {event !== undefined && <EventText {...event} />}
    </li>
  );
}

interface LateRowsProps extends NonNullable<RowChange["late"]> {
  readonly keyNames: readonly string[];
  readonly times: Times;
}

function LateRows({ of, row, keyNames, times }: LateRowsProps): ReactNode {
  if (of === null) {
    return (
      <p className="mt-1 text-xs text-muted">
        Which they are is not known here: the view reads what queries wrote.
      </p>
    );
  }
  const { events, ofWindow } = lateEvents(of, row, keyNames);
  const count = events.length === 1 ? "1 late event" : `${events.length} late events`;
  return (
    <>
      <p className="mt-1 text-xs text-muted">
        {ofWindow ? `${count} of its window; which of them are of this row they do not say` : count}
      </p>
      {events.map((event) => (
        <EventText key={event.id} {...event}>
          {lateWords(event, times)}
        </EventText>
      ))}
    </>
  );
}

function lateWords({ cameMs, lateByMs }: LateEvent, times: Times): string {
  return `${times.exact(cameMs)}, ${formatAge(lateByMs)} late`;
}

interface EventTextProps {
  readonly stream: string;
  readonly id: string;
  readonly json: string;
  readonly children?: string;
}

function EventText({ stream, id, json, children }: EventTextProps): ReactNode {
  return (
    <details className="mt-1">
      <summary className="cursor-pointer text-xs text-muted">
        {stream}{" "}
        <code data-event={id} className="font-mono">
          {id}
        </code>
        {children !== undefined && <span className="tabular-nums">{` · ${children}`}</span>}
      </summary>
      <TextBlock label={`Event ${id}`}>{json}</TextBlock>
    </details>
  );
}
