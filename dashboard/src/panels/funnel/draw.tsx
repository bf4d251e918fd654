import type { ReactNode } from "react";
import type { FunnelPanel } from "../../../../src/serving/pages.ts";
import { Name } from "../../chart/name.tsx";
import { Notes } from "../../chart/notes.tsx";
import { exact, formatted } from "../../data/formatted.ts";
import { ExplainedNumber } from "../../explain/explained-number.tsx";
import { absolute } from "../../numbers/exact-decimal.ts";
import type { DrawProps } from "../panel-kind.ts";
import type { StepTime } from "./answer.ts";
import { Parts } from "./parts.tsx";
import type { Funnel, FunnelStep } from "./shape.ts";
import { count, share, stepMark, time } from "./words.ts";

export function DrawFunnel({ model }: DrawProps<FunnelPanel, Funnel>): ReactNode {
  const { steps, isOpen, notes } = model;
  return (
    <div className="px-5 pb-4 text-sm">
      <ol>
        {steps.map((step, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps have their places; one may come twice.
          <li key={at}>
            {at > 0 && <Between step={step} place={at} />}
            <Step step={step} place={at + 1} before={steps[at - 1]} isOpen={isOpen} />
          </li>
        ))}
      </ol>
      <Notes notes={notes} />
      {model.parts.length > 0 && <Parts {...model} />}
    </div>
  );
}

interface StepProps {
  readonly step: FunnelStep;
  /** From 1. */
  readonly place: number;
  readonly before: FunnelStep | undefined;
  readonly isOpen: boolean;
}

/** Behind the bar is how far that of the step before went. */
function Step({ step: { title, value, ofFirst, place: end }, place, before, isOpen }: StepProps): ReactNode {
  return (
    <>
      <div className="flex items-baseline gap-2 tabular-nums">
        <span className="text-xs text-muted">{place}</span>
        <Name names={[title]} className="min-w-0 font-medium" />
        <span className="ml-auto text-right" title={exact(value, count)}>
          <ExplainedNumber mark={stepMark(place - 1, "value")}>{formatted(value, count)}</ExplainedNumber>
        </span>
        <span className="w-14 text-right text-muted" title={`${exact(ofFirst, share)} of the first step`}>
          <ExplainedNumber mark={stepMark(place - 1, "ofFirst")}>{formatted(ofFirst, share)}</ExplainedNumber>
        </span>
      </div>
      <div aria-hidden="true" className="relative mt-1 h-5 overflow-hidden rounded-xs bg-raised">
        {before && <Length place={before.place} fill="bg-accent-soft" />}
        <Length place={end} fill={isOpen ? "bg-series opacity-60" : "bg-series"} />
        {isOpen && <Length place={end} fill="border border-dashed border-ink" />}
      </div>
    </>
  );
}

function Length({ place, fill }: { readonly place: number; readonly fill: string }): ReactNode {
  return (
    <div className={`absolute inset-y-0 left-0 rounded-xs ${fill}`} style={{ width: `${place * 100}%` }} />
  );
}

/** What became of those of the step before. */
function Between({ step, place }: { readonly step: FunnelStep; readonly place: number }): ReactNode {
  const { dropOff, droppedShare, ofPrevious, took } = step;
  return (
    <p className="flex flex-wrap gap-x-3 py-1.5 pl-4 text-xs text-muted tabular-nums">
      {ofPrevious && (
        <span title={`${exact(ofPrevious, share)} of the step before`}>
          <span aria-hidden="true">↓ </span>
          <ExplainedNumber mark={stepMark(place, "ofPrevious")}>
            {formatted(ofPrevious, share)}
          </ExplainedNumber>{" "}
          went on
        </span>
      )}
      {dropOff && (
        <span title={exact(dropOff, count)}>
          <ExplainedNumber mark={stepMark(place, "dropOff")}>
            {formatted(absolute(dropOff), count)}
          </ExplainedNumber>{" "}
          {dropOff.unscaled >= 0n ? "dropped off" : "more than before"}
          {droppedShare && ` (${formatted(droppedShare, share)})`}
        </span>
      )}
      {took && <Took took={took} place={place} />}
    </p>
  );
}

function Took({ took, place }: { readonly took: StepTime; readonly place: number }): ReactNode {
  const [typical, ofNine] = took.is === "spread" ? [took.medianMs, took.p90Ms] : [took.ms, undefined];
  const exactly = [typical, ofNine].filter((ms) => ms !== undefined).map((ms) => `${exact(ms, time)} ms`);
  return (
    <span className="truncate" title={exactly.join(", ")}>
      {took.is === "spread" ? "median" : "in"}{" "}
      <ExplainedNumber mark={stepMark(place, "took")}>{formatted(typical, time)}</ExplainedNumber>
      {ofNine && (
        <>
          , 90 % within{" "}
          <ExplainedNumber mark={stepMark(place, "p90")}>{formatted(ofNine, time)}</ExplainedNumber>
        </>
      )}
    </span>
  );
}
