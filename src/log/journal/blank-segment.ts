/**
 * A newest segment that is shorter than its header, or of zeros alone, is not begun: its writer was killed
 * while it made it, and nothing was acknowledged in it.
 */
import type { OpenFile } from "./file-layer.ts";
import { segmentHeaderBytes } from "./step-format.ts";

export function isBlankSegment(file: OpenFile): boolean {
  const start = new Uint8Array(segmentHeaderBytes);
  const read = file.read(start, 0);
  return read < segmentHeaderBytes || (start.every((byte) => byte === 0) && isZero(file));
}

function isZero(file: OpenFile): boolean {
  const bytes = new Uint8Array(64 * 1024);
  for (let at = 0; ; ) {
    const read = file.read(bytes, at);
    if (read === 0) return true;
    if (bytes.subarray(0, read).some((byte) => byte !== 0)) return false;
    at += read;
  }
}
