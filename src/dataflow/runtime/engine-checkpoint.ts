/**
 * An engine's image as the content of a checkpoint, and back: parts one behind the other, and beside them by
 * name how many are whose.
 */
import type { CheckpointContent } from "../../state/checkpoint/checkpoint.ts";
import type { PartImage } from "../../state/keyed-state.ts";
import type { LedgerImage } from "./derived-ledger.ts";
import type { DeclaredTable, EngineImage, InsertImage, ViewImage } from "./engine-image.ts";

interface About {
  readonly stepNumber: number;
  readonly mark: readonly number[];
  readonly streams: readonly DeclaredTable[];
  /** Each has one part. */
  readonly sources: readonly string[];
  /** How many parts each has. */
  readonly inserts: readonly {
    readonly target?: InsertImage["target"];
    readonly fingerprint: string;
    readonly operators: number;
  }[];
  readonly written: readonly {
    readonly stream: string;
    readonly ledger: LedgerImage | null;
    /** Null is a time that has not begun. */
    readonly times: readonly { readonly watermarkMs: number | null; readonly isIdle: boolean }[];
  }[];
  /** Each has one part a operator, and one for its rows. */
  readonly views: readonly {
    readonly name: string;
    readonly fingerprint: string;
    readonly operators: number;
    readonly shape?: ViewImage["shape"];
  }[];
}

export function contentOf(image: EngineImage): CheckpointContent {
  const { stepNumber, mark, streams, sources, inserts, written, views } = image;
  const about: About = {
    stepNumber,
    mark,
    streams,
    sources: sources.map(([name]) => name),
    inserts: inserts.map(({ target, fingerprint, operators }) => {
      return { target, fingerprint, operators: operators.length };
    }),
    written: written.map(([stream, { ledger, times }]) => ({
      stream,
      ledger: ledger ?? null,
      times: times.map(({ watermarkMs, isIdle }) => ({ watermarkMs: finiteOrNull(watermarkMs), isIdle })),
    })),
    views: views.map(([name, { fingerprint, operators, shape }]) => ({
      name,
      fingerprint,
      operators: operators.length,
      shape,
    })),
  };
  const parts = [
    ...sources.map(([, part]) => part),
    ...inserts.flatMap(({ operators }) => operators),
    ...views.flatMap(([, { operators, table }]) => [...operators, table]),
  ];
  return { about, parts };
}

export function imageOf({ about, parts }: CheckpointContent): EngineImage {
  const { stepNumber, mark, streams, sources, inserts, written, views } = about as About;
  let next = 0;
  const take = (count: number): readonly PartImage[] => {
    next += count;
    return parts.slice(next - count, next);
  };
  return {
    stepNumber,
    mark,
    streams,
    sources: sources.map((name) => [name, take(1)[0]!]),
    inserts: inserts.map(({ target, fingerprint, operators }) => {
      return { target, fingerprint, operators: take(operators) };
    }),
    written: written.map(({ stream, ledger, times }) => [
      stream,
      {
        ledger: ledger ?? undefined,
        times: times.map(({ watermarkMs, isIdle }) => ({
          watermarkMs: watermarkMs ?? Number.NEGATIVE_INFINITY,
          isIdle,
        })),
      },
    ]),
    views: views.map(({ name, fingerprint, operators, shape }) => [
      name,
      { fingerprint, operators: take(operators), table: take(1)[0]!, shape },
    ]),
  };
}

function finiteOrNull(number: number): number | null {
  return Number.isFinite(number) ? number : null;
}
