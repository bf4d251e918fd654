import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { around, frame } from "../../data/fixture.ts";
import { type Block, parsedText, plainWords, type Words } from "./parse.ts";
import { shapeText, twinOfText } from "./shape.ts";

const plain = (text: string): Words => ({ is: "text", text });

function line(source: string): readonly Words[] {
  const [block, ...more] = parsedText(source);
  if (block?.is !== "paragraph" || more.length > 0) throw new Error("It is not one paragraph.");
  return block.words;
}

describe("blocks", () => {
  it("are paragraphs between empty lines, whose lines are one", () => {
    expect(parsedText("a\nb\r\n\n \t\n  c")).toEqual([
      { is: "paragraph", words: [plain("a b")] },
      { is: "paragraph", words: [plain("c")] },
    ]);
  });

  it("are lists, whose items go on in indented lines", () => {
    expect(parsedText("Why:\n- a\n  and b\n- c\nd\n\n- e")).toEqual([
      { is: "paragraph", words: [plain("Why:")] },
      { is: "list", items: [[plain("a and b")], [plain("c")]] },
      { is: "paragraph", words: [plain("d")] },
      { is: "list", items: [[plain("e")]] },
    ]);
  });

  it("are none where there is nothing", () => {
    expect(parsedText("")).toEqual([]);
    expect(parsedText(" \n\n")).toEqual([]);
    expect(parsedText("-")).toEqual([{ is: "paragraph", words: [plain("-")] }]);
  });
});

describe("words", () => {
  it("are code, bold, and links", () => {
    expect(line("a `b**c**` **d `e` f** [g](/h?i#j).")).toEqual([
      plain("a "),
      { is: "code", text: "b**c**" },
      plain(" "),
      { is: "bold", words: [plain("d "), { is: "code", text: "e" }, plain(" f")] },
      plain(" "),
      { is: "link", text: "g", to: "/h?i#j" },
      plain("."),
    ]);
    expect(line("[a](https://example.com/b)")).toEqual([
      { is: "link", text: "a", to: "https://example.com/b" },
    ]);
  });

  it.each([
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert)",
    "[a](data:text/html,b)",
    "[a](http://example.com)",
    "[a](//example.com)",
    "[a](/\\example.com)",
    "[a](/\t/example.com)",
    "[a](https://)",
    "[a](b)",
    "[a](#b)",
    "[](/b)",
    "[a] (/b)",
    "**",
    "****",
    "** a",
    "`",
    "``",
    "<b>a</b>",
    "&lt;",
  ])("%j is only text", (source) => {
    expect(line(source)).toEqual([plain(source)]);
  });

  it("lead nowhere else, whatever the text is", () => {
    const pieces = fc.constantFrom(
      "[",
      "](",
      ")",
      "**",
      "`",
      "a",
      " ",
      "/",
      "\\",
      "https://",
      "javascript:",
      "\n",
      "- ",
    );
    const linksOf = (words: readonly Words[]): readonly string[] =>
      words.flatMap((each) =>
        each.is === "link" ? [each.to] : each.is === "bold" ? linksOf(each.words) : [],
      );
    const wordsOf = (block: Block): readonly Words[] =>
      block.is === "list" ? block.items.flat() : block.words;
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        const source = parts.join("");
        const words = parsedText(source).flatMap(wordsOf);
        for (const to of linksOf(words)) {
          const url = new URL(to, "https://here.example");
          expect(url.protocol).toBe("https:");
          if (!to.startsWith("https://")) expect(url.host).toBe("here.example");
        }
        const letters = (text: string): string => text.replaceAll(/[^a]/g, "");
        const links = linksOf(words).join("");
        expect(letters(plainWords(words) + links)).toHaveLength(letters(source).length);
      }),
    );
  });

  it("take a long text of marks that are never closed in time", () => {
    const started = performance.now();
    parsedText("[`**".repeat(5_000));
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

it("is the same without its marks as a table, and nothing where there is no text", () => {
  const input = (text: string) => ({
    panel: { ...frame, kind: "text", text } as const,
    readings: [],
    around,
  });
  const model = shapeText(input("**a** `b` [c](/d)\n- e"));
  expect(model && twinOfText(model)).toEqual({ headings: ["Text"], rows: [["a b c"], ["e"]] });
  expect(shapeText(input("\n"))).toBeUndefined();
});
