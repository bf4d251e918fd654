/** Literals of several tokens, or that say their value in a code: intervals, times, U&'…', X'…'. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { Expression, IntervalRange, IntervalUnit, TemporalLiteral } from "./ast.ts";
import type { TokenCursor } from "./token-cursor.ts";

const intervalUnits: readonly IntervalUnit[] = [
  "YEAR",
  "QUARTER",
  "MONTH",
  "WEEK",
  "DAY",
  "HOUR",
  "MINUTE",
  "SECOND",
];

export function parseInterval(cursor: TokenCursor): Expression {
  const start = cursor.next();
  const negative = cursor.acceptSymbol("-");
  if (!negative) cursor.acceptSymbol("+");
  const { text: value } = cursor.expectString("a text such as '5'");
  const range = parseIntervalRange(cursor);
  const position = cursor.positionFrom(start.offset);
  return { kind: "IntervalLiteral", value, negative, ...range, position };
}

/** `DAY`, `DAY TO SECOND` */
export function parseIntervalRange(cursor: TokenCursor): IntervalRange {
  const from = parseIntervalUnit(cursor);
  return { from, to: cursor.acceptWord("TO") ? parseIntervalUnit(cursor) : undefined };
}

/** Flink's own examples write the units in the plural too. */
function parseIntervalUnit(cursor: TokenCursor): IntervalUnit {
  for (const unit of intervalUnits) {
    if (!cursor.acceptWord(unit) && !cursor.acceptWord(`${unit}S`)) continue;
    if (cursor.isSymbol("("))
      throw cursor.notSupported("The precision of an interval's field", "Leave it out.");
    return unit;
  }
  throw cursor.unexpected(`one of ${intervalUnits.join(", ")}`);
}

export function parseTemporal(cursor: TokenCursor): Expression {
  const start = cursor.next();
  const { text: value } = cursor.next();
  const type = start.text.toUpperCase() as TemporalLiteral["type"];
  return { kind: "TemporalLiteral", type, value, position: cursor.positionFrom(start.offset) };
}

/** `U&'\00e9\+01F600'`, its escape character another one after UESCAPE. */
export function parseUnicode(cursor: TokenCursor): Expression {
  const token = cursor.next();
  const mark = cursor.acceptWord("UESCAPE") ? cursor.expectString("an escape character").text : "\\";
  const position = cursor.positionFrom(token.offset);
  const value = /^[^\p{L}\p{N}\s+']$/u.test(mark) ? decode(token.text, mark) : undefined;
  if (value !== undefined) return { kind: "StringLiteral", value, position };
  const params = { text: `U&'${token.text}'`, expected: `a text with escapes ${mark}0000 or ${mark}+000000` };
  throw quickwaterError("sql.bad-literal", params, { position });
}

/** Undefined where an escape is none: Flink refuses those too. */
function decode(text: string, mark: string): string | undefined {
  let value = "";
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== mark) {
      value += text[at];
    } else if (text[at + 1] === mark) {
      value += mark;
      at++;
    } else {
      const escaped = /^(?:\+([0-9a-f]{6})|([0-9a-f]{4}))/i.exec(text.slice(at + 1, at + 8));
      const code = Number.parseInt(escaped?.[1] ?? escaped?.[2] ?? "", 16);
      if (!(code <= 0x10ffff)) return undefined;
      value += String.fromCodePoint(code);
      at += escaped![0].length;
    }
  }
  return value;
}

export function parseBinary(cursor: TokenCursor): Expression {
  const token = cursor.next();
  const position = cursor.tokenPosition(token);
  const digits = token.text.toUpperCase();
  if (/^(?:[0-9A-F]{2})*$/.test(digits)) return { kind: "BinaryLiteral", digits, position };
  const params = { text: `X'${token.text}'`, expected: "an even count of hexadecimal digits" };
  throw quickwaterError("sql.bad-literal", params, { position });
}
