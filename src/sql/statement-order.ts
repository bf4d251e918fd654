/**
 * The statements of several files in an order in which each stands behind those that make what it names. What
 * does not need to move stays where it is: file by file, from the first line to the last.
 */
import { deadLetterName } from "../catalog/dead-letters.ts";
import { lateRowsName } from "../catalog/late-rows.ts";
import type { QualifiedName, Statement } from "./parse/ast.ts";
import type { StatementHead } from "./parse/parse-statement.ts";

export function inOrder<Of extends { readonly statement: Statement }>(all: readonly Of[]): readonly Of[] {
  const makers = new Map<string, Of[]>();
  const add = (name: string, maker: Of) => makers.set(name, [...(makers.get(name) ?? []), maker]);
  for (const each of all) for (const name of namesMadeBy(each.statement)) add(name, each);
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

/** What can be named as soon as the statement is bound. */
export function namesMadeBy(statement: Statement): readonly string[] {
  switch (statement.kind) {
    case "CreateTable":
    case "CreateView":
    case "CreateMaterializedView":
      return namesMadeByHead({ kind: "create", name: lastPart(statement.name) });
    case "InsertInto":
      return namesMadeByHead({ kind: "insert", name: lastPart(statement.target) });
    case "StatementSet":
      return statement.inserts.flatMap(namesMadeBy);
    default:
      return [];
  }
}

/** Late rows of a stream are those of the queries that write it. */
export function namesMadeByHead({ kind, name }: StatementHead): readonly string[] {
  return kind === "insert" ? [lateRowsName(name)] : [name, deadLetterName(name), lateRowsName(name)];
}

function lastPart({ parts }: QualifiedName): string {
  return parts.at(-1)!.name;
}

/** All that the statement may name: that some are columns or functions does no harm. */
export function namesIn(statement: Statement): ReadonlySet<string> {
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
