import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { StatusPanel } from "../../../../src/serving/pages.ts";
import { formatted } from "../../data/formatted.ts";
import { ExplainedNumber } from "../../explain/explained-number.tsx";
import { useConnection, useNow } from "../../live/live-context.ts";
import { noValue } from "../../numbers/format.ts";
import { healthQuery, viewsQuery } from "../../server/queries.ts";
import type { Times } from "../../time/times.ts";
import type { DrawProps } from "../panel-kind.ts";
import { clockIn } from "./clock.ts";
import { connectionLook, type ShownItem, type StatusModel } from "./shape.ts";

export function DrawStatus({ model, around }: DrawProps<StatusPanel, StatusModel>): ReactNode {
  return (
    <dl className="px-5 pb-3 text-sm">
      {model.items.map((item, position) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: items never change places; titles may repeat.
          key={position}
          className="flex items-baseline gap-4 border-b border-line py-2 last:border-0"
        >
          <dt className="min-w-0 grow truncate text-muted" title={item.title}>
            {item.title}
          </dt>
          <dd className="max-w-3/5 shrink-0 text-right font-medium break-words tabular-nums">
            <Value item={item} place={position} times={around.times} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface ValueProps {
  readonly item: ShownItem;
  readonly place: number;
  readonly times: Times;
}

function Value({ item, place, times }: ValueProps): ReactNode {
  switch (item.is) {
    case "connection":
      return <Connection />;
    case "clock":
      return <Clock times={times} />;
    case "uptime":
      return <Uptime />;
    case "views":
      return <Views />;
    case "measure":
      return <Measured item={item} place={place} />;
  }
}

interface MeasuredProps {
  readonly item: ShownItem & { readonly is: "measure" };
  readonly place: number;
}

function Measured({ item, place }: MeasuredProps): ReactNode {
  const { text, exact, state } = item;
  const look = state === "open" ? "border border-dashed border-accent text-accent" : "bg-raised";
  return (
    <span className="inline-flex items-baseline gap-2">
      {state !== "final" && (
        <span className={`rounded-full px-2 py-0.5 text-xs font-normal ${look}`}>
          {state === "open" ? state : <ExplainedNumber mark={[place]}>{state}</ExplainedNumber>}
        </span>
      )}
      <span className={state === "open" ? "text-muted" : ""}>
        <ExplainedNumber mark={[place]} title={exact || "no value"}>
          {text}
        </ExplainedNumber>
      </span>
    </span>
  );
}

const dots = { good: "bg-ok", warn: "bg-warn", bad: "bg-bad", plain: "bg-muted" } as const;

function Connection(): ReactNode {
  const { tone, words } = connectionLook(useConnection(), useNow().clientMs);
  return (
    <span className="inline-flex items-center gap-2" data-tone={tone}>
      <span aria-hidden="true" className={`size-2 shrink-0 rounded-full ${dots[tone]}`} />
      {words}
    </span>
  );
}

/** The server's: what the age of all data is told by. */
function Clock({ times }: { readonly times: Times }): ReactNode {
  const { serverMs } = useNow();
  const exact = new Date(serverMs).toISOString();
  return (
    <time dateTime={exact} title={exact}>
      {clockIn(times.zone, serverMs)}
    </time>
  );
}

function Uptime(): ReactNode {
  const { data, isError } = useQuery(healthQuery);
  if (data === undefined) return <Unanswered isError={isError} />;
  const seconds = Math.floor(data.uptimeSeconds);
  const text = formatted(
    { unscaled: BigInt(seconds), scale: 0 },
    { as: "seconds", currency: null, digits: null },
  );
  return (
    <LastAnswer isOld={isError} title={`${seconds} s`}>
      {text}
    </LastAnswer>
  );
}

function Views(): ReactNode {
  const { data, isError } = useQuery(viewsQuery);
  if (data === undefined) return <Unanswered isError={isError} />;
  const stopped = data.views.filter(({ failure }) => failure !== null).map(({ name }) => name);
  return (
    <LastAnswer isOld={isError} title={stopped.length > 0 ? `stopped: ${stopped.join(", ")}` : undefined}>
      {data.views.length}
      {stopped.length > 0 && <span className="text-bad">, {stopped.length} stopped</span>}
    </LastAnswer>
  );
}

function Unanswered({ isError }: { readonly isError: boolean }): ReactNode {
  return <span className="font-normal text-muted">{isError ? "no answer" : noValue}</span>;
}

interface LastAnswerProps {
  readonly isOld: boolean;
  readonly title: string | undefined;
  readonly children: ReactNode;
}

/** The last answer stays where the next one fails, and says so. */
function LastAnswer({ isOld, title, children }: LastAnswerProps): ReactNode {
  return (
    <span data-dimmed={isOld} title={title}>
      {children}
      {isOld && <span className="font-normal text-muted"> at last, no answer now</span>}
    </span>
  );
}
