/**
 * Where the parser is in the tokens, and the few questions that it asks there. Every failure is a catalogue
 * error at a token; the parser never looks further back than the token it just took.
 */
import { type QuickwaterError, quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import type { TypedValue } from "../../values/parameter.ts";
import type { Expression, Identifier, Query } from "./ast.ts";
import { continuesClause, isReserved } from "./keywords.ts";
import { type LexedText, positionIn, type Token } from "./lexer.ts";
import { Mistakes } from "./mistakes.ts";
import { endsPart, type Part, resumeAt } from "./resume.ts";

/**
 * Deeper nesting is refused, so that no statement can exhaust the stack of the parser or of what follows it.
 */
export const nestingMax = 200;
/** Operators that a statement may chain: a chain makes the tree as deep as it is long. */
export const chainedOperatorsMax = 1000;

/** What a query begins with, and what may follow a query in parentheses inside a larger one. */
const queryWords: readonly string[] = ["SELECT", "WITH", "VALUES"];
const afterQueryWords: readonly string[] = [
  "UNION",
  "INTERSECT",
  "EXCEPT",
  "MINUS",
  "ORDER",
  "LIMIT",
  "OFFSET",
  "FETCH",
];

/**
 * The two things that everything else is made of. They are handed in, because they are made of everything
 * else: no file of the parser waits for itself.
 */
export interface Grammar {
  readonly expression: (cursor: TokenCursor, powerMin: number) => Expression;
  readonly query: (cursor: TokenCursor) => Query;
}

/** By name: what `:name` may stand for. */
export type GivenValues = ReadonlyMap<string, TypedValue>;

export class TokenCursor {
  readonly #lexed: LexedText;
  readonly #grammar: Grammar;
  /** Undefined where the text is no query that is given values. */
  readonly given: GivenValues | undefined;
  #mistakes = new Mistakes();
  #at = 0;
  #depth = 0;
  #chained = 0;

  constructor(lexed: LexedText, grammar: Grammar, given?: GivenValues) {
    this.#lexed = lexed;
    this.#grammar = grammar;
    this.given = given;
  }

  /** Of the statement that was begun last, in the order in which they were met. */
  get mistakes(): readonly QuickwaterError[] {
    return this.#mistakes.noted;
  }

  /** Reads an expression whose operators all bind stronger than `powerMin`. */
  expression(powerMin = 0): Expression {
    return this.#grammar.expression(this, powerMin);
  }

  query(): Query {
    return this.#grammar.query(this);
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

  isStatementEnd(ahead = 0): boolean {
    return this.peek(ahead).kind === "end" || this.isSymbol(";", ahead);
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

  /** Takes the first of these words that is there. */
  acceptOneOf<W extends string>(words: readonly W[]): W | undefined {
    return words.find((word) => this.acceptWord(word));
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
    if (token.kind !== "word" || continuesClause(token.text, this.peek(1).text)) {
      throw this.unexpected(what);
    }
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

  /** `(a, b)` */
  identifiers(what: string): Identifier[] {
    const names: Identifier[] = [];
    this.expectSymbol("(");
    do names.push(this.identifier(what));
    while (this.acceptSymbol(","));
    this.expectSymbol(")");
    return names;
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

  /** Begins a statement: what was counted and noted for the last one is forgotten. */
  beginStatement(): void {
    this.#depth = 0;
    this.#chained = 0;
    this.#mistakes = new Mistakes();
  }

  /** Notes the error that ended a statement. */
  noteMistake(error: unknown): void {
    this.#mistakes.note(error);
  }

  /** To the next `;` or the end. */
  skipToSemicolon(): void {
    while (!this.isStatementEnd()) this.#at++;
  }

  /**
   * Reads one part of a statement. A mistake in it is noted and costs that part alone: reading goes on where
   * the next part can begin.
   */
  part<T>(part: Part, read: () => T): T | undefined {
    const start = this.#at;
    try {
      return read();
    } catch (error) {
      if (!this.#mistakes.note(error)) throw error;
      this.#at = resumeAt(this.#lexed, start, this.#at, part);
      return undefined;
    }
  }

  /** Parts with commas between them. What follows a part and is neither a comma nor an end is a mistake. */
  list<T>(part: Part, read: () => T, orElse = part === "element" ? ")" : "the next clause"): T[] {
    const items: T[] = [];
    do {
      const item = this.part(part, () => {
        const value = read();
        if (!endsPart(this.peek(), part)) throw this.unexpected(`, or ${orElse}`);
        return value;
      });
      if (item !== undefined) items.push(item);
    } while (this.acceptSymbol(","));
    return items;
  }

  /**
   * Whether the parenthesis that comes next holds a query and nothing else, however many parentheses stand
   * around that: `((SELECT 1) UNION (SELECT 2))` does, `((SELECT 1) + 2)` and `((SELECT 1) a JOIN b)` do not.
   */
  isQueryInParentheses(ahead = 0): boolean {
    let opened = 0;
    while (opened <= nestingMax && this.isSymbol("(", ahead + opened)) opened++;
    if (opened === 0 || !queryWords.some((word) => this.isWord(word, ahead + opened))) return false;
    for (let inner = opened - 1; inner > 0; inner--) {
      const close = this.#lexed.partners.get(this.#at + ahead + inner);
      const after = close === undefined ? undefined : this.#lexed.tokens[close + 1];
      if (after?.kind === "symbol" && after.text === ")") continue;
      if (after?.kind !== "word" || !afterQueryWords.includes(after.upper)) return false;
    }
    return true;
  }

  #tooDeep(): QuickwaterError {
    const details = { position: this.tokenPosition(this.peek()) };
    return quickwaterError("sql.too-deep", { limit: nestingMax }, details);
  }

  #unexpectedToken(token: Token, expected: string): QuickwaterError {
    if (token.kind === "bad") return token.error;
    if (token.kind === "symbol" && token.text === "/*+") {
      return quickwaterError("sql.misplaced-hint", {}, { position: this.tokenPosition(token) });
    }
    const found = token.kind === "end" ? "the end" : describe(token);
    return quickwaterError("sql.syntax", { expected, found }, { position: this.tokenPosition(token) });
  }
}

function describe(token: Token): string {
  const shown = token.text.length > 40 ? `${token.text.slice(0, 40)}…` : token.text;
  switch (token.kind) {
    case "string":
      return `'${shown}'`;
    case "unicode":
      return `U&'${shown}'`;
    case "binary":
      return `X'${shown}'`;
    case "quoted":
      return `\`${shown}\``;
    default:
      return shown;
  }
}
