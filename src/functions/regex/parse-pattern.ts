/** Texts to trees of patterns: choices of sequences of repeated atoms. */
import { pointTest, readClass, readEscape } from "./point-class.ts";
import {
  type Assertion,
  type Cursor,
  type Flags,
  isLineEnd,
  mistake,
  noFlags,
  type ParsedPattern,
  type Pattern,
  PatternMistake,
  repeat,
} from "./syntax.ts";

/** A pattern nested deeper would be no pattern that somebody wrote. */
const depthMax = 100;
const lengthMax = 10_000;

interface Reading extends Cursor {
  groups: number;
  depth: number;
}

/** Throws a PatternMistake, whose message says what is wrong. */
export function parsePattern(pattern: string): ParsedPattern {
  if (pattern.length > lengthMax) throw new PatternMistake(`the pattern is longer than ${lengthMax}`);
  const reading: Reading = { points: Array.from(pattern), at: 0, pattern, groups: 0, depth: 0 };
  const root = readChoice(reading, noFlags);
  if (reading.at < reading.points.length) throw mistake(reading, "a ) without its (");
  return { root, groups: reading.groups };
}

/** Flags that are set in a group last until it ends, over its later choices too. */
function readChoice(reading: Reading, outer: Flags): Pattern {
  if (++reading.depth > depthMax) throw mistake(reading, "groups that are nested too deep");
  const choices: Pattern[] = [];
  let parts: Pattern[] = [];
  let flags = outer;
  for (;;) {
    const next = reading.points[reading.at];
    if (next === undefined || next === ")" || next === "|") {
      choices.push(parts.length === 1 ? parts[0]! : { kind: "sequence", parts });
      parts = [];
      if (next !== "|") break;
      reading.at++;
      continue;
    }
    const switched = next === "(" ? readFlagSwitch(reading, flags) : undefined;
    if (switched !== undefined) flags = switched;
    else parts.push(repeat(reading, readAtom(reading, flags)));
  }
  reading.depth--;
  return choices.length === 1 ? choices[0]! : { kind: "choice", choices };
}

function readAtom(reading: Reading, flags: Flags): Pattern {
  const next = reading.points[reading.at++]!;
  switch (next) {
    case "(":
      return readGroup(reading, flags);
    case "[":
      return { kind: "point", test: readClass(reading, flags) };
    case ".":
      return { kind: "point", test: flags.dotAll ? () => true : (point) => !isLineEnd(point) };
    case "^":
      return { kind: "assertion", assertion: flags.multiline ? "line-begin" : "begin" };
    case "$":
      return { kind: "assertion", assertion: flags.multiline ? "line-end" : "end" };
    case "\\":
      return readBackslash(reading, flags);
    case "*":
    case "+":
    case "?":
      throw mistake(reading, `a ${next} that repeats nothing`);
    case "{":
      throw mistake(reading, "a { that begins no count");
    default:
      return { kind: "point", test: pointTest(next.codePointAt(0)!, flags) };
  }
}

const assertions: Readonly<Record<string, Assertion>> = {
  b: "boundary",
  B: "no-boundary",
  A: "begin",
  Z: "end",
  z: "very-end",
};

function readBackslash(reading: Reading, flags: Flags): Pattern {
  const letter = reading.points[reading.at];
  const assertion = letter === undefined ? undefined : assertions[letter];
  if (assertion !== undefined) {
    reading.at++;
    return { kind: "assertion", assertion };
  }
  if (letter === "Q") return readQuoted(reading, flags);
  if (letter !== undefined && /[1-9]/.test(letter))
    throw mistake(reading, `\\${letter}, a reference back to a group, which is not taken`);
  const escaped = readEscape(reading);
  return { kind: "point", test: typeof escaped === "number" ? pointTest(escaped, flags) : escaped };
}

/** `\Q…\E`: what stands between is taken as it is; a quantifier behind it is of the last character. */
function readQuoted(reading: Reading, flags: Flags): Pattern {
  const text = reading.points.slice(reading.at + 1).join("");
  const end = text.indexOf("\\E");
  const quoted = Array.from(end < 0 ? text : text.slice(0, end));
  reading.at += 1 + quoted.length + (end < 0 ? 0 : 2);
  const parts: Pattern[] = quoted.map((character) => ({
    kind: "point",
    test: pointTest(character.codePointAt(0)!, flags),
  }));
  const last = parts.pop();
  if (last !== undefined) parts.push(repeat(reading, last));
  return { kind: "sequence", parts };
}

const flagOf: Readonly<Record<string, keyof Flags>> = { i: "ignoreCase", s: "dotAll", m: "multiline" };

/** `(?i)`: the flags from here on; undefined where no such group begins. */
function readFlagSwitch(reading: Reading, flags: Flags): Flags | undefined {
  const match = /^\(\?([a-zA-Z]*)(?:-([a-zA-Z]+))?\)/.exec(ahead(reading));
  if (match === null) return undefined;
  reading.at += match[0].length;
  return switchFlags(reading, flags, match[1]!, match[2] ?? "");
}

function switchFlags(reading: Reading, flags: Flags, on: string, off: string): Flags {
  const switched = { ...flags };
  for (const [letters, value] of [
    [on, true],
    [off, false],
  ] as const) {
    for (const letter of letters) {
      const flag = flagOf[letter];
      if (flag === undefined) throw mistake(reading, `the flag ${letter}, which is not taken`);
      switched[flag] = value;
    }
  }
  return switched;
}

function readGroup(reading: Reading, flags: Flags): Pattern {
  const text = ahead(reading);
  const plain = /^\?([a-zA-Z]*)(?:-([a-zA-Z]+))?:/.exec(text);
  if (plain !== null) {
    reading.at += plain[0].length;
    return closed(reading, readChoice(reading, switchFlags(reading, flags, plain[1]!, plain[2] ?? "")));
  }
  const named = /^\?<[a-zA-Z][a-zA-Z0-9]*>/.exec(text);
  if (named !== null) reading.at += named[0].length;
  else if (text.startsWith("?")) throw mistake(reading, `(${text.slice(0, 3)}, which is not taken`);
  const number = ++reading.groups;
  return { kind: "group", number, body: closed(reading, readChoice(reading, flags)) };
}

function closed(reading: Reading, body: Pattern): Pattern {
  if (reading.points[reading.at] !== ")") throw mistake(reading, "a ( without its )");
  reading.at++;
  return body;
}

function ahead({ points, at }: Cursor): string {
  return points.slice(at, at + 40).join("");
}
