/**
 * The statements of several files in an order in which each stands behind those that make what it names. What
 * does not need to move stays where it is: file by file, from the first line to the last.
 */
import { deadLetterName } from "../catalog/dead-letters.ts";
import { lateRowsName } from "../catalog/late-rows.ts";
import type { InsertInto, Statement } from "./parse/ast.ts";

export function inOrder<Of extends { readonly statement: Statement }>(all: readonly Of[]): readonly Of[] {
  const makers = new Map<string, Of[]>();
  const add = (name: string, maker: Of) => makers.set(name, [...(makers.get(name) ?? []), maker]);
  for (const each of all) {
    const made = nameMadeBy(each.statement);
    if (made !== undefined)
      for (const name of [made, deadLetterName(made), lateRowsName(made)]) add(name, each);
    // Late rows of a stream are those of the queries that write it.
    for (const { target } of insertsOf(each.statement)) add(lateRowsName(target.parts.at(-1)!.name), each);
  }
  const ordered = new Set<Of>();
  const begun = new Set<Of>();
  const place = (each: Of): void => {
    if (begun.has(each)) return;
    begun.add(each);
    for (const name of namesIn(each.statement)) for (const maker of makers.get(name) ?? []) place(maker);
    ordered.add(each);
  };
  for (const each of all) place(each);
  return [...ordered];
}

function nameMadeBy(statement: Statement): string | undefined {
  switch (statement.kind) {
    case "CreateTable":
    case "CreateView":
    case "CreateMaterializedView":
      return statement.name.parts.at(-1)!.name;
    default:
      return undefined;
  }
}

function insertsOf(statement: Statement): readonly InsertInto[] {
  if (statement.kind === "InsertInto") return [statement];
  return statement.kind === "StatementSet" ? statement.inserts : [];
}

/** All that the statement may name: that some are columns or functions does no harm. */
function namesIn(statement: Statement): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { kind, parts } = node as { readonly kind?: string; readonly parts?: readonly { name: string }[] };
    if (kind === "QualifiedName") names.add(parts!.at(-1)!.name);
    else for (const value of Object.values(node)) visit(value);
  };
  visit(statement);
  return names;
}
