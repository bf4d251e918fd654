import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BodyChunks } from "./growing-body.ts";
import { byLineCount, LineParts, partLimits } from "./line-parts.ts";

const limits = { partBytesMax: 64, rowBytesMax: 20 };
const textOf = (chunks: BodyChunks) => Buffer.concat(chunks).toString("latin1");

/** The parts of a body that arrives in these pieces. */
function partsOf(pieces: readonly Buffer[], of = limits): string[] {
  const parts = new LineParts(of, Number.NaN);
  const all: string[] = [];
  for (const piece of pieces) {
    for (let at = parts.add(piece, 0); parts.isFull; at = parts.add(piece, at)) all.push(textOf(parts.cut()));
  }
  all.push(textOf(parts.end()));
  return all.filter((part) => part !== "");
}

function cutAt(body: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set(places.map((place) => place % (body.length + 1)))].sort((one, other) => one - other);
  return [0, ...at].map((from, index) => body.subarray(from, at[index]));
}

/** What a reader of lines makes of it: rows as far as they may go, without what is no part of any. */
const rowsOf = (text: string) =>
  text
    .split("\n")
    .map((line) => line.replace(/^[ \r\t]+/, "").slice(0, limits.rowBytesMax + 1))
    .filter((line) => line !== "");

const line = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: fc.constantFrom("a", "b", " "), maxLength: 20 }) },
  fc.string({ unit: fc.constantFrom(" ", "\r", "\t"), maxLength: 150 }),
  fc.string({ unit: fc.constantFrom("a", " "), maxLength: 300 }),
);
const body = fc
  .tuple(fc.array(line, { maxLength: 40 }), fc.constantFrom("", "\n"))
  .map(([lines, end]) => Buffer.from(lines.join("\n") + end, "latin1"));

describe("lines of any length", () => {
  test("the same bytes are the same parts, however they arrive, and hold every row", () => {
    fc.assert(
      fc.property(body, fc.array(fc.nat()), (bytes, places) => {
        const parts = partsOf([bytes]);
        expect(partsOf(cutAt(bytes, places))).toEqual(parts);
        expect(parts.flatMap(rowsOf)).toEqual(rowsOf(bytes.toString("latin1")));
        for (const part of parts) expect(part.length).toBeLessThanOrEqual(limits.partBytesMax);
      }),
      { numRuns: 2_000 },
    );
  });

  test("a part ends behind its last newline; the next begins there", () => {
    const first = `${"a".repeat(19)}\n`;
    expect(partsOf([Buffer.from(first.repeat(5))])).toEqual([first.repeat(3), first.repeat(2)]);
  });

  test("of a row that is too long one byte too many is kept, and nothing of white space", () => {
    const long = `${"x".repeat(1_000)}\ny\n`;
    expect(partsOf([Buffer.from(`${" ".repeat(500)}${long}`)]).join("")).toBe(`${"x".repeat(21)}\ny\n`);
  });

  test("no part has less than a row, or more than may wait for the log", () => {
    expect(partLimits()).toEqual({ partBytesMax: 4_194_304, rowBytesMax: 1_048_576 });
    expect(partLimits({ pendingBytesMax: 70_000, rowBytesMax: 300 }).partBytesMax).toBe(70_000);
    expect(partLimits({ pendingBytesMax: 70_000, rowBytesMax: 40_000 }).partBytesMax).toBe(80_000);
  });
});

test("a part with too many lines is several, whose memory is their own", () => {
  fc.assert(
    fc.property(body, fc.array(fc.nat()), fc.integer({ min: 1, max: 7 }), (bytes, places, linesMax) => {
      const chunks = cutAt(bytes, places).map((piece) => new Uint8Array(piece));
      const pieces = [...byLineCount(chunks, linesMax)].map((piece) => [...piece]);
      expect(pieces.map(textOf).join("")).toBe(bytes.toString("latin1"));
      const buffers = pieces.flat().map(({ buffer }) => buffer);
      expect(new Set(buffers).size).toBe(buffers.length);
      for (const piece of pieces) expect(rowsOf(textOf(piece)).length).toBeLessThanOrEqual(linesMax);
    }),
  );
});
