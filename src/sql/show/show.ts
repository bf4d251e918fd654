/** SHOW: lists of what the catalog holds, the columns of one table, the statement that made one. */
import { type Catalog, isKeptBeside } from "../../catalog/catalog.ts";
import { aggregateNames } from "../../functions/aggregate/aggregate-function.ts";
import { callableFunctions, scalarFunction } from "../../functions/scalar/registry.ts";
import { notFlink } from "../bind/over-window.ts";
import { plainName } from "../bind/plain-name.ts";
import type { ShowStatement, ShowSubject } from "../parse/ast.ts";
import { describe, unknown } from "./describe.ts";
import { type ResultRows, text, texts } from "./result-rows.ts";

type Lister = (catalog: Catalog) => readonly { readonly name: string }[];

const lists: Partial<Record<ShowSubject, readonly [head: string, list: Lister]>> = {
  TABLES: ["table name", (catalog) => [...tables(catalog), ...catalog.queries(), ...catalog.views()]],
  VIEWS: ["view name", (catalog) => catalog.queries()],
  "MATERIALIZED VIEWS": ["view name", (catalog) => catalog.views()],
  FUNCTIONS: ["function name", functions],
};

const definitions: Partial<Record<ShowSubject, Lister>> = {
  "CREATE TABLE": tables,
  "CREATE VIEW": (catalog) => catalog.queries(),
  "CREATE MATERIALIZED VIEW": (catalog) => catalog.views(),
};

export function show(statement: ShowStatement, catalog: Catalog): ResultRows {
  const { subject, name, like } = statement;
  if (subject === "COLUMNS") {
    const columns = describe(name!, catalog);
    return { ...columns, rows: columns.rows.filter(([column]) => isLike(column as string, like)) };
  }
  const list = lists[subject];
  if (list === undefined) return texts("result", [definitionOf(statement, catalog)]);
  const [head, entries] = list;
  const names = [...new Set(entries(catalog).map((entry) => entry.name))].sort();
  return texts(
    head,
    names.filter((each) => isLike(each, like)),
  );
}

function isLike(name: string, like: ShowStatement["like"]): boolean {
  if (like === undefined) return true;
  const boolean = { kind: "BOOLEAN", nullable: true } as const;
  const matches = scalarFunction("LIKE").evaluate([name, like.pattern], [text, text], boolean) === true;
  return matches !== like.negated;
}

/** The statement as it was written. */
function definitionOf({ subject, name: written }: ShowStatement, catalog: Catalog): string {
  const name = plainName(written!);
  for (const [asked, entries] of Object.entries(definitions)) {
    const found = entries(catalog).find((entry) => entry.name === name.name);
    if (found === undefined) continue;
    if (asked === subject && "statement" in found) return String(found.statement);
    const thing = asked.slice("CREATE ".length).toLowerCase();
    throw notFlink(`${name.name} is a ${thing}`, `Write SHOW ${asked} ${name.name}.`, name.position);
  }
  throw unknown(name, catalog);
}

/** Without those that Quickwater keeps beside them. */
function tables(catalog: Catalog) {
  return catalog.tables().filter((table) => !isKeptBeside(table));
}

function functions(): readonly { readonly name: string }[] {
  return [...callableFunctions.keys(), ...aggregateNames].map((name) => ({ name: name.toLowerCase() }));
}
