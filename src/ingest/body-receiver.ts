/**
 * Reads a body and gives it to who takes it, piece by piece. While one is being taken nothing more is read,
 * which holds the sender back.
 *
 * A body that is refused is answered at once, but still read and thrown away, because a sender whose
 * connection ends while it sends never sees the refusal; beyond `overBytesMax` it is cut short.
 */
import type { IncomingMessage } from "node:http";
import { quickwaterError } from "../errors/quickwater-error.ts";
import type { Arrival } from "./arrival.ts";
import { packingError, unpackedBody } from "./unpacked-body.ts";

export interface IncomingBody {
  readonly raw: IncomingMessage;
  readonly isPacked: boolean;
  readonly arrival: Arrival | undefined;
}

export interface BodyTaker {
  /** Throws what the body is refused with. */
  take(bytes: Uint8Array): Promise<void> | undefined;
  /** It was refused: nothing more comes. */
  drop(): void;
}

const overBytesMax = 64 * 1024 * 1024;

/** Resolves when all of it was taken; rejects when it is refused, whatever is still to be thrown away. */
export function receiveBody(body: IncomingBody, taker: BodyTaker): Promise<void> {
  return new Promise((resolve, reject) => {
    receive(body, taker, reject).then(resolve, reject);
  });
}

/** For a request that is refused whatever is in its body. */
export function throwAway(body: IncomingBody): void {
  const refusal = quickwaterError("request.empty-body", {});
  const taker = { take: () => Promise.reject(refusal), drop: () => {} };
  receiveBody(body, taker).catch(() => {
    // The request was answered with what was wrong with it before.
  });
}

async function receive(
  { raw, isPacked, arrival }: IncomingBody,
  taker: BodyTaker,
  refuse: (error: unknown) => void,
): Promise<void> {
  let isRefused = false;
  let thrownAway = 0;
  const stop = (error: unknown) => {
    if (isRefused) return;
    isRefused = true;
    if (arrival !== undefined) arrival.onLate = () => void raw.destroy();
    taker.drop();
    refuse(error);
  };
  if (arrival !== undefined) {
    arrival.onLate = () => stop(quickwaterError("request.too-slow", { limit: arrival.msMax }));
  }
  const payload: AsyncIterable<Buffer> = isPacked ? unpackedBody(raw) : raw;
  try {
    for await (const bytes of payload) {
      if (isRefused) {
        thrownAway += bytes.length;
        if (thrownAway > overBytesMax) break;
        continue;
      }
      try {
        const taken = taker.take(bytes);
        if (taken !== undefined) await taken;
      } catch (error) {
        stop(error);
      }
    }
  } catch (error) {
    const problem = "the connection ended within the body";
    stop(packingError(error) ?? quickwaterError("request.bad-request", { problem }, { cause: error }));
  }
  if (thrownAway > overBytesMax) raw.destroy();
}
