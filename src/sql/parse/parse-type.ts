/** Types as DDL and CAST write them. Whether `DECIMAL(99)` exists is the binder's to say. */
import type { Identifier, TypeName } from "./ast.ts";
import type { TokenCursor } from "./token-cursor.ts";

type TypeChild = TypeName["children"][number];

export function parseType(cursor: TokenCursor): TypeName {
  return cursor.nest(() => {
    const start = cursor.peek();
    if (start.kind !== "word") throw cursor.unexpected("a type");
    cursor.next();
    const { name, arguments: numbers, children } = parseBody(cursor, start.upper);
    const notNull = cursor.acceptWords("NOT", "NULL");
    if (!notNull) cursor.acceptWord("NULL");
    if (cursor.isWord("ARRAY") || cursor.isWord("MULTISET")) {
      throw cursor.notSupported("The suffix form of a collection type", "Write ARRAY<element>.");
    }
    const position = cursor.positionFrom(start.offset);
    return { kind: "TypeName", name, arguments: numbers, children, notNull, position };
  });
}

function parseBody(cursor: TokenCursor, word: string): Pick<TypeName, "name" | "arguments" | "children"> {
  if (word === "ROW") return { name: word, arguments: [], children: parseFields(cursor) };
  if (word === "ARRAY" || word === "MULTISET") {
    return { name: word, arguments: [], children: parseElements(cursor, 1) };
  }
  if (word === "MAP") return { name: word, arguments: [], children: parseElements(cursor, 2) };
  const numbers = parseNumbers(cursor);
  return { name: parseSuffix(cursor, word), arguments: numbers, children: [] };
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
  const close = cursor.acceptSymbol("<") ? ">" : ")";
  if (close === ")") cursor.expectSymbol("(");
  const fields: TypeChild[] = [];
  do {
    const name: Identifier = cursor.identifier("a field's name");
    fields.push({ name, type: parseType(cursor) });
    // A field's comment says nothing to a query.
    if (cursor.peek().kind === "string") cursor.next();
  } while (cursor.acceptSymbol(","));
  cursor.expectSymbol(close);
  return fields;
}

function parseElements(cursor: TokenCursor, count: number): TypeChild[] {
  cursor.expectSymbol("<");
  const elements: TypeChild[] = [];
  for (let index = 0; index < count; index++) {
    if (index > 0) cursor.expectSymbol(",");
    elements.push({ name: undefined, type: parseType(cursor) });
  }
  cursor.expectSymbol(">");
  return elements;
}
