/** The bounds of a live socket. docs/reference/live.md tells them to those who write clients. */
import { heartbeatMs } from "../protocol.ts";

export interface LiveSettings {
  readonly subscriptionsMax: number;
  /** Of one message from the client; a larger one closes the socket with 1009. */
  readonly messageBytesMax: number;
  /** From the client; with one more the socket is closed. */
  readonly messagesPerSecondMax: number;
  /** Of the rows in one message to the client; a single row that is larger goes alone. */
  readonly pieceBytesMax: number;
  /** Bytes that wait in the socket: above it changes are folded together instead of sent. */
  readonly bufferedBytesSoft: number;
  /** Above it the client is cut off, whatever it is that waits. */
  readonly bufferedBytesMax: number;
  /** The client is cut off when its changes have waited this long and not one message went out. */
  readonly blockedMsMax: number;
  /** The longest that a client hears nothing. */
  readonly heartbeatMs: number;
  /** How often the client is asked whether it is there. */
  readonly pingMs: number;
  /** A client that has not been heard for this long is gone, whatever its socket says. */
  readonly silenceMsMax: number;
  /** How long a closing socket may take to say goodbye. */
  readonly closeMsMax: number;
}

export const defaultLiveSettings: LiveSettings = {
  subscriptionsMax: 100,
  messageBytesMax: 64 * 1024,
  messagesPerSecondMax: 250,
  pieceBytesMax: 64 * 1024,
  bufferedBytesSoft: 256 * 1024,
  bufferedBytesMax: 16 * 1024 * 1024,
  blockedMsMax: 15_000,
  heartbeatMs,
  pingMs: 10_000,
  silenceMsMax: 30_000,
  closeMsMax: 10_000,
};

/** Between two looks at all sockets: a heartbeat is late by one of these at most. */
export function beatMsOf(settings: LiveSettings): number {
  return Math.max(10, settings.heartbeatMs / 8);
}
