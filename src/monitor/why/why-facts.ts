/** What the cause is looked for in, and how its parts are called. */
import type { WhyAnswer, WhyStage } from "../../serving/answers.ts";

export type WhyFacts = Omit<WhyAnswer, "sql" | "cause" | "summary">;

export type Told = Pick<WhyAnswer, "cause" | "summary">;

/** The streams that a stage is made of. */
export function streamsBelow(facts: Pick<WhyFacts, "stages">, stage: WhyStage): readonly string[] {
  if (stage.stream !== null) return [stage.stream];
  const below = stage.inputs.map((number) => facts.stages.find((each) => each.number === number)!);
  return [...new Set(below.flatMap((each) => streamsBelow(facts, each)))];
}

/** How a stage is called in a sentence. */
export function placed({ number, stage }: WhyStage): string {
  return `${stage} (stage ${number})`;
}
