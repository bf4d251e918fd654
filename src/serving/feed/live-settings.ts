/** The bounds of what is served live. docs/reference/live.md tells them to those who write clients. */
import { heartbeatMs } from "../protocol.ts";

export interface LiveSettings {
  /** Sockets and streams that are open at once. */
  readonly clientsMax: number;
  /** On one socket. */
  readonly subscriptionsMax: number;
  /** Of one message from the client; a larger one closes the socket with 1009. */
  readonly messageBytesMax: number;
  /** From the client; with one more the socket is closed. */
  readonly messagesPerSecondMax: number;
  /** Of the rows in one message to the client; a single row that is larger goes alone. */
  readonly pieceBytesMax: number;
  /** Events of a stream from this size on are packed for who takes gzip: once for all of the same shape. */
  readonly packedBytesMin: number;
  /** So are snapshots and parts on a socket, whose every client costs a packing and memory of its own. */
  readonly socketPackedBytesMin: number;
  /** Bytes that wait for the client: above it changes are folded together instead of sent. */
  readonly bufferedBytesSoft: number;
  /** Above it the client is cut off, whatever it is that waits. */
  readonly bufferedBytesMax: number;
  /** The client is cut off when its changes have waited this long and not one message went out. */
  readonly blockedMsMax: number;
  /** The longest that a client hears nothing. */
  readonly heartbeatMs: number;
  /** How often a socket's client is asked whether it is there. */
  readonly pingMs: number;
  /** A socket's client that has not been heard for this long is gone, whatever its socket says. */
  readonly silenceMsMax: number;
  /** How long a closing socket may take to say goodbye. */
  readonly closeMsMax: number;
  /** Shapes that are kept: those with subscribers, and those that may be resumed. */
  readonly shapesMax: number;
  /** Of them those that nobody is subscribed to. */
  readonly idleShapesMax: number;
  /** How far back a subscription may be resumed. */
  readonly resumeMsMax: number;
  /** And behind how many rows that have changed since, where it is more than one step. */
  readonly resumeRowsMax: number;
}

export const defaultLiveSettings: LiveSettings = {
  clientsMax: 4_000,
  subscriptionsMax: 100,
  messageBytesMax: 64 * 1024,
  messagesPerSecondMax: 250,
  pieceBytesMax: 64 * 1024,
  packedBytesMin: 512,
  socketPackedBytesMin: 16 * 1024,
  bufferedBytesSoft: 256 * 1024,
  bufferedBytesMax: 16 * 1024 * 1024,
  blockedMsMax: 15_000,
  heartbeatMs,
  pingMs: 10_000,
  silenceMsMax: 30_000,
  closeMsMax: 10_000,
  shapesMax: 1_000,
  idleShapesMax: 100,
  resumeMsMax: 600_000,
  resumeRowsMax: 20_000,
};

/** Between two looks at all clients: a heartbeat is late by one of these at most. */
export function beatMsOf(settings: LiveSettings): number {
  return Math.max(10, settings.heartbeatMs / 8);
}
