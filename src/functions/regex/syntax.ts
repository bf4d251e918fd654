/**
 * Regular expressions in Java's syntax, as trees. What cannot be matched in a time that grows with the text
 * alone is refused: references back to a group, looking ahead or behind, possessive and atomic groups. So is
 * what means something else from one Java to the next, or in few patterns only.
 */

/** Whether a code point is one that a place of the pattern takes. */
export type PointTest = (point: number) => boolean;

export type Assertion = "begin" | "end" | "very-end" | "line-begin" | "line-end" | "boundary" | "no-boundary";

export type Pattern =
  | { readonly kind: "empty" }
  | { readonly kind: "point"; readonly test: PointTest }
  | { readonly kind: "assertion"; readonly assertion: Assertion }
  | { readonly kind: "group"; readonly number: number; readonly body: Pattern }
  | { readonly kind: "sequence"; readonly parts: readonly Pattern[] }
  | { readonly kind: "choice"; readonly choices: readonly Pattern[] }
  | {
      readonly kind: "repeat";
      readonly body: Pattern;
      readonly min: number;
      /** Infinity without a bound. */
      readonly max: number;
      readonly lazy: boolean;
    };

export interface ParsedPattern {
  readonly root: Pattern;
  readonly groups: number;
}

export class PatternMistake extends Error {}

/** How often something may be repeated by number; the program's size bounds the rest. */
const repeatMax = 1000;

export interface Flags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
  readonly multiline: boolean;
}

export const noFlags: Flags = { ignoreCase: false, dotAll: false, multiline: false };

/** Where the reading of a pattern is; the files of this folder hand it on. */
export interface Cursor {
  readonly points: readonly string[];
  at: number;
  readonly pattern: string;
}

export function mistake(cursor: Cursor, what: string): PatternMistake {
  return new PatternMistake(`the pattern '${cursor.pattern}' has ${what}`);
}

export function isWordPoint(point: number): boolean {
  return point === 0x5f || isAsciiDigit(point) || isAsciiLetter(point);
}

export function isAsciiDigit(point: number): boolean {
  return point >= 0x30 && point <= 0x39;
}

export function isAsciiLetter(point: number): boolean {
  return (point >= 0x41 && point <= 0x5a) || (point >= 0x61 && point <= 0x7a);
}

/** What `.` does not take and `$` may stand before. */
export function isLineEnd(point: number): boolean {
  return point === 0x0a || point === 0x0d || point === 0x85 || point === 0x2028 || point === 0x2029;
}

export function repeat(cursor: Cursor, body: Pattern): Pattern {
  const sign = cursor.points[cursor.at];
  let [min, max] = [0, Number.POSITIVE_INFINITY];
  if (sign === "+") min = 1;
  else if (sign === "?") max = 1;
  else if (sign === "{") [min, max] = readBounds(cursor);
  else if (sign !== "*") return body;
  cursor.at++;
  const after = cursor.points[cursor.at];
  if (after === "+") throw mistake(cursor, "a possessive quantifier, which is not taken");
  const lazy = after === "?";
  if (lazy) cursor.at++;
  if (body.kind === "assertion") return min === 0 ? { kind: "empty" } : body;
  return repeat(cursor, { kind: "repeat", body, min, max, lazy });
}

/** `{2}`, `{2,}`, `{2,3}`; the cursor ends at the closing brace. */
function readBounds(cursor: Cursor): [number, number] {
  const close = cursor.points.indexOf("}", cursor.at);
  const text = cursor.points.slice(cursor.at + 1, Math.max(close, cursor.at + 1)).join("");
  const match = /^(\d{1,5})(?:(,)(\d{1,5})?)?$/.exec(text);
  if (close < 0 || match === null) throw mistake(cursor, "a { that begins no count");
  cursor.at = close;
  const min = Number(match[1]);
  const max =
    match[2] === undefined ? min : match[3] === undefined ? Number.POSITIVE_INFINITY : Number(match[3]);
  if (max < min) throw mistake(cursor, `the count {${text}}`);
  if (min > repeatMax || (Number.isFinite(max) && max > repeatMax))
    throw mistake(cursor, `a count above ${repeatMax}`);
  return [min, max];
}
