/** Text as the pieces of memory that the log takes. */
import { bodyChunkBytesMax } from "../../log/event-log.ts";

export function chunksOf(text: string): Uint8Array<ArrayBuffer>[] {
  const bytes = new TextEncoder().encode(text);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  // Each has memory of its own, because it is given away.
  for (let at = 0; at < bytes.length; at += bodyChunkBytesMax)
    chunks.push(bytes.slice(at, at + bodyChunkBytesMax));
  return chunks;
}
