/** A whole query: WITH, then queries with UNION and its like between them, then ORDER BY, LIMIT, OFFSET. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { CommonTable, NumberLiteral, OrderItem, Query, QueryBody, ValuesRow } from "./ast.ts";
import { parseOrderItem } from "./parse-order-by.ts";
import { parseSelect } from "./parse-select.ts";
import type { TokenCursor } from "./token-cursor.ts";

export function parseQuery(cursor: TokenCursor): Query {
  return cursor.nest(() => {
    const start = cursor.peek();
    const common = cursor.acceptWord("WITH") ? parseCommonTables(cursor) : [];
    const body = parseBody(cursor, 0);
    const orderBy = cursor.part("clause", () => parseOrderBy(cursor)) ?? [];
    const { limit, offset } = cursor.part("clause", () => parseLimits(cursor)) ?? noLimits;
    const isBare = common.length + orderBy.length === 0 && limit === undefined && offset === undefined;
    if (isBare && body.kind === "Query") return body;
    const position = cursor.positionFrom(start.offset);
    return { kind: "Query", with: common, body, orderBy, limit, offset, position };
  });
}

function parseCommonTables(cursor: TokenCursor): CommonTable[] {
  if (cursor.isWord("RECURSIVE")) throw cursor.notSupported("WITH RECURSIVE");
  const tables: CommonTable[] = [];
  do {
    const table = cursor.part("common table", () => parseCommonTable(cursor));
    if (table !== undefined) tables.push(table);
  } while (cursor.acceptSymbol(","));
  return tables;
}

function parseCommonTable(cursor: TokenCursor): CommonTable {
  const name = cursor.identifier("a name for the query");
  const columns = cursor.isSymbol("(") ? cursor.identifiers("a column's name") : [];
  cursor.expectWord("AS");
  cursor.expectSymbol("(");
  const query = cursor.query();
  cursor.expectSymbol(")");
  const position = cursor.positionFrom(name.position.offset);
  return { kind: "CommonTable", name, columns, query, position };
}

/** INTERSECT binds stronger than UNION and EXCEPT, which bind alike; all lean left. */
const setPowers = { UNION: 1, EXCEPT: 1, INTERSECT: 2 } as const;
const setOperators = ["UNION", "EXCEPT", "INTERSECT"] as const;

function parseBody(cursor: TokenCursor, powerMin: number): QueryBody {
  let left = parseOperand(cursor);
  for (;;) {
    if (cursor.isWord("MINUS")) {
      const params = { rule: "Flink has no MINUS between queries", instead: "Write EXCEPT." };
      throw quickwaterError("sql.not-flink", params, { position: cursor.tokenPosition(cursor.peek()) });
    }
    const operator = setOperators.find((word) => cursor.isWord(word));
    if (operator === undefined || setPowers[operator] <= powerMin) return left;
    cursor.next();
    cursor.chain();
    const all = cursor.acceptWord("ALL");
    if (!all) cursor.acceptWord("DISTINCT");
    const right = parseBody(cursor, setPowers[operator]);
    const position = cursor.positionFrom(left.position.offset);
    left = { kind: "SetOperation", operator, all, left, right, position };
  }
}

/** In parentheses stands a whole query; where it has no clauses of its own, only its body is kept. */
function parseOperand(cursor: TokenCursor): QueryBody {
  if (cursor.isWord("SELECT")) return parseSelect(cursor);
  if (cursor.isWord("VALUES")) return parseValues(cursor);
  if (cursor.isWord("TABLE")) throw cursor.notSupported("TABLE as a query", "Write SELECT * FROM.");
  if (!cursor.acceptSymbol("(")) throw cursor.unexpected("SELECT, VALUES or a query in parentheses");
  const query = cursor.query();
  cursor.expectSymbol(")");
  return hasClauses(query) ? query : query.body;
}

function hasClauses(query: Query): boolean {
  const { limit, offset } = query;
  return query.with.length + query.orderBy.length > 0 || limit !== undefined || offset !== undefined;
}

function parseValues(cursor: TokenCursor): QueryBody {
  const start = cursor.expectWord("VALUES");
  const rows = cursor.list("item", () => parseValuesRow(cursor));
  return { kind: "ValuesQuery", rows, position: cursor.positionFrom(start.offset) };
}

/** `(1, 'a')`, `ROW(1, 'a')`, or a value alone. */
function parseValuesRow(cursor: TokenCursor): ValuesRow {
  const { offset } = cursor.peek();
  const row = cursor.expression();
  const values = row.kind === "RowConstructor" ? row.values : [row];
  return { kind: "ValuesRow", values, position: cursor.positionFrom(offset) };
}

function parseOrderBy(cursor: TokenCursor): OrderItem[] {
  if (!cursor.acceptWord("ORDER")) return [];
  cursor.expectWord("BY");
  return cursor.list("item", () => parseOrderItem(cursor));
}

const noLimits: Pick<Query, "limit" | "offset"> = { limit: undefined, offset: undefined };

/** LIMIT and OFFSET in either order, or OFFSET and FETCH. */
function parseLimits(cursor: TokenCursor): Pick<Query, "limit" | "offset"> {
  let limit: NumberLiteral | undefined;
  let offset: NumberLiteral | undefined;
  for (;;) {
    if (limit === undefined && cursor.acceptWord("LIMIT")) {
      if (!cursor.acceptWord("ALL")) limit = parseCount(cursor);
    } else if (offset === undefined && cursor.acceptWord("OFFSET")) {
      offset = parseCount(cursor);
      if (!cursor.acceptWord("ROWS")) cursor.acceptWord("ROW");
    } else if (limit === undefined && cursor.acceptWord("FETCH")) {
      limit = parseFetch(cursor);
    } else {
      return { limit, offset };
    }
  }
}

function parseFetch(cursor: TokenCursor): NumberLiteral {
  if (!cursor.acceptWord("FIRST") && !cursor.acceptWord("NEXT")) throw cursor.unexpected("FIRST or NEXT");
  const count = parseCount(cursor);
  if (!cursor.acceptWord("ROW") && !cursor.acceptWord("ROWS")) throw cursor.unexpected("ROWS");
  cursor.expectWord("ONLY");
  return count;
}

function parseCount(cursor: TokenCursor): NumberLiteral {
  const token = cursor.peek();
  if (token.kind !== "number" || !/^\d+$/.test(token.text)) throw cursor.unexpected("a whole number");
  cursor.next();
  return { kind: "NumberLiteral", text: token.text, position: cursor.tokenPosition(token) };
}
