import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import { rowChangesQuery } from "../server/queries.ts";
import type { Times } from "../time/times.ts";
import { Asking, NotAnswered, TextBlock } from "./parts.tsx";
import { type RowChange, rowChanges } from "./row-changes.ts";

const changesAtOnce = 20;

interface RowEventsProps {
  readonly view: string;
  readonly rowKey: string;
  readonly times: Times;
}

export function RowEvents({ view, rowKey, times }: RowEventsProps): ReactNode {
  const { data, error, isFetching, refetch } = useQuery(rowChangesQuery(view, rowKey, undefined));
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
          <ChangeLine key={place} change={change} times={times} />
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

function ChangeLine({ change, times }: { readonly change: RowChange; readonly times: Times }): ReactNode {
  const { words, atMs, event, differences } = change;
  return (
    <li className="border-b border-line py-2 last:border-0">
      <p>
        {words} <span className="text-muted tabular-nums">{times.moment(event?.cameMs ?? atMs)}</span>
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
      {event !== undefined && (
        <details className="mt-1">
          <summary className="cursor-pointer text-xs text-muted">
            {event.stream}{" "}
            <code data-event={event.id} className="font-mono">
              {event.id}
            </code>
          </summary>
          <TextBlock label={`Event ${event.id}`}>{event.json}</TextBlock>
        </details>
      )}
    </li>
  );
}
