/** What an endpoint or an analysis was asked, and what it answered. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import type { AskedSource } from "../data/asked.ts";
import type { Around } from "../panels/panel-kind.ts";
import { answerQuery } from "../server/queries.ts";
import { answerFacts, answerText, askedWords } from "./answer.ts";
import { Asking, Facts, NotAnswered, Section, TextBlock } from "./parts.tsx";

interface AskedExplainedProps {
  readonly source: AskedSource;
  readonly around: Around;
}

export function AskedExplained({ source, around }: AskedExplainedProps): ReactNode {
  const { data, error, dataUpdatedAt, refetch } = useQuery(answerQuery(source, around));
  const text = useMemo(() => (data === undefined ? undefined : answerText(data)), [data]);
  const when = dataUpdatedAt === 0 ? [] : [["Asked", around.times.moment(dataUpdatedAt)] as const];
  return (
    <>
      <Section
        title={source.over === "endpoint" ? "The endpoint that is asked" : "The analysis that is asked"}
      >
        <p className="font-mono break-all">{askedWords(source)}</p>
        <div className="mt-2">
          <Facts
            facts={[
              ...when,
              ["Asked again", `every ${source.everySeconds} s`],
              ...(source.over === "analysis" && data !== undefined ? answerFacts(data) : []),
            ]}
          />
        </div>
      </Section>
      {error !== null && <NotAnswered error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Asking words="Asking the server…" />}
      {text !== undefined && (
        <Section title={text.left === 0 ? "Its answer" : `Its answer, without ${text.left} more rows`}>
          <TextBlock label="Its answer">{text.json}</TextBlock>
        </Section>
      )}
    </>
  );
}
