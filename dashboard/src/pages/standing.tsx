/** What a page that stands says: as of when, what has come since, and the way back to now. */
import { type ReactNode, useEffect, useState } from "react";
import { useLive } from "../live/live-context.ts";
import { formatCount } from "../numbers/format.ts";
import type { Times } from "../time/times.ts";
import { useSearchChange } from "./page-search.ts";

const countedEveryMs = 1_000;

interface StandingProps {
  readonly at: string;
  readonly times: Times;
}

export function Standing({ at, times }: StandingProps): ReactNode {
  const change = useSearchChange();
  const count = useNewRowCount();
  return (
    <div className="flex items-center gap-2 text-xs text-muted">
      <span role="status" className="text-ink tabular-nums">
        As of <time dateTime={at}>{times.exact(Date.parse(at))}</time>
      </span>
      {count > 0 && <span className="tabular-nums">{`+${formatCount(BigInt(count))} new`}</span>}
      <button
        type="button"
        onClick={() => change({ at: undefined })}
        className="quiet-button px-2.5 py-1.5 text-accent"
      >
        Resume
      </button>
    </div>
  );
}

function useNewRowCount(): number {
  const live = useLive();
  const [count, setCount] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") setCount(live.newRowCount());
    }, countedEveryMs);
    return () => clearInterval(timer);
  }, [live]);
  return count;
}
