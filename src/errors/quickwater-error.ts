/**
 * The one error that a user sees. Our own bugs are `assert`s; everything that a user, their data or their
 * machine can cause is an entry of the catalogue, thrown as this class with the values that its template
 * names.
 */
import { catalogue, type ErrorCode, type ErrorParams } from "./catalogue.ts";

/** A place in a source text; `offset` and `length` are in UTF-16 units, line and column start at 1. */
export interface SourcePosition {
  readonly offset: number;
  readonly length: number;
  readonly line: number;
  readonly column: number;
}

export interface ErrorDetails {
  readonly position?: SourcePosition | undefined;
  /** What the user most likely meant: shown as "Did you mean …?". */
  readonly suggestion?: string | undefined;
  readonly cause?: unknown;
}

export class QuickwaterError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly hint: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly position: SourcePosition | undefined;
  readonly suggestion: string | undefined;

  constructor(
    code: ErrorCode,
    params: Readonly<Record<string, string | number>>,
    details: ErrorDetails = {},
  ) {
    super(
      fill(catalogue[code].template, params),
      details.cause === undefined ? {} : { cause: details.cause },
    );
    this.name = "QuickwaterError";
    this.code = code;
    this.status = catalogue[code].status;
    this.hint = fill(catalogue[code].hint, params);
    this.params = params;
    this.position = details.position;
    this.suggestion = details.suggestion;
  }

  /** What to do, beginning with what was most likely meant. */
  get advice(): string {
    return this.suggestion === undefined ? this.hint : `Did you mean ${this.suggestion}? ${this.hint}`;
  }
}

/** Makes an error of the catalogue; the compiler checks that each value that the template names is given. */
export function quickwaterError<C extends ErrorCode>(
  code: C,
  params: ErrorParams<C>,
  details?: ErrorDetails,
): QuickwaterError {
  return new QuickwaterError(code, params, details);
}

function fill(template: string, params: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? `{${name}}`));
}

/** For conditions that only a bug of ours can break. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Quickwater bug: ${message}`);
}
