import fc from "fast-check";
import { expect, test } from "vitest";
import { readUtf8 } from "./utf8.ts";

test("a text is read as it was written, wherever it lies and whatever it begins with", () => {
  const texts = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: "grapheme" }).map((text) => `\ufeff${text}`),
  );
  fc.assert(
    fc.property(texts, texts, (before, text) => {
      const bytes = new TextEncoder().encode(`${before}${text}|`);
      const start = new TextEncoder().encode(before).length;
      expect(readUtf8(bytes, start, bytes.length - 1)).toBe(text);
      expect(readUtf8(bytes)).toBe(`${before}${text}|`);
    }),
  );
});
