/** Small messages that sockets and streams have in common. */
import type { QuickwaterError } from "../../errors/quickwater-error.ts";
import type { HeartbeatMessage, LiveErrorMessage } from "../protocol.ts";

/** `id` where the message is of one subscription on a socket. */
export function errorText({ code, message, advice, position }: QuickwaterError, id?: string): string {
  // Members that are undefined are left out of JSON.
  const answer: LiveErrorMessage = { type: "error", id, code, message, hint: advice, position };
  return JSON.stringify(answer);
}

export function heartbeatText(step: number): string {
  const beat: HeartbeatMessage = { type: "heartbeat", time: new Date().toISOString(), step };
  return JSON.stringify(beat);
}

export function stoppedText(reason: string, id?: string): string {
  return JSON.stringify({ type: "stopped", id, reason });
}
