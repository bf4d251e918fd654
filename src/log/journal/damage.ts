/** Telling a torn tail, which a killed writer leaves behind, from damage to what was acknowledged. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { decodeFrameHeader, frameLength } from "./step-format.ts";

/**
 * A step behind the bad place that was written when the bad one was known to be flushed proves that the bad
 * place was acknowledged: that is damage, not a torn tail, and cutting it would lose events. `fileOffset` is
 * where `bytes` begin in the file.
 */
export function refuseDamage(
  file: string,
  bytes: Uint8Array,
  badAt: number,
  size: number,
  badStep: number,
  fileOffset = 0,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = badAt + 8; at + 12 <= size; at += 8) {
    const length = frameLength(view, at);
    if (length === 0 || at + length > size) continue;
    const header = decodeFrameHeader(bytes, view, at, length);
    if (header === undefined || header.flushedStep < badStep) continue;
    const problem = `step ${badStep} does not match its check sum, yet step ${header.number} is whole`;
    throw quickwaterError("run.journal-damaged", { file, offset: fileOffset + badAt, problem });
  }
}
