/** What one place of a pattern takes: escapes such as \d, and classes in brackets. */
import {
  type Cursor,
  type Flags,
  isAsciiDigit,
  isAsciiLetter,
  isWordPoint,
  mistake,
  type PointTest,
} from "./syntax.ts";

const isSpace: PointTest = (point) => point === 0x20 || (point >= 0x09 && point <= 0x0d);
const isLower: PointTest = (point) => point >= 0x61 && point <= 0x7a;
const isUpper: PointTest = (point) => point >= 0x41 && point <= 0x5a;
const isPrintable: PointTest = (point) => point > 0x20 && point < 0x7f;

const shortClasses: Readonly<Record<string, PointTest>> = {
  d: isAsciiDigit,
  D: (point) => !isAsciiDigit(point),
  w: isWordPoint,
  W: (point) => !isWordPoint(point),
  s: isSpace,
  S: (point) => !isSpace(point),
};

const controls: Readonly<Record<string, number>> = { t: 0x09, n: 0x0a, r: 0x0d, f: 0x0c, a: 0x07, e: 0x1b };

/** The names that Java gives to parts of ASCII; other names are Unicode's. */
const asciiClasses: Readonly<Record<string, PointTest>> = {
  Lower: isLower,
  Upper: isUpper,
  ASCII: (point) => point < 0x80,
  Alpha: isAsciiLetter,
  Digit: isAsciiDigit,
  Alnum: (point) => isAsciiDigit(point) || isAsciiLetter(point),
  Punct: (point) => isPrintable(point) && !isAsciiDigit(point) && !isAsciiLetter(point),
  Graph: isPrintable,
  Print: (point) => point === 0x20 || isPrintable(point),
  Blank: (point) => point === 0x20 || point === 0x09,
  Cntrl: (point) => point < 0x20 || point === 0x7f,
  XDigit: (point) =>
    isAsciiDigit(point) || (point >= 0x41 && point <= 0x46) || (point >= 0x61 && point <= 0x66),
  Space: isSpace,
};
const unicodeCategory = /^(?:Is)?(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfno]?)$/;

/** One point, whatever case its ASCII letter has where that is said. */
export function pointTest(point: number, { ignoreCase }: Flags): PointTest {
  if (!ignoreCase || !isAsciiLetter(point)) return (each) => each === point;
  const lower = point | 0x20;
  return (each) => (each | 0x20) === lower && isAsciiLetter(each);
}

/** Behind the backslash of an escape that stands for points; a number is one point. */
export function readEscape(cursor: Cursor): PointTest | number {
  const letter = cursor.points[cursor.at++];
  if (letter === undefined) throw mistake(cursor, "a backslash at its end");
  const short = shortClasses[letter];
  if (short !== undefined) return short;
  if (letter in controls) return controls[letter]!;
  if (letter === "p" || letter === "P") return readProperty(cursor, letter === "P");
  if (letter === "x" || letter === "u") return readHex(cursor, letter);
  if (!/[A-Za-z0-9]/.test(letter)) return letter.codePointAt(0)!;
  throw mistake(cursor, `\\${letter}, which is not taken`);
}

function readHex(cursor: Cursor, letter: "x" | "u"): number {
  const rest = cursor.points.slice(cursor.at, cursor.at + 8).join("");
  const match = (letter === "u" ? /^([\da-fA-F]{4})/ : /^(?:([\da-fA-F]{2})|\{([\da-fA-F]{1,6})\})/).exec(
    rest,
  );
  const point = Number.parseInt(match?.[1] ?? match?.[2] ?? "110000", 16);
  if (match === null || point > 0x10ffff) throw mistake(cursor, `\\${letter} without its digits`);
  cursor.at += match[0].length;
  return point;
}

function readProperty(cursor: Cursor, negated: boolean): PointTest {
  const close = cursor.points.indexOf("}", cursor.at);
  const isBraced = cursor.points[cursor.at] === "{" && close > 0;
  const name = isBraced
    ? cursor.points.slice(cursor.at + 1, close).join("")
    : (cursor.points[cursor.at] ?? "");
  cursor.at = isBraced ? close + 1 : cursor.at + 1;
  const test = asciiClasses[name] ?? unicodeTest(name);
  if (test === undefined) throw mistake(cursor, `the class \\p{${name}}, which is not taken`);
  return negated ? (point) => !test(point) : test;
}

function unicodeTest(name: string): PointTest | undefined {
  if (!unicodeCategory.test(name)) return undefined;
  const category = new RegExp(`^\\p{${name.replace(/^Is/, "")}}$`, "u");
  return (point) => category.test(String.fromCodePoint(point));
}

/** Behind the opening bracket, up to behind the closing one. */
export function readClass(cursor: Cursor, flags: Flags): PointTest {
  const negated = cursor.points[cursor.at] === "^";
  if (negated) cursor.at++;
  const tests: PointTest[] = [];
  for (let isFirst = true; ; isFirst = false) {
    const next = cursor.points[cursor.at];
    if (next === undefined) throw mistake(cursor, "a [ that does not end");
    if (next === "]" && !isFirst) break;
    if (next === "[" || (next === "&" && cursor.points[cursor.at + 1] === "&"))
      throw mistake(cursor, `${next === "[" ? "[" : "&&"} in a class, which is not taken`);
    tests.push(readRange(cursor, flags));
  }
  cursor.at++;
  return (point) => tests.some((test) => test(point)) !== negated;
}

function readRange(cursor: Cursor, flags: Flags): PointTest {
  const from = readMember(cursor);
  if (typeof from !== "number") return from;
  const isRange = cursor.points[cursor.at] === "-" && cursor.points[cursor.at + 1] !== "]";
  if (!isRange) return pointTest(from, flags);
  cursor.at++;
  if (cursor.points[cursor.at] === "[") throw mistake(cursor, "[ in a class, which is not taken");
  const to = readMember(cursor);
  if (typeof to !== "number" || to < from) throw mistake(cursor, "a range in a class that goes nowhere");
  const isWithin: PointTest = (point) => point >= from && point <= to;
  if (!flags.ignoreCase) return isWithin;
  return (point) => isWithin(point) || (isAsciiLetter(point) && isWithin(point ^ 0x20));
}

function readMember(cursor: Cursor): PointTest | number {
  const next = cursor.points[cursor.at++];
  if (next === undefined) throw mistake(cursor, "a [ that does not end");
  return next === "\\" ? readEscape(cursor) : next.codePointAt(0)!;
}
