/**
 * Every error that a user can meet: a code that programs read, a sentence that names what is wrong, the
 * HTTP status where it answers a request, and a hint that says what to do. `docs/reference/errors.md` is
 * generated from here.
 *
 * A code is `area.what`; it never changes its meaning. Values in braces are filled in by `quickwaterError`,
 * and the compiler refuses an error whose values do not match its template.
 */
import { requestErrors } from "./request-errors.ts";
import { rowErrors } from "./row-errors.ts";
import { runErrors } from "./run-errors.ts";
import { sqlErrors } from "./sql-errors.ts";

export interface CatalogueEntry {
  readonly status: number;
  readonly template: string;
  readonly hint: string;
}

export const catalogue = {
  ...rowErrors,
  ...requestErrors,
  ...runErrors,
  ...sqlErrors,
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;
export type RowErrorCode = keyof typeof rowErrors;

type NamesIn<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

export type ErrorParams<C extends ErrorCode> = Readonly<
  Record<NamesIn<(typeof catalogue)[C]["template"]> | NamesIn<(typeof catalogue)[C]["hint"]>, string | number>
>;
