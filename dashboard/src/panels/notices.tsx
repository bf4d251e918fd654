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

export function FailedNotice({ message, hint, retry }: SourceFailure): ReactNode {
  return (
    <div className="px-5 pb-4">
      <p role="alert" className="text-sm break-words text-bad">
        {message}
      </p>
      <p className="mt-1 text-sm break-words text-muted">{hint}</p>
      <button type="button" onClick={retry} className="quiet-button mt-3 px-3 py-1.5">
        Try again
      </button>
    </div>
  );
}

/** Rows there are none, or none of what is chosen: the server says why of a view. */
export function EmptyNotice({
  view,
  isFiltered,
}: {
  readonly view: string | undefined;
  readonly isFiltered: boolean;
}): ReactNode {
  if (isFiltered || view === undefined) return <Nothing words="Nothing in what is chosen above." />;
  return <WhyEmpty view={view} />;
}

function WhyEmpty({ view }: { readonly view: string }): ReactNode {
  const { data } = useQuery(whyQuery(view));
  return <Nothing words="No rows yet." more={data?.summary} />;
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
