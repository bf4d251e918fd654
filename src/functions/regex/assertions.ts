/** What holds between two characters, or at an end of the text. */
import { type Assertion, isLineEnd } from "./syntax.ts";

export function holds(assertion: Assertion, text: string, at: number): boolean {
  switch (assertion) {
    case "begin":
      return at === 0;
    case "very-end":
      return at === text.length;
    case "end":
      return at === text.length || isLastLineEnd(text, at);
    case "line-begin":
      return at === 0 || (at < text.length && isBehindLineEnd(text, at));
    case "line-end":
      return at === text.length || (isLineEnd(text.charCodeAt(at)) && !isWithinLineEnd(text, at));
    default:
      return (isWordAt(text, at - 1) !== isWordAt(text, at)) === (assertion === "boundary");
  }
}

/** A line end that is the last thing in the text: `$` stands before it. */
function isLastLineEnd(text: string, at: number): boolean {
  if (!isLineEnd(text.charCodeAt(at)) || isWithinLineEnd(text, at)) return false;
  return at === text.length - 1 || (at === text.length - 2 && text.startsWith("\r\n", at));
}

function isBehindLineEnd(text: string, at: number): boolean {
  return isLineEnd(text.charCodeAt(at - 1)) && !isWithinLineEnd(text, at);
}

function isWithinLineEnd(text: string, at: number): boolean {
  return at > 0 && text.startsWith("\r\n", at - 1);
}

function isWordAt(text: string, at: number): boolean {
  return at >= 0 && at < text.length && /[\p{L}\p{Nd}_]/u.test(text[at]!);
}
