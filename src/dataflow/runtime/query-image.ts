/** A query's part of an engine's image, and back. */
import type { PartImage } from "../../state/keyed-state.ts";
import type { Pipeline } from "../physical/build-pipeline.ts";
import { freezeGauges, restoreGauges } from "../physical/stage-gauge.ts";
import type { QueryImage } from "./engine-image.ts";

export function frozenOf({ operators }: Pipeline): readonly PartImage[] {
  return operators.map((operator) => operator.freeze());
}

export function imageOf({
  pipeline,
  fingerprint,
}: {
  readonly pipeline: Pipeline;
  readonly fingerprint: string;
}): QueryImage {
  return { operators: frozenOf(pipeline), gauges: freezeGauges(pipeline.gauges), fingerprint };
}

export function restoreQuery({ operators, gauges }: Pipeline, image: QueryImage): void {
  for (const [place, part] of image.operators.entries()) operators[place]!.restore(part);
  if (image.gauges !== undefined) restoreGauges(gauges, image.gauges);
}
