/**
 * What the steps hold that are no rows and no ticks, as JSON with a `kind`. They stand between rows because
 * what they say holds from their place on.
 */
import type { TableDefinition } from "../catalog/catalog.ts";
import { type Step, type StepKind, type StreamId, stepKind } from "./event-log.ts";

/**
 * Of a stream that queries write: which ones, and from where on its rows are theirs. What was caused by an
 * earlier row is of other queries, or of rows that the journal has let go: nobody can make it again.
 */
export interface MadeBy {
  /** What tells the queries, and all that they are made of, from others. */
  readonly queries: string;
  /** The last cause, and row of it, before theirs. */
  readonly behind: { readonly step: number; readonly index: number };
  /** The number of their first row in the stream. */
  readonly firstRowOffset: number;
}

/** A stream's identity, and how its rows are to be read from here on. */
export interface StreamDeclaration {
  readonly streamId: StreamId;
  readonly schemaVersion: number;
  readonly table: TableDefinition;
  readonly madeBy?: MadeBy | undefined;
  /** The one that is open where the stream is declared again. */
  readonly backfill?: { readonly id: string; readonly sinceMs: number } | undefined;
}

export type StepPayload =
  | (StreamDeclaration & {
      readonly kind: "stream";
      /** By partition: the number that its next row gets. */
      readonly nextRowOffsets: readonly number[];
    })
  /** Rows of the stream between the two of an id are of the past: the clock says nothing of them. */
  | {
      readonly kind: "backfill-begin" | "backfill-end";
      readonly streamId: StreamId;
      readonly id: string;
      /** When it began, milliseconds since 1970 UTC. */
      readonly sinceMs: number;
    }
  /** Dead letters that were read again and written: they are done with. Ranges of numbers, both ends in. */
  | {
      readonly kind: "replayed";
      /** Of `<table>$dead`. */
      readonly streamId: StreamId;
      readonly letters: readonly (readonly [from: number, to: number])[];
    }
  /** Requests with an `Idempotency-Key` whose rows stand before it: stream, key and a later part's number. */
  | { readonly kind: "requests"; readonly keys: readonly string[] }
  /** The windows are computed again from the log as it is here, and published with the next revision. */
  | {
      readonly kind: "correction";
      readonly view: string;
      readonly windows: readonly {
        readonly startMs: number;
        readonly endMs: number;
        /** The key's cells as JSON text; empty where the whole window is meant. */
        readonly key: readonly string[];
      }[];
    };

const stepKindOfPayload: Record<StepPayload["kind"], StepKind> = {
  stream: stepKind.statement,
  replayed: stepKind.statement,
  requests: stepKind.statement,
  "backfill-begin": stepKind.backfillBegin,
  "backfill-end": stepKind.backfillEnd,
  correction: stepKind.correction,
};

export function stepKindOf(payload: StepPayload): StepKind {
  return stepKindOfPayload[payload.kind];
}

export function encodePayload(payload: StepPayload): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(payload));
}

/** The payload of a step that is no rows and no tick. */
export function payloadOf({ bytes }: Pick<Step, "bytes">): StepPayload {
  return JSON.parse(new TextDecoder().decode(bytes)) as StepPayload;
}
