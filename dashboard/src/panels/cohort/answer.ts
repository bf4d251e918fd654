/** What the analysis `cohort` answers, as far as it is as it should be. */
import { decimalIn, instantIn, type Members, membersIn } from "../../data/answers.ts";
import type { ExactDecimal } from "../../numbers/exact-decimal.ts";

export interface AnsweredPeriod {
  readonly period: number;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly isFinal: boolean;
  readonly active: ExactDecimal | undefined;
  readonly percent: ExactDecimal | undefined;
  readonly averageEvents: ExactDecimal | undefined;
}

export interface AnsweredCohort {
  readonly begin: string;
  readonly beginMs: number | undefined;
  readonly size: ExactDecimal | undefined;
  readonly periods: readonly AnsweredPeriod[];
}

export function answeredCohorts({ cohorts }: Members): readonly AnsweredCohort[] {
  return membersIn(cohorts).map(({ begin, size, periods }) => ({
    begin: typeof begin === "string" ? begin : "",
    beginMs: instantIn(begin),
    size: decimalIn(size),
    periods: membersIn(periods).flatMap((each) =>
      Number.isSafeInteger(each.period) ? [answeredPeriod(each)] : [],
    ),
  }));
}

function answeredPeriod({
  period,
  from,
  to,
  isFinal,
  active,
  percent,
  averageEvents,
}: Members): AnsweredPeriod {
  return {
    period: Number(period),
    fromMs: instantIn(from),
    toMs: instantIn(to),
    isFinal: isFinal !== false,
    active: decimalIn(active),
    percent: decimalIn(percent),
    averageEvents: decimalIn(averageEvents),
  };
}

/** How long a period is; undefined where the answer does not say. */
export function grainOf({ settings }: Members): string | undefined {
  const [{ grain } = {}] = membersIn([settings]);
  return typeof grain === "string" ? grain : undefined;
}
