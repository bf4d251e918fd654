/** Names and texts as they can be read back. */
import type { Identifier, QualifiedName } from "./ast.ts";
import { isReserved } from "./keywords.ts";

/** Quoted where it was, or where it could not be read back otherwise. */
export function printName(name: Identifier): string {
  return name.quoted || isReserved(name.name) ? printQuoted(name) : name.name;
}

/** Functions and arguments may be reserved words. */
export function printPlain(name: Identifier): string {
  return name.quoted ? printQuoted(name) : name.name;
}

export function printQualified(name: QualifiedName): string {
  return name.parts.map(printName).join(".");
}

export function printNames(names: readonly Identifier[]): string {
  return names.map(printName).join(", ");
}

export function printText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name of the catalog, which was never written in this place. */
export function printPlainName(name: string): string {
  const isPlain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !isReserved(name);
  return isPlain ? name : `\`${name.replaceAll("`", "``")}\``;
}

function printQuoted(name: Identifier): string {
  return `\`${name.name.replaceAll("`", "``")}\``;
}
