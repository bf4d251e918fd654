/**
 * Text to tokens. Nothing is thrown here: what cannot be a token becomes one of kind `bad` that carries its
 * error, so that the parser can report it where it meets it and go on behind it.
 *
 * A comment is a space. `/*+ … *\/` is no comment but a hint to Flink's planner: its two ends are symbols and
 * what lies between them is read like everything else.
 */
import { type QuickwaterError, quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";

interface TokenPlace {
  readonly offset: number;
  readonly end: number;
}

export type Token = TokenPlace &
  (
    | { readonly kind: "word"; readonly text: string; readonly upper: string }
    | { readonly kind: "quoted"; readonly text: string }
    | { readonly kind: "string"; readonly text: string }
    | { readonly kind: "unicode"; readonly text: string }
    | { readonly kind: "binary"; readonly text: string }
    | { readonly kind: "number"; readonly text: string }
    | { readonly kind: "symbol"; readonly text: string }
    | { readonly kind: "bad"; readonly text: string; readonly error: QuickwaterError }
    | { readonly kind: "end"; readonly text: "" }
  );

export interface LexedText {
  readonly text: string;
  /** The last one is of kind `end`. */
  readonly tokens: readonly Token[];
  readonly lineStarts: readonly number[];
  /** Of an opening parenthesis or bracket the index of the token that closes it; within one statement. */
  readonly partners: ReadonlyMap<number, number>;
}

const spacePattern = /\s+/y;
const wordPattern = /[\p{L}_][\p{L}\p{N}_$]*/uy;
const numberPattern = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const symbolPattern = /<>|<=|>=|!=|=>|\|\||[-+*/%=<>(),.;[\]{}?:]/y;

export function lex(text: string): LexedText {
  const tokens: Token[] = [];
  const lineStarts = findLineStarts(text);
  // Looked for once: a text of many comments without an end would be searched as often to its end.
  const closedUntil = text.lastIndexOf("*/");
  let at = 0;
  let inHint = false;
  for (;;) {
    at = skipBlank(text, at, closedUntil);
    if (at >= text.length) break;
    const isHintEnd = inHint && text.startsWith("*/", at);
    const token = isHintEnd ? symbolAt(text, at, "*/".length) : readToken(text, at, lineStarts, closedUntil);
    if (token.kind === "symbol" && token.text === "/*+") inHint = true;
    // A hint does not reach over its statement, whatever else is wrong with it.
    else if (isHintEnd || (token.kind === "symbol" && token.text === ";")) inHint = false;
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: "end", text: "", offset: text.length, end: text.length });
  return { text, tokens, lineStarts, partners: findPartners(tokens) };
}

const closers: Readonly<Record<string, string>> = { "(": ")", "[": "]" };

/** A parenthesis that is never closed has no partner; `;` ends a statement whatever is open. */
function findPartners(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const partners = new Map<number, number>();
  let open: { readonly closer: string; readonly index: number }[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== "symbol") continue;
    const closer = closers[token.text];
    if (closer !== undefined) open.push({ closer, index });
    else if (token.text === ";") open = [];
    else if (token.text === open.at(-1)?.closer) partners.set(open.pop()!.index, index);
  }
  return partners;
}

/** The position of a stretch of text; by binary search, because a parser asks once a node. */
export function positionIn(lineStarts: readonly number[], offset: number, length: number): SourcePosition {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (lineStarts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { offset, length: Math.max(1, length), line: low + 1, column: offset - lineStarts[low]! + 1 };
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** Past spaces and comments. A comment without an end is left for `readToken` to refuse. */
function skipBlank(text: string, start: number, closedUntil: number): number {
  let at = start;
  for (;;) {
    const space = matchAt(spacePattern, text, at);
    if (space !== undefined) {
      at += space.length;
    } else if (text.startsWith("--", at)) {
      const lineEnd = text.indexOf("\n", at);
      at = lineEnd < 0 ? text.length : lineEnd + 1;
    } else if (text.startsWith("/*", at) && text[at + 2] !== "+") {
      if (closedUntil < at + 2) return at;
      at = text.indexOf("*/", at + 2) + 2;
    } else {
      return at;
    }
  }
}

function readToken(text: string, at: number, lineStarts: readonly number[], closedUntil: number): Token {
  const first = text[at]!;
  if (first === "'") return readEnclosed(text, at, lineStarts, "'", "string");
  if (first === "`") return readEnclosed(text, at, lineStarts, "`", "quoted");
  if (text.startsWith("/*", at)) {
    if (closedUntil < at + 2) return unterminated(text, at, lineStarts, "comment", "*/");
    return symbolAt(text, at, "/*+".length);
  }
  if (/^[uU]&'/.test(text.slice(at, at + 3))) return readEnclosed(text, at, lineStarts, "'", "unicode");
  if (/^[xX]'/.test(text.slice(at, at + 2))) return readEnclosed(text, at, lineStarts, "'", "binary");
  const word = matchAt(wordPattern, text, at);
  if (word !== undefined) {
    return { kind: "word", text: word, upper: word.toUpperCase(), offset: at, end: at + word.length };
  }
  const number = matchAt(numberPattern, text, at);
  if (number !== undefined) return { kind: "number", text: number, offset: at, end: at + number.length };
  const symbol = matchAt(symbolPattern, text, at);
  if (symbol !== undefined) {
    return { kind: "symbol", text: symbol === "!=" ? "<>" : symbol, offset: at, end: at + symbol.length };
  }
  const character = String.fromCodePoint(text.codePointAt(at)!);
  const position = positionIn(lineStarts, at, character.length);
  const error = quickwaterError("sql.unexpected-character", { character }, { position });
  return { kind: "bad", text: character, error, offset: at, end: at + character.length };
}

/** What lies between two quotes, behind a prefix such as `U&`; a doubled quote inside stands for one. */
function readEnclosed(
  text: string,
  at: number,
  lineStarts: readonly number[],
  quote: "'" | "`",
  kind: "string" | "quoted" | "unicode" | "binary",
): Token {
  const start = text.indexOf(quote, at) + 1;
  let end = start;
  for (;;) {
    end = text.indexOf(quote, end);
    if (end < 0) return unterminated(text, at, lineStarts, kind === "quoted" ? "quoted name" : "text", quote);
    if (text[end + 1] !== quote) break;
    end += 2;
  }
  const content = text.slice(start, end).replaceAll(quote + quote, quote);
  if (kind === "quoted" && content === "") {
    const position = positionIn(lineStarts, at, 2);
    const error = quickwaterError("sql.syntax", { expected: "a name", found: "``" }, { position });
    return { kind: "bad", text: "``", error, offset: at, end: end + 1 };
  }
  return { kind, text: content, offset: at, end: end + 1 };
}

function symbolAt(text: string, at: number, length: number): Token {
  return { kind: "symbol", text: text.slice(at, at + length), offset: at, end: at + length };
}

/**
 * The first unclosed quote swallows the rest of the text. To find mistakes of later statements all the same,
 * the token ends before the next `;` at a line's end, which is where the quote was most likely forgotten.
 */
function unterminated(
  text: string,
  at: number,
  lineStarts: readonly number[],
  what: string,
  closing: string,
): Token {
  const statementEnd = text.slice(at).search(/;[ \t]*(\r?\n|$)/);
  const end = statementEnd < 0 ? text.length : at + Math.max(1, statementEnd);
  const error = quickwaterError(
    "sql.unterminated",
    { what, closing },
    { position: positionIn(lineStarts, at, 1) },
  );
  return { kind: "bad", text: text[at]!, error, offset: at, end };
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
