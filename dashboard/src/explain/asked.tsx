/** What an endpoint or an analysis was asked, and what it answered. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { AskedSource } from "../data/asked.ts";
import type { Around } from "../panels/panel-kind.ts";
import { answerQuery } from "../server/queries.ts";
import { answerFacts, askedWords } from "./answer.ts";
import { ItsAnswer } from "./answered.tsx";
import { Facts, Section } from "./parts.tsx";

interface AskedExplainedProps {
  readonly source: AskedSource;
  readonly around: Around;
}

export function AskedExplained({ source, around }: AskedExplainedProps): ReactNode {
  const answer = useQuery(answerQuery(source, around));
  const { data, dataUpdatedAt } = answer;
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
      <ItsAnswer answer={answer} />
    </>
  );
}
