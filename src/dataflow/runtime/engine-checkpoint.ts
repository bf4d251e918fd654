/**
 * An engine's image as the content of a checkpoint, and back: parts one behind the other, and beside them by
 * name how many are whose.
 */
import type { CheckpointContent } from "../../state/checkpoint/checkpoint.ts";
import type { PartImage } from "../../state/keyed-state.ts";
import type { LedgerImage } from "./derived-ledger.ts";
import type { DeclaredTable, EngineImage, InsertImage, QueryImage, ViewImage } from "./engine-image.ts";

interface About {
  readonly stepNumber: number;
  readonly mark: readonly number[];
  readonly streams: readonly DeclaredTable[];
  /** Each has one part. */
  readonly sources: readonly string[];
  readonly inserts: readonly (AboutQuery & { readonly target?: InsertImage["target"] })[];
  readonly written: readonly {
    readonly stream: string;
    readonly ledger: LedgerImage | null;
    /** Null is a time that has not begun. */
    readonly times: readonly { readonly watermarkMs: number | null; readonly isIdle: boolean }[];
  }[];
  /** Each has one part more, for its rows. */
  readonly views: readonly (AboutQuery & { readonly name: string; readonly shape?: ViewImage["shape"] })[];
}

interface AboutQuery {
  readonly fingerprint: string;
  /** How many: each has one part. */
  readonly operators: number;
  /** Whether one part more is of what its stages have given on. */
  readonly isGauged?: boolean | undefined;
}

export function contentOf(image: EngineImage): CheckpointContent {
  const { stepNumber, mark, streams, sources, inserts, written, views } = image;
  const about: About = {
    stepNumber,
    mark,
    streams,
    sources: sources.map(([name]) => name),
    inserts: inserts.map((insert) => ({ target: insert.target, ...aboutQuery(insert) })),
    written: written.map(([stream, { ledger, times }]) => ({
      stream,
      ledger: ledger ?? null,
      times: times.map(({ watermarkMs, isIdle }) => ({ watermarkMs: finiteOrNull(watermarkMs), isIdle })),
    })),
    views: views.map(([name, view]) => ({ name, ...aboutQuery(view), shape: view.shape })),
  };
  const parts = [
    ...sources.map(([, part]) => part),
    ...inserts.flatMap(partsOf),
    ...views.flatMap(([, view]) => [...partsOf(view), view.table]),
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
  const takeQuery = ({ fingerprint, operators: count, isGauged }: AboutQuery): QueryImage => {
    const operators = take(count);
    return { fingerprint, operators, gauges: isGauged === true ? take(1)[0] : undefined };
  };
  return {
    stepNumber,
    mark,
    streams,
    sources: sources.map((name) => [name, take(1)[0]!]),
    inserts: inserts.map((about) => ({ target: about.target, ...takeQuery(about) })),
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
    views: views.map((about) => [
      about.name,
      { ...takeQuery(about), table: take(1)[0]!, shape: about.shape },
    ]),
  };
}

function aboutQuery({ fingerprint, operators, gauges }: QueryImage): AboutQuery {
  return { fingerprint, operators: operators.length, isGauged: gauges !== undefined };
}

function partsOf({ operators, gauges }: QueryImage): readonly PartImage[] {
  return gauges === undefined ? operators : [...operators, gauges];
}

function finiteOrNull(number: number): number | null {
  return Number.isFinite(number) ? number : null;
}
