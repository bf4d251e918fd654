/** Types as DDL and CAST write them. Whether `DECIMAL(99)` exists is the binder's to say. */
import type { IntervalRange, TypeChild, TypeName } from "./ast.ts";
import { parseIntervalRange } from "./parse-literal.ts";
import type { TokenCursor } from "./token-cursor.ts";

type TypeBody = Pick<TypeName, "name" | "arguments" | "children" | "interval">;

export function parseType(cursor: TokenCursor): TypeName {
  return cursor.nest(() => {
    const start = cursor.peek();
    if (start.kind !== "word" || !/^\w+$/.test(start.upper)) throw cursor.unexpected("a type");
    const body = parseBody(cursor, start.upper);
    const notNull = cursor.acceptWords("NOT", "NULL");
    // Behind RETURNING of a JSON function a NULL may also begin its next clause.
    if (!notNull && !cursor.isWord("ON", 1)) cursor.acceptWord("NULL");
    if (cursor.isWord("ARRAY") || cursor.isWord("MULTISET")) {
      throw cursor.notSupported("The suffix form of a collection type", "Write ARRAY<element>.");
    }
    return { kind: "TypeName", ...body, notNull, position: cursor.positionFrom(start.offset) };
  });
}

function parseBody(cursor: TokenCursor, word: string): TypeBody {
  if (word === "STRUCTURED" || word === "RAW") throw cursor.notSupported(`The type ${word}`);
  cursor.next();
  switch (word) {
    case "ROW":
      return bodyOf(word, { children: parseFields(cursor) });
    case "ARRAY":
    case "MULTISET":
      return bodyOf(word, { children: parseElements(cursor, 1) });
    case "MAP":
      return bodyOf(word, { children: parseElements(cursor, 2) });
    case "INTERVAL":
      return bodyOf(word, { interval: parseIntervalRange(cursor) });
  }
  const numbers = parseNumbers(cursor);
  return bodyOf(parseSuffix(cursor, word), { arguments: numbers });
}

function bodyOf(name: string, rest: Partial<TypeBody> & { interval?: IntervalRange }): TypeBody {
  return { name, arguments: [], children: [], interval: undefined, ...rest };
}

/** Words that belong to a type's name: `DOUBLE PRECISION`, `TIMESTAMP(3) WITH LOCAL TIME ZONE`. */
function parseSuffix(cursor: TokenCursor, word: string): string {
  if (word === "DOUBLE") cursor.acceptWord("PRECISION");
  if (word === "TIME") cursor.acceptWords("WITHOUT", "TIME", "ZONE");
  if (word !== "TIMESTAMP" || cursor.acceptWords("WITHOUT", "TIME", "ZONE")) return word;
  if (cursor.acceptWords("WITH", "LOCAL", "TIME", "ZONE")) return "TIMESTAMP_LTZ";
  if (cursor.isWord("WITH") && cursor.isWord("TIME", 1)) {
    throw cursor.notSupported("TIMESTAMP WITH TIME ZONE", "Use TIMESTAMP_LTZ, an instant.");
  }
  return word;
}

function parseNumbers(cursor: TokenCursor): number[] {
  const numbers: number[] = [];
  if (!cursor.acceptSymbol("(")) return numbers;
  do {
    const token = cursor.peek();
    if (token.kind !== "number" || !/^\d{1,10}$/.test(token.text)) throw cursor.unexpected("a whole number");
    cursor.next();
    numbers.push(Number(token.text));
  } while (cursor.acceptSymbol(","));
  cursor.expectSymbol(")");
  return numbers;
}

function parseFields(cursor: TokenCursor): TypeChild[] {
  const isAngled = cursor.acceptSymbol("<");
  if (!isAngled) cursor.expectSymbol("(");
  const fields: TypeChild[] = [];
  do {
    const name = cursor.identifier("a field's name");
    const type = parseType(cursor);
    const comment = cursor.peek().kind === "string" ? cursor.next().text : undefined;
    fields.push({ name, type, comment });
  } while (cursor.acceptSymbol(","));
  cursor.expectSymbol(isAngled ? ">" : ")");
  return fields;
}

function parseElements(cursor: TokenCursor, count: number): TypeChild[] {
  cursor.expectSymbol("<");
  const elements: TypeChild[] = [];
  for (let index = 0; index < count; index++) {
    if (index > 0) cursor.expectSymbol(",");
    elements.push({ name: undefined, type: parseType(cursor), comment: undefined });
  }
  cursor.expectSymbol(">");
  return elements;
}
