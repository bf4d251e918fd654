/**
 * How true what is on the screen is, in one word: for the header, and for the panels that dim when it is
 * not.
 */
import type { ConnectionState } from "../../../src/client/index.ts";
import type { Now } from "./live-views.ts";

export type FeedStatus =
  | { readonly status: "connecting" }
  | { readonly status: "live" }
  /** Connected, and yet nothing new: a stream that rests, or one that broke before it got here. */
  | { readonly status: "stale"; readonly ageMs: number }
  | { readonly status: "reconnecting"; readonly retryInMs: number; readonly ageMs: number | undefined }
  | { readonly status: "disconnected"; readonly because: "asked" | "protocol-version" };

/** A stream that rests this long is worth a word. */
export const staleAfterMs = 10_000;

export function feedStatus(connection: ConnectionState, lastRowAt: string | null, now: Now): FeedStatus {
  const ageMs = lastRowAt === null ? undefined : Math.max(0, now.serverMs - Date.parse(lastRowAt));
  switch (connection.status) {
    case "connecting":
      return { status: "connecting" };
    case "closed":
      return { status: "disconnected", because: connection.because };
    case "reconnecting": {
      const retryInMs = Math.max(0, connection.nextTryAt - now.clientMs);
      return { status: "reconnecting", retryInMs, ageMs };
    }
    case "live":
      return ageMs !== undefined && ageMs > staleAfterMs ? { status: "stale", ageMs } : { status: "live" };
  }
}
