import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import type { ViewSummary, WhyAnswer } from "../../../src/serving/answers.ts";
import { formatAge, formatCount } from "../numbers/format.ts";
import type { Around, PanelInput } from "../panels/panel-kind.ts";
import { viewsQuery, viewThenQuery, whyQuery } from "../server/queries.ts";
import type { Times } from "../time/times.ts";
import type { About } from "./about.ts";
import { freshNow, freshThen } from "./freshness.ts";
import { type ExplainedInput, inputsOf } from "./inputs.ts";
import { Asking, Facts, NotAnswered, Section, TextBlock } from "./parts.tsx";
import { RowsBehind } from "./rows.tsx";
import { type Explained, explained } from "./shape.ts";

interface ViewExplainedProps {
  readonly input: PanelInput;
  readonly place: number;
  /** All that the panel shows of the view, where it is about no number. */
  readonly number: About | undefined;
  readonly view: string;
}

export function ViewExplained({ input, place, number, view }: ViewExplainedProps): ReactNode {
  const why = useQuery(whyQuery(view));
  const views = useQuery(viewsQuery);
  const summary = views.data?.views.find(({ name }) => name === view);
  const { panel, readings, around } = input;
  const of = useMemo(
    () => explained({ panel, readings, around }, place, number, summary),
    [panel, readings, around, place, number, summary],
  );
  return (
    <>
      {of !== undefined && <HowComputed of={of} title={number ? "Of which rows" : "How it is computed"} />}
      {of !== undefined && number !== undefined && <RowsBehind of={of} around={around} atOnce={5} />}
      {why.data === undefined ? (
        <Section title="The view">
          {why.error === null ? (
            <Asking words="Asking the server…" />
          ) : (
            <NotAnswered error={why.error} retry={() => void why.refetch()} />
          )}
        </Section>
      ) : (
        <WhatItIsMadeOf {...{ summary, around }} why={why.data} isOld={why.isError} />
      )}
      {of !== undefined && number === undefined && <RowsBehind of={of} around={around} atOnce={20} />}
    </>
  );
}

interface HowComputedProps {
  readonly of: Explained;
  readonly title: string;
}

function HowComputed({ of: { computed, over, limits, standing }, title }: HowComputedProps): ReactNode {
  return (
    <Section title={title}>
      {computed.map(({ title, formula }) => (
        <p key={title} className="flex flex-wrap gap-x-2">
          {computed.length > 1 && <span className="text-muted">{title}</span>}
          <code className="font-mono">{formula}</code>
        </p>
      ))}
      <p>
        {over}
        {standing !== "" && <span className="text-muted">; {standing}</span>}
      </p>
      {limits.length > 0 && (
        <div className="mt-2">
          <Facts facts={limits.map(({ name, text }) => [name, text] as const)} />
        </div>
      )}
    </Section>
  );
}

interface MadeOfProps {
  readonly why: WhyAnswer;
  readonly summary: ViewSummary | undefined;
  readonly around: Pick<Around, "times" | "at">;
  /** The server does not answer now. */
  readonly isOld: boolean;
}

function WhatItIsMadeOf({ why, summary, around: { times, at }, isOld }: MadeOfProps): ReactNode {
  return (
    <div data-dimmed={isOld}>
      {at === undefined ? (
        <Section title="How fresh it is">
          <Facts facts={freshNow(why, summary, times)} />
          <p className="mt-2 max-w-prose break-words text-muted">{why.summary}</p>
        </Section>
      ) : (
        <FreshThen {...{ view: why.view, times, at }} />
      )}
      <Section title={at === undefined ? "What it reads" : "What it reads, as it is now"}>
        <ul className="grid gap-2">
          {inputsOf(why).map((input) => (
            <InputLine key={input.stream} input={input} times={times} />
          ))}
        </ul>
      </Section>
      <Section title={`SQL of ${why.view}`}>
        <TextBlock label={`SQL of ${why.view}`}>{why.sql}</TextBlock>
      </Section>
    </div>
  );
}

interface FreshThenProps {
  readonly view: string;
  readonly times: Times;
  readonly at: string;
}

function FreshThen({ view, times, at }: FreshThenProps): ReactNode {
  const { data, error, refetch } = useQuery(viewThenQuery(view, at));
  return (
    <Section title="How fresh it was">
      {data !== undefined && <Facts facts={freshThen(data, at, times)} />}
      {error !== null && <NotAnswered error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && (
        <Asking words="The journal is read once more; this may take some seconds." />
      )}
    </Section>
  );
}

function InputLine({ input, times }: { readonly input: ExplainedInput; readonly times: Times }): ReactNode {
  const { stream, rows, waiting, watermarkMs, behindMs, dead } = input;
  const words = [
    `${formatCount(BigInt(rows))} rows`,
    waiting > 0 ? `${formatCount(BigInt(waiting))} not taken yet` : "",
    watermarkMs === undefined
      ? "no watermark yet"
      : `watermark ${times.moment(watermarkMs)}, ${formatAge(behindMs ?? 0)} behind now`,
    dead === undefined ? "" : `${formatCount(BigInt(dead))} dead`,
  ];
  return (
    <li>
      <code className="font-mono break-all">{stream}</code>
      <span className="block text-muted tabular-nums">{words.filter((each) => each !== "").join(" · ")}</span>
    </li>
  );
}
