import { expect, test } from "vitest";
import { decodeBlockHeader, encodeBlock, unpackBlock } from "./block-format.ts";
import { frameHeaderBytes } from "./step-format.ts";

/** Frames without a payload, as far as blocks look at them. */
function framesOf(...numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(numbers.length * frameHeaderBytes);
  const view = new DataView(bytes.buffer);
  for (const [place, number] of numbers.entries()) {
    const at = place * frameHeaderBytes;
    view.setUint32(at, 0x50455453, true);
    view.setUint32(at + 4, frameHeaderBytes, true);
    view.setBigUint64(at + 16, BigInt(number), true);
  }
  return bytes;
}

function unpacked(range: { firstStep: number; nextStep: number; frameCount: number }, frames: Uint8Array) {
  const block = encodeBlock(range, frames);
  return unpackBlock(block, decodeBlockHeader(block)!);
}

test("a block gives back its frames, also where steps of its range are gone, or all of them", () => {
  for (const numbers of [[5, 6, 7], [5, 9], [7], []]) {
    const frames = framesOf(...numbers);
    const range = { firstStep: 5, nextStep: 10, frameCount: numbers.length };
    expect(unpacked(range, frames)).toEqual(Buffer.from(frames));
  }
});

test("frames that its range, its order or their number does not allow are told", () => {
  const range = { firstStep: 5, nextStep: 10, frameCount: 2 };
  for (const numbers of [
    [4, 5],
    [9, 10],
    [6, 6],
    [7, 6],
  ]) {
    expect(unpacked(range, framesOf(...numbers))).toBe("a block holds what it should not");
  }
  expect(unpacked(range, framesOf(5))).toBe("a block has not as many steps as it says");
  expect(unpacked(range, framesOf(5, 6, 7))).toBe("a block has not as many steps as it says");
  expect(unpacked(range, framesOf(5, 6).subarray(0, 200))).toBe("a block holds what it should not");
});
