/** Which partition keeps what waits for the watermark: of those that are not idle, the one that is behind. */
import type { WhyInput, WhyPartition } from "../../serving/answers.ts";

/** Marks it. Where all are as far as each other, or all are idle, nobody is behind. */
export function holdersIn(inputs: readonly WhyInput[]): readonly WhyInput[] {
  const timed = inputs.filter(({ delayMs }) => delayMs !== null);
  const all = timed.flatMap(({ partitions }) => partitions);
  const awake = all.filter(({ isIdle }) => !isIdle);
  const least = Math.min(...awake.map(watermarkMs));
  const isAhead = all.some((each) => watermarkMs(each) > least);
  return inputs.map((input) => ({
    ...input,
    partitions: input.partitions.map((each) => ({
      ...each,
      holdsBack: isAhead && input.delayMs !== null && !each.isIdle && watermarkMs(each) === least,
    })),
  }));
}

/** One that had no row yet is behind all others. */
export function watermarkMs({ watermark }: Pick<WhyPartition, "watermark">): number {
  return watermark === null ? Number.NEGATIVE_INFINITY : Date.parse(watermark);
}
