/** What stands in a panel where its numbers would be: what is wrong or missing, and what to do next. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { PageProblem } from "../../../src/serving/pages.ts";
import type { SourceFailure, SourceState } from "../data/sources.ts";
import { whyQuery } from "../server/queries.ts";

/** A mistake of the page's file. */
export function ProblemNotice({ problem }: { readonly problem: PageProblem }): ReactNode {
  return (
    <div className="px-5 pb-4">
      <p role="alert" className="text-sm break-words text-bad">
        {problem.message}
      </p>
      <p className="mt-1 text-sm break-words text-muted">{problem.hint}</p>
      {problem.place !== "" && <p className="mt-1 font-mono text-xs break-all text-muted">{problem.place}</p>}
    </div>
  );
}

/** What the server sends this page does not read. */
export function OtherVersionNotice(): ReactNode {
  const [message, hint] = ["The server is of another version than this page.", "Load the page again."];
  return <FailedNotice {...{ message, hint }} retry={() => window.location.reload()} words="Load again" />;
}

interface FailedNoticeProps extends SourceFailure {
  readonly words?: string;
}

export function FailedNotice({ message, hint, retry, words = "Try again" }: FailedNoticeProps): ReactNode {
  return (
    <div className="px-5 pb-4">
      <p role="alert" className="text-sm break-words text-bad">
        {message}
      </p>
      <p className="mt-1 text-sm break-words text-muted">{hint}</p>
      <button type="button" onClick={retry} className="quiet-button mt-3 px-3 py-1.5">
        {words}
      </button>
    </div>
  );
}

interface EmptyNoticeProps {
  readonly view: string | undefined;
  /** Of what rows it is: the source's own condition. */
  readonly where: string | null;
  readonly isFiltered: boolean;
  /** The page shows what was. */
  readonly isPast: boolean;
}

/** Rows there are none, or none of what is chosen: the server says why of a view. */
export function EmptyNotice({ view, where, isFiltered, isPast }: EmptyNoticeProps): ReactNode {
  // Why there is nothing the server knows of now alone.
  if (isPast && !isFiltered) return <Nothing words="No rows then." />;
  if (isFiltered || view === undefined) return <Nothing words="Nothing in what is chosen above." />;
  return <WhyEmpty {...{ view, where }} />;
}

function WhyEmpty({ view, where }: { readonly view: string; readonly where: string | null }): ReactNode {
  const { data } = useQuery(whyQuery(view));
  const hasOthers = where !== null && (data?.shows?.rows ?? 0) > 0;
  if (!hasOthers) return <Nothing words="No rows yet." more={data?.summary} />;
  return <Nothing words="No such rows." more={`This is about rows of ${view} with ${where}.`} />;
}

function Nothing({ words, more }: { readonly words: string; readonly more?: string | undefined }): ReactNode {
  return (
    <div className="px-5 pb-4 text-sm text-muted">
      <p className="font-medium text-ink">{words}</p>
      {more !== undefined && <p className="mt-1 max-w-prose break-words">{more}</p>}
    </div>
  );
}

export function StoppedNotice({ reason, retry }: NonNullable<SourceState["stopped"]>): ReactNode {
  return (
    <div className="mx-5 mb-3 border-l-4 border-l-bad pl-3">
      <p role="alert" className="text-sm break-words text-bad">
        This view was stopped, and these are its last rows: {reason}
      </p>
      <button type="button" onClick={retry} className="quiet-button mt-1 px-2 py-1">
        Try again
      </button>
    </div>
  );
}
