/**
 * The connection in a dot and a few words, and in a popover what the server says of itself. Screen readers
 * hear the change of state, not every second of it.
 */
import { type ReactNode, Suspense } from "react";
import { type FeedStatus, feedStatus } from "../live/feed-status.ts";
import { useConnection, useLive, useNow } from "../live/live-context.ts";
import { formatAge } from "../numbers/format.ts";
import { menuWhenIdle } from "./menu-when-idle.ts";

const ConnectionPopover = menuWhenIdle(() =>
  import("./connection-popover.tsx").then((module) => module.ConnectionPopover),
);

/** The words look the same before and after the popover is there. */
const badgeClass = "flex items-center gap-2 rounded-md px-2 py-1 hover:bg-raised hover:text-ink";

interface Look {
  readonly dot: string;
  readonly words: string;
  /** What changes by the second. */
  readonly detail?: string | undefined;
}

export function ConnectionBadge(): ReactNode {
  const live = useLive();
  const status = feedStatus(useConnection(), live.lastRowAt(), useNow());
  const { dot, words, detail } = lookOf(status);
  const look = (
    <>
      <span aria-hidden="true" className={`size-2 shrink-0 rounded-full ${dot}`} />
      {words}
      {detail !== undefined && <span className="tabular-nums">{detail}</span>}
    </>
  );
  return (
    <div className="flex items-center gap-2 text-sm text-muted" data-status={status.status}>
      <span role="status" className="sr-only">{`Connection: ${words}`}</span>
      <Suspense
        fallback={
          <button type="button" className={badgeClass}>
            {look}
          </button>
        }
      >
        <ConnectionPopover className={badgeClass}>{look}</ConnectionPopover>
      </Suspense>
      {status.status === "reconnecting" && (
        <button
          type="button"
          onClick={() => live.reconnectNow()}
          className="quiet-button px-2 py-0.5 max-sm:hidden"
        >
          Try now
        </button>
      )}
    </div>
  );
}

function lookOf(status: FeedStatus): Look {
  switch (status.status) {
    case "connecting":
      return { dot: "bg-muted", words: "Connecting" };
    case "live":
      return { dot: "bg-ok", words: "Live" };
    case "stale":
      return { dot: "bg-warn", words: "Connected", detail: `last row ${formatAge(status.ageMs)} ago` };
    case "reconnecting": {
      const seconds = Math.ceil(status.retryInMs / 1_000);
      return { dot: "bg-warn", words: "Reconnecting", detail: seconds > 0 ? `in ${seconds} s` : "now" };
    }
    case "disconnected":
      return {
        dot: "bg-bad",
        words:
          status.because === "protocol-version" ? "Reload: the server is another version" : "Disconnected",
      };
  }
}
