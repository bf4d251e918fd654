import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { StatusPanel } from "../../../../src/serving/pages.ts";
import { ExplainedNumber } from "../../explain/explained-number.tsx";
import { useConnection, useNow } from "../../live/live-context.ts";
import { noValue } from "../../numbers/format.ts";
import { healthQuery, viewsQuery } from "../../server/queries.ts";
import type { Around, DrawProps } from "../panel-kind.ts";
import { clockIn } from "./clock.ts";
import { connectionLook, type ShownItem, type StatusModel } from "./shape.ts";
import { uptimeAt, uptimeWords } from "./uptime.ts";

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
            <Value item={item} place={position} around={around} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface ValueProps {
  readonly item: ShownItem;
  readonly place: number;
  readonly around: Pick<Around, "times" | "at">;
}

function Value({ item, place, around: { times, at } }: ValueProps): ReactNode {
  switch (item.is) {
    case "connection":
      return <Connection at={at} />;
    case "clock":
      return <Clock {...{ place, times, at }} />;
    case "uptime":
      return <Uptime {...{ place, at }} />;
    case "views":
      return <Views {...{ place, at }} />;
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

/** What is only known of this moment says so on a page that stands. */
function OfNow({ at }: Pick<Around, "at">): ReactNode {
  return at === undefined ? null : <span className="font-normal text-muted"> now</span>;
}

function Connection({ at }: Pick<Around, "at">): ReactNode {
  const { tone, words } = connectionLook(useConnection(), useNow().clientMs);
  return (
    <span data-tone={tone}>
      <span className="inline-flex items-center gap-2">
        <span aria-hidden="true" className={`size-2 shrink-0 rounded-full ${dots[tone]}`} />
        {words}
      </span>
      <OfNow at={at} />
    </span>
  );
}

interface OfServerProps extends Pick<Around, "at"> {
  readonly place: number;
}

/** The server's, by which the age of all data is told; on a page that stands the page's moment. */
function Clock({ place, times, at }: OfServerProps & Pick<Around, "times">): ReactNode {
  const { serverMs } = useNow();
  const shownMs = at === undefined ? serverMs : Date.parse(at);
  const exact = new Date(shownMs).toISOString();
  return (
    <time dateTime={exact}>
      <ExplainedNumber mark={[place]} title={exact}>
        {clockIn(times.zone, shownMs)}
      </ExplainedNumber>
    </time>
  );
}

function Uptime({ place, at }: OfServerProps): ReactNode {
  const { data, isError } = useQuery(healthQuery);
  if (data === undefined) return <Unanswered isError={isError} />;
  const seconds = uptimeAt(data, at);
  return (
    <LastAnswer isOld={isError}>
      <ExplainedNumber mark={[place]} title={seconds === undefined ? undefined : `${seconds} s`}>
        {seconds === undefined ? "not known of then" : uptimeWords(seconds)}
      </ExplainedNumber>
    </LastAnswer>
  );
}

function Views({ place, at }: OfServerProps): ReactNode {
  const { data, isError } = useQuery(viewsQuery);
  if (data === undefined) return <Unanswered isError={isError} />;
  const stopped = data.views.filter(({ failure }) => failure !== null).map(({ name }) => name);
  return (
    <LastAnswer isOld={isError}>
      <ExplainedNumber
        mark={[place]}
        title={stopped.length > 0 ? `stopped: ${stopped.join(", ")}` : undefined}
      >
        {data.views.length}
        {stopped.length > 0 && <span className="text-bad">, {stopped.length} stopped</span>}
      </ExplainedNumber>
      <OfNow at={at} />
    </LastAnswer>
  );
}

function Unanswered({ isError }: { readonly isError: boolean }): ReactNode {
  return <span className="font-normal text-muted">{isError ? "no answer" : noValue}</span>;
}

interface LastAnswerProps {
  readonly isOld: boolean;
  readonly children: ReactNode;
}

/** The last answer stays where the next one fails, and says so. */
function LastAnswer({ isOld, children }: LastAnswerProps): ReactNode {
  return (
    <span data-dimmed={isOld}>
      {children}
      {isOld && <span className="font-normal text-muted"> at last, no answer now</span>}
    </span>
  );
}
