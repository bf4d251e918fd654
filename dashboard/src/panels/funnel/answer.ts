/** What the analysis `funnel` answers, as far as it is as it should be. */
import { decimalIn, type Members, membersIn } from "../../data/answers.ts";
import type { ExactDecimal } from "../../numbers/exact-decimal.ts";

/** A step before it is compared with others. */
export interface CountedStep {
  readonly title: string;
  readonly value: ExactDecimal | undefined;
  readonly took: StepTime | undefined;
}

/** From the step before to this one. */
export type StepTime =
  | { readonly is: "measured"; readonly ms: ExactDecimal }
  /** Half of all came within `medianMs`, nine of ten within `p90Ms`. */
  | { readonly is: "spread"; readonly medianMs: ExactDecimal; readonly p90Ms: ExactDecimal | undefined };

export interface CountedPart {
  /** Null where it has no value. */
  readonly name: string | null;
  readonly steps: readonly CountedStep[];
}

export function answeredSteps({ steps }: Members): readonly CountedStep[] {
  return membersIn(steps).map(({ event, actors, medianMs, p90Ms }) => {
    const median = decimalIn(medianMs);
    return {
      title: typeof event === "string" ? event : "",
      value: decimalIn(actors),
      took: median && { is: "spread", medianMs: median, p90Ms: decimalIn(p90Ms) },
    };
  });
}

export function answeredParts({ breakdown }: Members): readonly CountedPart[] {
  return membersIn(breakdown).map((part) => {
    const name = part.isOther === true ? "others" : typeof part.value === "string" ? part.value : null;
    return { name, steps: answeredSteps(part) };
  });
}

/** By what an answer is parted. */
export function partedBy({ settings }: Members): string {
  const [{ by } = {}] = membersIn([settings]);
  return typeof by === "string" ? by : "value";
}
