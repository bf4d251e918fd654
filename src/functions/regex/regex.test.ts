import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AllWays } from "./all-ways.ts";
import { compilePattern } from "./compile-pattern.ts";
import { Steps } from "./match.ts";
import { parsePattern } from "./parse-pattern.ts";
import { Regex } from "./regex.ts";
import { similarToRegex } from "./similar.ts";
import { PatternMistake } from "./syntax.ts";
import { TriedWays } from "./tried-ways.ts";

function found(pattern: string, text: string): (string | undefined)[] | undefined {
  const match = new Regex(pattern).find(text, 0);
  if (match === undefined) return undefined;
  const groups = Array.from({ length: match.length / 2 }, (_, group) =>
    match.slice(group * 2, group * 2 + 2),
  );
  return groups.map(([from, to]) => (from! < 0 ? undefined : text.slice(from, to)));
}

test.each([
  ["foo(.*?)(bar)", "foothebar", ["foothebar", "the", "bar"]],
  ["a|ab", "ab", ["a"]],
  ["(a|ab)(c|bcd)(d*)", "abcd", ["abcd", "a", "bcd", ""]],
  ["a{2,3}", "aaaa", ["aaa"]],
  ["a{2,3}?", "aaaa", ["aa"]],
  ["(a)?b", "b", ["b", undefined]],
  ["(?i)ABC[d-f]", "abcE", ["abcE"]],
  ["a(?i)b|c", "C", ["C"]],
  ["(?i:a)b", "Ab", ["Ab"]],
  ["(?i:a)b", "AB", undefined],
  ["x.y", "x\ny", undefined],
  ["(?s)x.y", "x\ny", ["x\ny"]],
  ["^b", "a\nb", undefined],
  ["(?m)^b$", "a\nb\nc", ["b"]],
  ["b$", "b\n", ["b"]],
  ["b\\z", "b\n", undefined],
  ["\\bfoo\\b", "a foo.", ["foo"]],
  ["\\Q1.5*\\E+", "1.5**", ["1.5**"]],
  ["[^\\d\\s]+", "12 ab-c", ["ab-c"]],
  ["[]a]+", "a]", ["a]"]],
  ["\\p{Lu}\\p{L}+", "xÖlé", ["Ölé"]],
  ["\\p{Alpha}+", "é1abc", ["abc"]],
  ["\\x41\\u00e9\\x{1F600}", "Aé\u{1F600}", ["Aé\u{1F600}"]],
  ["^.$", "\u{1F600}", ["\u{1F600}"]],
  ["(?<year>\\d{4})-(\\d\\d)", "on 2026-03", ["2026-03", "2026", "03"]],
  ["(a*)*", "b", ["", ""]],
  ["", "abc", [""]],
  ["(&|^)c=(x*)", "ac=x&c=xx", ["&c=xx", "&", "xx"]],
  ["(&|^)c=", "c=&c=", ["c=", ""]],
  ["b|\\u00e9+", "a\u00e9\u00e9b", ["\u00e9\u00e9"]],
  ["(?i)b$", "aB", ["B"]],
  ["\\z|b", "aa", [""]],
  ["a||b", "b", [""]],
])("%s in %s", (pattern, text, expected) => {
  expect(found(pattern, text)).toEqual(expected);
});

test.each([
  ["(a)\\1", "reference back"],
  ["(?=a)", "(?="],
  ["(?<!a)b", "(?<!"],
  ["(?>a)", "(?>"],
  ["a++", "possessive"],
  ["[a-z&&[b]]", "in a class"],
  ["(", "without its )"],
  ["a)", "without its ("],
  ["[a", "does not end"],
  ["*a", "repeats nothing"],
  ["a{2", "no count"],
  ["a{3,2}", "the count"],
  ["a{1001}", "above 1000"],
  ["((a{100}){100}){100}", "repeats more than"],
  ["\\h", "which is not taken"],
  ["\\p{IsGreek}", "which is not taken"],
  ["(?x)a", "the flag x"],
  ["\\", "backslash"],
  ["(".repeat(200) + ")".repeat(200), "nested too deep"],
])("%s is refused", (pattern, reason) => {
  expect(() => new Regex(pattern)).toThrow(PatternMistake);
  expect(() => new Regex(pattern)).toThrow(reason);
});

interface Written {
  readonly text: string;
  /** It may take nothing; how a repetition of nothing ends differs between engines, so that none is made. */
  readonly takesNothing: boolean;
}

