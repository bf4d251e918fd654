/** What a view is made of, as `GET /v1/why` tells it. */
import type { WhyAnswer } from "../../../src/serving/answers.ts";

export interface ExplainedInput {
  readonly stream: string;
  readonly rows: number;
  readonly waiting: number;
  readonly watermarkMs: number | undefined;
  /** How far the watermark is behind the server's clock. */
  readonly behindMs: number | undefined;
  /** Undefined where none can be dead. */
  readonly dead: number | undefined;
}

export function inputsOf({ inputs, now }: Pick<WhyAnswer, "inputs" | "now">): readonly ExplainedInput[] {
  return inputs.map(({ stream, rowsLogged, rowsInFlight, watermark, dead }) => {
    const watermarkMs = watermark === null ? undefined : Date.parse(watermark);
    return {
      stream,
      rows: rowsLogged,
      waiting: rowsInFlight ?? 0,
      watermarkMs,
      behindMs: watermarkMs === undefined ? undefined : Math.max(0, Date.parse(now) - watermarkMs),
      dead: dead?.rows,
    };
  });
}

/** Rows that came behind the watermark, in all of the view's stages; undefined where none can be late. */
export function lateRowsOf({ stages }: Pick<WhyAnswer, "stages">): number | undefined {
  const counts = stages.flatMap(({ late }) => (late === null ? [] : [late.rows]));
  return counts.length === 0 ? undefined : counts.reduce((sum, rows) => sum + rows, 0);
}
