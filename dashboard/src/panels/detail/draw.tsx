/** Rows of another source that belong to a row, asked for when it is opened. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import type { EventsAnswer } from "../../../../src/serving/answers.ts";
import type { Detail } from "../../../../src/serving/pages.ts";
import type { WireColumn, WireRow } from "../../../../src/serving/protocol.ts";
import { readViewAnswer } from "../../data/answer-rows.ts";
import { failureWords } from "../../data/failure.ts";
import { ExplainedNumber } from "../../explain/explained-number.tsx";
import { enterByArrow } from "../../explain/number-keys.ts";
import { serverHttp } from "../../server/http.ts";
import type { Times } from "../../time/times.ts";
import { Skeleton } from "../panel.tsx";
import type { Around, Reading } from "../panel-kind.ts";
import { sideOf, ValueCell } from "./cells.tsx";
import { shownColumn } from "./columns.ts";
import { type DetailQuestion, detailQuestion, readingOfEvents } from "./shape.ts";

interface DetailRowsProps {
  readonly detail: Detail;
  /** What it is the detail of. */
  readonly row: WireRow;
  readonly columns: readonly WireColumn[];
  readonly around: Pick<Around, "times" | "at">;
}

export function DetailRows({ detail, row, columns, around }: DetailRowsProps): ReactNode {
  const question = detailQuestion(detail, columns, row, around.at);
  return (
    <section aria-label={detail.title} className="px-5 py-3">
      <h3 className="text-xs font-medium text-muted">{detail.title}</h3>
      {question.is === "unaskable" ? (
        <p className="mt-2 text-sm text-muted">{question.why}</p>
      ) : (
        <Asked detail={detail} question={question} times={around.times} />
      )}
    </section>
  );
}

type Answered = Pick<RowsProps, "reading" | "more">;

interface AskedProps {
  readonly detail: Detail;
  readonly question: DetailQuestion & { readonly is: "question" };
  readonly times: Times;
}

/** Once, when it is opened: what is read does not change below the eye that reads it. */
function Asked({ detail, question, times }: AskedProps): ReactNode {
  const answer = useQuery({
    queryKey: ["detail", question],
    queryFn: async (): Promise<Answered> => {
      const { of, name, query } = question;
      if (of === "stream") {
        const answered = (await serverHttp().getEvents(name, query)) as EventsAnswer;
        return { reading: readingOfEvents(answered, detail), more: 0 };
      }
      const answered = await serverHttp().getView(name, query);
      return { reading: readViewAnswer(answered), more: answered.rowCount - answered.rows.length };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    // A server on this machine is there without a network, and one that is not there has to be told of.
    networkMode: "always",
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  if (answer.isFetching) return <Loading />;
  if (answer.error !== null) return <Failed error={answer.error} retry={() => void answer.refetch()} />;
  if (answer.data === undefined || answer.data.reading.rows.length === 0) {
    return <p className="mt-2 text-sm text-muted">No rows</p>;
  }
  return <Rows {...answer.data} {...{ detail, question, times }} />;
}

function Loading(): ReactNode {
  return (
    <div role="status" aria-label="Asking the server" className="mt-2 grid gap-2">
      <Skeleton className="h-5 w-full" />
      <Skeleton className="h-5 w-2/3" />
    </div>
  );
}

function Failed({ error, retry }: { readonly error: Error; readonly retry: () => void }): ReactNode {
  const { message, hint } = failureWords(error);
  return (
    <div role="alert" className="mt-2 text-sm">
      <p className="break-words text-bad">{message}</p>
      <p className="mt-1 break-words text-muted">{hint}</p>
      <button type="button" onClick={retry} className="quiet-button mt-2 px-2 py-1">
        Try again
      </button>
    </div>
  );
}

interface RowsProps extends AskedProps {
  readonly reading: Reading;
  /** How many are not shown. */
  readonly more: number;
}

function Rows({ detail, question, reading, more, times }: RowsProps): ReactNode {
  const source = { ...detail.source, where: question.query.where };
  const columns = useMemo(
    () => detail.columns.map((column) => shownColumn(column, reading)),
    [detail, reading],
  );
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      aria-label={`${detail.title}: rows`}
      onKeyDown={enterByArrow}
      className="relative -mx-5 mt-1 overflow-x-auto"
    >
      <table className="w-full text-sm tabular-nums">
        <thead className="text-xs text-muted">
          <tr className="border-b border-line">
            {columns.map((column, position) => (
              <th
                // biome-ignore lint/suspicious/noArrayIndexKey: columns never change places.
                key={position}
                scope="col"
                className={`px-3 py-1.5 font-medium whitespace-nowrap first:pl-5 last:pr-5 ${sideOf(column)}`}
              >
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {reading.rows.map((row) => (
            <tr key={row.key} className="border-b border-line last:border-0">
              {columns.map((column, position) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns never change places.
                <ValueCell key={position} column={column} row={row} times={times}>
                  {column.sorts === "number"
                    ? (text) => (
                        <ExplainedNumber
                          mark={{ is: "detail", detail, source, reading, row, column: position }}
                          isOfMany
                        >
                          {text}
                        </ExplainedNumber>
                      )
                    : undefined}
                </ValueCell>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p className="px-5 pt-2 text-xs text-muted">{more} older ones are in the view itself.</p>}
    </section>
  );
}
