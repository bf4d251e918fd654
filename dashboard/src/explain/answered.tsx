/** An answer of the server as it came; while there is none, why. */
import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { answerText } from "./answer.ts";
import { Asking, NotAnswered, Section, TextBlock } from "./parts.tsx";

export function ItsAnswer({ answer }: { readonly answer: UseQueryResult<object> }): ReactNode {
  const { data, error, refetch } = answer;
  const text = useMemo(() => (data === undefined ? undefined : answerText(data)), [data]);
  return (
    <>
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
