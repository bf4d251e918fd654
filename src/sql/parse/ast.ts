/**
 * The syntax tree: readonly plain data, each node with a literal `kind` and the place it came from. The
 * tree says what was written, nothing of what it means: names are not looked up, types are not known.
 * This is the list of its parts.
 */
export type * from "./ast/expressions.ts";
export type * from "./ast/queries.ts";
export type * from "./ast/statements.ts";
export type * from "./ast/types.ts";
