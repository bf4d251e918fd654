/** A number of one event of a stream: the event as it was sent, and what queries made of it. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { EventJourneyAnswer, EventReaderAnswer } from "../../../src/serving/answers.ts";
import type { Around } from "../panels/panel-kind.ts";
import { eventQuery } from "../server/queries.ts";
import { Asking, Facts, NotAnswered, Section, TextBlock } from "./parts.tsx";

interface EventExplainedProps {
  readonly stream: string;
  readonly id: string;
  readonly around: Pick<Around, "times" | "at">;
}

export function EventExplained({ stream, id, around: { times, at } }: EventExplainedProps): ReactNode {
  const { data, error, refetch } = useQuery(eventQuery(stream, id));
  if (error !== null) return <NotAnswered error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Asking words="Asking the server…" />;
  const { appendedAt, eventTime, readers } = data as EventJourneyAnswer;
  const time = eventTime === null ? [] : [["Its time", times.exact(Date.parse(eventTime))] as const];
  return (
    <>
      <Section title={`The event behind it, of ${stream}`}>
        <Facts facts={[["Event", id], ...time, ["Came", times.exact(Date.parse(appendedAt))]]} />
        <div className="mt-2" data-event={id}>
          <TextBlock label={`Event ${id}`}>{JSON.stringify(data.event, null, 2)}</TextBlock>
        </div>
      </Section>
      <Section title={at === undefined ? "What became of it" : "What has become of it, up to now"}>
        {readers.length === 0 && <p className="text-muted">No query reads {stream}.</p>}
        <ul className="grid gap-2">
          {readers.map((reader) => (
            <Reader key={`${reader.kind} ${reader.name}`} reader={reader} />
          ))}
        </ul>
      </Section>
    </>
  );
}

function Reader({ reader: { name, status, why, predicate } }: { readonly reader: EventReaderAnswer }) {
  const more = [why, predicate].filter((text) => text !== null);
  return (
    <li>
      <code className="font-mono break-all">{name}</code> <span className="text-muted">{status}</span>
      {more.length > 0 && <span className="block break-words text-muted">{more.join(": ")}</span>}
    </li>
  );
}
