/**
 * Where the parser is in the tokens, and the few questions that it asks there. Every failure is a catalogue
 * error at a token; the parser never looks further back than the token it just took.
 */
import { type QuickwaterError, quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import type { Identifier } from "./ast.ts";
import { continuesClause, isReserved } from "./keywords.ts";
import { type LexedText, positionIn, type Token } from "./lexer.ts";

/**
 * Deeper nesting is refused, so that no statement can exhaust the stack of the parser or of what follows it.
 */
export const nestingMax = 200;
/** Operators that a statement may chain: a chain makes the tree as deep as it is long. */
export const chainedOperatorsMax = 1000;

export class TokenCursor {
  readonly #lexed: LexedText;
  #at = 0;
  #depth = 0;
  #chained = 0;

  constructor(lexed: LexedText) {
    this.#lexed = lexed;
  }

  get text(): string {
    return this.#lexed.text;
  }

  peek(ahead = 0): Token {
    const { tokens } = this.#lexed;
    return tokens[Math.min(this.#at + ahead, tokens.length - 1)]!;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind === "bad") throw token.error;
    if (token.kind !== "end") this.#at++;
    return token;
  }

  /** The end of the token that was taken last. */
  get endOffset(): number {
    return this.#at === 0 ? 0 : this.#lexed.tokens[this.#at - 1]!.end;
  }

  isWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "word" && token.upper === word;
  }

  isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "symbol" && token.text === symbol;
  }

  acceptWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.#at++;
    return true;
  }

  acceptSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.#at++;
    return true;
  }

  /** Takes several words in a row, all of them or none. */
  acceptWords(...words: readonly string[]): boolean {
    if (!words.every((word, ahead) => this.isWord(word, ahead))) return false;
    this.#at += words.length;
    return true;
  }

  expectWord(word: string): Token {
    if (!this.isWord(word)) throw this.unexpected(word);
    return this.next();
  }

  expectSymbol(symbol: string): Token {
    if (!this.isSymbol(symbol)) throw this.unexpected(symbol);
    return this.next();
  }

  expectString(what: string): Token {
    if (this.peek().kind !== "string") throw this.unexpected(what);
    return this.next();
  }

  /** A name: backquoted, or a word that is not reserved. */
  identifier(what: string): Identifier {
    const token = this.peek();
    if (token.kind === "quoted") {
      this.#at++;
      return { kind: "Identifier", name: token.text, quoted: true, position: this.tokenPosition(token) };
    }
    if (token.kind !== "word" || continuesClause(token.text)) throw this.unexpected(what);
    if (isReserved(token.text)) {
      const details = { position: this.tokenPosition(token) };
      throw quickwaterError("sql.reserved-word", { word: token.text }, details);
    }
    return this.anyWord(what);
  }

  /** A name in a place where reserved words stand for themselves: a function before `(`, a named argument. */
  anyWord(what: string): Identifier {
    const token = this.next();
    if (token.kind === "quoted") {
      return { kind: "Identifier", name: token.text, quoted: true, position: this.tokenPosition(token) };
    }
    if (token.kind !== "word") throw this.#unexpectedToken(token, what);
    return { kind: "Identifier", name: token.text, quoted: false, position: this.tokenPosition(token) };
  }

  isIdentifier(ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "quoted" || (token.kind === "word" && !isReserved(token.text));
  }

  tokenPosition(token: Token): SourcePosition {
    return positionIn(this.#lexed.lineStarts, token.offset, token.end - token.offset);
  }

  /** From an offset to the end of the last token. */
  positionFrom(offset: number): SourcePosition {
    return positionIn(this.#lexed.lineStarts, offset, this.endOffset - offset);
  }

  unexpected(expected: string): QuickwaterError {
    return this.#unexpectedToken(this.peek(), expected);
  }

  notSupported(feature: string, instead = "", token: Token = this.peek()): QuickwaterError {
    const details = { position: this.tokenPosition(token) };
    return quickwaterError("sql.not-supported-yet", { feature, instead }, details);
  }

  /** Runs one level of nesting. */
  nest<T>(read: () => T): T {
    if (this.#depth >= nestingMax) throw this.#tooDeep();
    this.#depth++;
    try {
      return read();
    } finally {
      this.#depth--;
    }
  }

  /** Counts one operator of a chain such as `a + b + c`. */
  chain(): void {
    if (++this.#chained > chainedOperatorsMax) throw this.#tooDeep();
  }

  /** Begins a statement: what was counted for the last one is forgotten. */
  beginStatement(): void {
    this.#depth = 0;
    this.#chained = 0;
  }

  /** After an error: to the next `;` or the end. */
  skipStatement(): void {
    while (this.peek().kind !== "end" && !this.isSymbol(";")) this.#at++;
  }

  #tooDeep(): QuickwaterError {
    const details = { position: this.tokenPosition(this.peek()) };
    return quickwaterError("sql.too-deep", { limit: nestingMax }, details);
  }

  #unexpectedToken(token: Token, expected: string): QuickwaterError {
    if (token.kind === "bad") return token.error;
    const found = token.kind === "end" ? "the end" : describe(token);
    return quickwaterError("sql.syntax", { expected, found }, { position: this.tokenPosition(token) });
  }
}

function describe(token: Token): string {
  const shown = token.text.length > 40 ? `${token.text.slice(0, 40)}…` : token.text;
  switch (token.kind) {
    case "string":
      return `'${shown}'`;
    case "quoted":
      return `\`${shown}\``;
    default:
      return shown;
  }
}