/** Patterns of what JavaScript and Java have in common. */
const { pattern } = fc.letrec<{ pattern: Written }>((tie) => {
  const part = tie("pattern");
  return {
    pattern: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc
        .constantFrom("a", "b", "c", ".", "[ab]", "[^a]", "\\w")
        .map((text) => ({ text, takesNothing: false })),
      fc.constantFrom("^", "$", "\\b", "").map((text) => ({ text, takesNothing: true })),
      fc.tuple(part, part).map(([left, right]) => ({
        text: left.text + right.text,
        takesNothing: left.takesNothing && right.takesNothing,
      })),
      fc.tuple(part, part).map(([left, right]) => ({
        text: `(?:${left.text}|${right.text})`,
        takesNothing: left.takesNothing || right.takesNothing,
      })),
      part.map((inner) => ({ ...inner, text: `(${inner.text})` })),
      fc
        .tuple(part, fc.constantFrom("*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?"))
        .map(([inner, sign]) =>
          inner.takesNothing
            ? inner
            : { text: `(?:${inner.text})${sign}`, takesNothing: /^(?:[*?]|\{0)/.test(sign) },
        ),
    ),
  };
});

test("it finds what a backtracking matcher finds", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c", " "), maxLength: 12 });
  fc.assert(
    fc.property(pattern, text, (written, subject) => {
      const theirs = new RegExp(written.text).exec(subject);
      const ours = new Regex(written.text).find(subject, 0);
      expect(ours === undefined ? null : [ours[0], ours[1]]).toEqual(
        theirs === null ? null : [theirs.index, theirs.index + theirs[0].length],
      );
    }),
    { numRuns: 3000 },
  );
});

test("trying way by way finds what walking all ways at once does, with the same groups", () => {
  const { any } = fc.letrec<{ any: string }>((tie) => {
    const part = tie("any");
    const repeated = fc.constantFrom("*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?", "{2,}");
    return {
      any: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        fc.constantFrom(
          "a",
          "b",
          "é",
          "\\x{1F600}",
          ".",
          "[ab]",
          "[^a]",
          "\\w",
          "^",
          "$",
          "\\b",
          "\\B",
          "\\z",
          "",
        ),
        fc.tuple(part, part).map(([left, right]) => left + right),
        fc.tuple(part, part).map(([left, right]) => `(?:${left}|${right})`),
        part.map((inner) => `(${inner})`),
        fc.tuple(part, repeated).map(([inner, sign]) => `(?:${inner})${sign}`),
      ),
    };
  });
  const text = fc.string({ unit: fc.constantFrom("a", "b", "é", "\u{1F600}", " ", "\n"), maxLength: 12 });
  fc.assert(
    fc.property(any, text, fc.nat(3), fc.boolean(), (written, subject, from, whole) => {
      const { root, groups } = parsePattern(written);
      const program = compilePattern(root, groups);
      const begin = Math.min(from, subject.length);
      const tried = new TriedWays(program).find(subject, begin, whole, new Steps());
      expect(tried).toEqual(new AllWays(program).find(subject, begin, whole, new Steps()));
    }),
    { numRuns: 2_000 },
  );
});

describe("hostile patterns", () => {
  const long = "a".repeat(50_000);

  test.each([
    ["(a+)+$", `${long}!`],
    ["(a|aa)+$", `${long}!`],
    ["(.*)*x", long],
    ["(a?){50}a{50}b", long],
    ["^(([a-z])+.)+[A-Z]([a-z])+$", long],
  ])("%s ends soon on a long text", (hostile, text) => {
    const began = performance.now();
    expect(new Regex(hostile).find(text, 0)).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(5000);
  });

  test("many matches that each look at the whole text are given up", () => {
    const regex = new Regex("(?:a.*b)|a");
    expect(() => {
      for (let at = 0; at < long.length; at++) regex.find(long, at);
    }).toThrow();
  });
});

test.each([
  ["a%", "abc", true],
  ["(b|c)%", "abc", false],
  ["%(b|d)%", "abc", true],
  ["a_c", "abc", true],
  ["[[:DIGIT:]]+", "123", true],
  ["[[:alpha:]_]+", "ab1", false],
  ["5$", "5$", true],
])("SIMILAR TO %s of %s", (similar, text, expected) => {
  const translate = (): string => similarToRegex(similar, undefined);
  if (similar.includes("_]")) expect(translate).toThrow("without an escape");
  else expect(new Regex(translate()).find(text, 0, true) !== undefined).toBe(expected);
});
