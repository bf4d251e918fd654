/**
 * A project's streams and views as TypeScript: of a stream what an event may be that is sent, of a view what
 * a row is that `engine.rows`, `engine.subscribe` and the client's subscriptions give.
 */
import type { Catalog, TableDefinition, ViewDefinition } from "../catalog/catalog.ts";
import { physicalOf, type SqlType, takesScalars } from "../values/sql-type.ts";

export function typescriptText(catalog: Catalog): string {
  const streams = catalog.tables().filter(({ origin }) => origin.kind === "stream");
  const views = catalog.views();
  const parts = [
    "// Made by `quickwater types`: run it again when the SQL has changed.",
    ...streams.map(streamText),
    ...views.map(viewText),
    listText("Streams", "An event by the name of its stream.", streams, "Event"),
    listText("Views", "A row by the name of its view.", views, "Row"),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** What may be NULL may be left out too. */
function streamText({ name, schema }: TableDefinition): string {
  const members = schema.columns.map(({ name: column, type }) =>
    member(column, sentType(type), type.nullable),
  );
  return `export interface ${typeName(name)}Event {\n${members.join("")}}`;
}

function viewText({ name, schema }: ViewDefinition): string {
  const members = schema.columns.map(({ name: column, type }) => {
    const given = type.nullable || isFloating(type) ? `${givenType(type)} | null` : givenType(type);
    return member(column, given, false);
  });
  const own = ["  readonly $final: boolean;\n", "  readonly $revision: number;\n"];
  return `export interface ${typeName(name)}Row {\n${[...members, ...own].join("")}}`;
}

function listText(
  list: string,
  comment: string,
  things: readonly { readonly name: string }[],
  ending: string,
): string {
  const members = things.map(({ name }) => member(name, `${typeName(name)}${ending}`, false));
  return `/** ${comment} */\nexport interface ${list} {\n${members.join("")}}`;
}

function member(name: string, type: string, optional: boolean): string {
  const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
  return `  readonly ${key}${optional ? "?" : ""}: ${type}${optional ? " | null" : ""};\n`;
}

/** `order_events` is OrderEvents. */
function typeName(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const text = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join("");
  return /^[A-Za-z]/.test(text) ? text : `_${text}`;
}

/** JSON has no NaN and no infinity: they come as null. */
function isFloating({ kind }: SqlType): boolean {
  return kind === "FLOAT" || kind === "DOUBLE";
}

/** Whole numbers beyond 2^53 are bigints, decimals and times are exact text. */
function givenType(type: SqlType): string {
  if (type.kind === "BIGINT") return "number | bigint";
  if (type.kind === "BOOLEAN") return "boolean";
  const physical = physicalOf(type);
  const isNumber = isFloating(type) || (physical === "i32" && type.kind.endsWith("INT"));
  return isNumber ? "number" : "string";
}

function sentType(type: SqlType): string {
  const of = (inner: SqlType): string => (inner.nullable ? `${sentType(inner)} | null` : sentType(inner));
  switch (type.kind) {
    case "ROW": {
      const members = type.fields.map((field) => {
        return member(field.name, sentType(field.type), field.type.nullable).trim();
      });
      return `{ ${members.join(" ")} }`;
    }
    case "ARRAY":
      return `readonly (${of(type.element)})[]`;
    case "MAP":
      return `Readonly<Record<string, ${takesScalars(type) ? "number | boolean | " : ""}${of(type.value)}>>`;
    case "DECIMAL":
      return "number | string";
    case "BIGINT":
      return "number";
    default:
      return givenType(type);
  }
}
