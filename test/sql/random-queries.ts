/** Random queries and expressions, each made of the other. */
import fc from "fast-check";
import {
  count,
  functionName,
  literal,
  maybeName,
  name,
  names,
  number,
  qualified,
  someNames,
  string,
  type,
} from "./random-names.ts";

type Any = fc.Arbitrary<unknown>;
type Fields = Readonly<Record<string, Any>>;

function node(kind: string, fields: Fields = {}): Any {
  return fc.record({ kind: fc.constant(kind), ...fields });
}

function maybe(inner: Any): Any {
  return fc.option(inner, { nil: undefined });
}

function few(inner: Any, minLength = 0): fc.Arbitrary<unknown[]> {
  return fc.array(inner, { minLength, maxLength: 2 });
}

function oneOf(...words: readonly string[]): Any {
  return fc.constantFrom(...words);
}

/** Of two forms the first ends the tree, so that it does not grow for ever. */
function choice(...forms: readonly [Any, ...Any[]]): Any {
  return fc.oneof({ maxDepth: 3, depthIdentifier: "syntax", withCrossShrink: true }, ...forms);
}

const flag = fc.boolean();
const none = fc.constant(undefined);
const kindOf = (tree: unknown): unknown => (tree as { kind: unknown }).kind;

const alias = maybe(node("TableAlias", { name, columns: names }));
const hint = node("Hint", {
  name,
  arguments: few(
    fc.oneof(
      node("HintArgument", { key: fc.oneof(name, string), value: fc.oneof(name, string, number) }),
      node("HintArgument", { value: fc.oneof(name, string, number) }),
    ),
  ),
});
const hints = fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, few(hint, 1));

/** What an expression is called with: `one` is any, `some` a list that is not empty. */
function operators(one: Any, some: Any, query: Any): readonly Any[] {
  const negated = flag;
  const pattern = { operand: one, pattern: one, escape: maybe(one), negated };
  const operator = oneOf("+", "-", "*", "/", "%", "=", "<>", "<", "<=", ">", ">=", "AND", "OR", "||");
  // `x IN ((SELECT 1))` is a query in too many parentheses and no list.
  const items = few(one, 1).filter((list) => list.length > 1 || kindOf(list[0]) !== "ScalarSubquery");
  return [
    node("BinaryExpression", { operator, left: one, right: one }),
    node("UnaryExpression", { operator: oneOf("NOT", "-", "+"), operand: one }),
    node("IsPredicate", { operand: one, test: oneOf("NULL", "TRUE", "FALSE", "UNKNOWN"), negated }),
    node("IsJsonPredicate", { operand: one, test: oneOf("VALUE", "ARRAY", "OBJECT", "SCALAR"), negated }),
    node("DistinctPredicate", { left: one, right: one, negated }),
    node("BetweenPredicate", { operand: one, low: one, high: one, negated, symmetric: flag }),
    node("InListPredicate", { operand: one, items, negated }),
    node("InQueryPredicate", { operand: one, query, negated }),
    node("LikePredicate", pattern),
    node("SimilarPredicate", pattern),
    node("ElementAccess", { operand: one, index: one }),
    node("FieldAccess", { operand: one, field: name }),
    node("RowConstructor", { written: fc.constant("ROW"), values: some }),
    node("RowConstructor", { written: fc.constant("parentheses"), values: few(one, 2) }),
  ];
}

function calls(one: Any, some: Any, orderItems: Any, window: Any): readonly Any[] {
  const suffixes = {
    nulls: maybe(oneOf("IGNORE", "RESPECT")),
    withinGroup: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, orderItems),
    filter: maybe(one),
    over: maybe(fc.oneof(name, window)),
  };
  const unit = oneOf("DAY", "EPOCH", "MILLISECOND");
  return [
    node("FunctionCall", {
      name: functionName,
      arguments: some,
      star: fc.constant(false),
      distinct: flag,
      ...suffixes,
    }),
    node("FunctionCall", {
      name: functionName,
      arguments: fc.constant([]),
      star: flag,
      distinct: fc.constant(false),
      ...suffixes,
    }),
    node("CaseExpression", {
      operand: maybe(one),
      branches: few(fc.record({ when: one, then: one }), 1),
      otherwise: maybe(one),
    }),
    node("CastExpression", { operand: one, type, safe: flag }),
    node("ArrayConstructor", { elements: few(one) }),
    node("MapConstructor", { entries: few(fc.record({ key: one, value: one })) }),
    node("ExtractCall", { unit, operand: one }),
    node("RoundToUnitCall", { function: oneOf("FLOOR", "CEIL"), operand: one, unit }),
    node("TimestampCall", {
      function: oneOf("TIMESTAMPADD", "TIMESTAMPDIFF"),
      unit,
      first: one,
      second: one,
    }),
    node("TrimCall", { side: oneOf("BOTH", "LEADING", "TRAILING"), characters: maybe(one), operand: one }),
    node("PositionCall", { searched: one, operand: one, from: maybe(one) }),
    node("OverlayCall", { operand: one, replacement: one, from: one, length: maybe(one) }),
  ];
}

function jsonCalls(one: Any): readonly Any[] {
  const answers = (...words: readonly string[]): Any =>
    maybe(fc.oneof(...words.map((answer) => node("JsonFallback", { answer: fc.constant(answer) }))));
  const defaults = node("JsonFallback", { answer: fc.constant("DEFAULT"), value: one });
  const value = fc.oneof(answers("NULL", "ERROR"), defaults);
  const part = answers("NULL", "ERROR", "EMPTY ARRAY", "EMPTY OBJECT");
  const source = { document: one, path: one };
  const entry = fc.record({ key: one, value: one });
  const onNull = maybe(oneOf("NULL", "ABSENT"));
  const wrapper = maybe(oneOf("WITHOUT", "WITH CONDITIONAL", "WITH UNCONDITIONAL"));
  const called = (word: string): Any => fc.constant(word);
  return [
    node("JsonPathCall", {
      function: called("JSON_VALUE"),
      ...source,
      returning: maybe(type),
      onEmpty: value,
      onError: value,
    }),
    node("JsonPathCall", {
      function: called("JSON_QUERY"),
      ...source,
      returning: maybe(type),
      wrapper,
      onEmpty: part,
      onError: part,
    }),
    node("JsonPathCall", {
      function: called("JSON_EXISTS"),
      ...source,
      onError: answers("TRUE", "FALSE", "UNKNOWN", "ERROR"),
    }),
    node("JsonObjectCall", { function: called("JSON_OBJECT"), entries: few(entry), onNull }),
    node("JsonObjectCall", { function: called("JSON_OBJECTAGG"), entries: fc.tuple(entry), onNull }),
    node("JsonArrayCall", { function: called("JSON_ARRAY"), elements: few(one), onNull }),
    node("JsonArrayCall", { function: called("JSON_ARRAYAGG"), elements: fc.tuple(one), onNull }),
  ];
}

function windows(one: Any, orderItems: Any): Any {
  const bound = fc.oneof(
    node("FrameBound", { side: fc.constant("CURRENT ROW") }),
    node("FrameBound", { side: oneOf("PRECEDING", "FOLLOWING"), distance: maybe(one) }),
  );
  const frame = node("WindowFrame", { unit: oneOf("ROWS", "RANGE"), start: bound, end: maybe(bound) });
  return node("WindowSpecification", {
    base: maybeName,
    partitionBy: few(one),
    orderBy: fc.oneof(fc.constant([]), orderItems),
    frame: maybe(frame),
  });
}

function tables(table: Any, one: Any, query: Any, orderItems: Any): readonly [Any, ...Any[]] {
  const input = node("TableArgument", {
    table: fc.oneof(qualified, query),
    partitionBy: names,
    orderBy: fc.oneof(fc.constant([]), orderItems),
  });
  // A query in parentheses is a table where a table may stand.
  const value = one.filter((tree) => kindOf(tree) !== "ScalarSubquery");
  const descriptor = node("Descriptor", { columns: someNames });
  const derived = node("DerivedTable", { query, alias });
  const named = (argument: Any): Any => fc.record({ name: maybeName, value: argument });
  const rowFunction = {
    functionName: qualified,
    arguments: few(fc.oneof(named(value), named(input), named(descriptor))),
    alias,
  };
  const windowName = oneOf("TUMBLE", "hop", "CUMULATE", "SESSION");
  const window = {
    functionName: fc.record({ kind: fc.constant("Identifier"), name: windowName, quoted: flag }),
    input,
    timeColumn: name,
    arguments: fc.oneof(few(fc.record({ value })), few(fc.record({ name, value }), 1)),
    alias,
  };
  const wrapped = fc.constant(true);
  const lateral = fc.oneof(derived, node("TableFunction", { ...rowFunction, wrapped }));
  const condition = fc.oneof(node("JoinOn", { expression: one }), node("JoinUsing", { columns: someNames }));
  const inner = table.filter((tree) => !hasComma(tree));
  const join = (type: Any, fields: Fields): Any =>
    node("Join", { type, natural: fc.constant(false), left: table, right: inner, ...fields });
  return [
    node("NamedTable", { name: qualified, hints, systemTime: maybe(one), alias }),
    derived,
    node("WindowTable", { ...window, wrapped: flag }),
    node("TableFunction", { ...rowFunction, wrapped: flag }),
    node("Unnest", { operand: one, ordinality: flag, alias }),
    node("LateralTable", { table: lateral }),
    join(oneOf("INNER", "LEFT", "RIGHT", "FULL"), { condition }),
    join(oneOf("INNER", "LEFT"), { natural: fc.constant(true) }),
    join(oneOf("CROSS", "COMMA"), {}),
  ];
}

/** A comma joins only outside of parentheses. */
function hasComma(tree: unknown): boolean {
  const join = tree as { kind: string; type?: string; left?: unknown };
  return join.kind === "Join" && (join.type === "COMMA" || hasComma(join.left));
}

function groupings(one: Any, grouping: Any): Any {
  return fc.oneof(
    { weight: 4, arbitrary: one },
    node("EmptyGrouping"),
    node("Rollup", { keys: few(one, 1) }),
    node("Cube", { keys: few(one, 1) }),
    node("GroupingSets", { sets: few(grouping, 1) }),
  );
}

function selects(one: Any, from: Any, grouping: Any, window: Any): Any {
  const item = fc.oneof(
    node("SelectExpression", { expression: one, alias: maybeName }),
    node("SelectStar", { qualifier: maybe(qualified) }),
  );
  const head = { hints, distinct: flag, items: few(item, 1) };
  const named = node("NamedWindow", { name, window });
  const rest = { having: maybe(one), windows: few(named), qualify: maybe(one) };
  return fc.oneof(
    node("SelectQuery", { ...head, groupBy: fc.constant([]), windows: fc.constant([]) }),
    node("SelectQuery", { ...head, from, where: maybe(one), groupBy: few(grouping), ...rest }),
  );
}

const trees = fc.letrec((tie) => {
  const one = tie("expression");
  const some = few(one, 1);
  const query = tie("query");
  const body = tie("body");
  const orderItems = few(
    node("OrderItem", {
      expression: one,
      direction: maybe(oneOf("ASC", "DESC")),
      nulls: maybe(oneOf("FIRST", "LAST")),
    }),
    1,
  );
  const window = windows(one, orderItems);
  const common = few(node("CommonTable", { name, columns: names, query }), 1);
  const noOrder = fc.constant([]);
  const full = fc.oneof(
    node("Query", { with: common, body, orderBy: noOrder, limit: none }),
    node("Query", { with: noOrder, body, orderBy: orderItems, limit: maybe(count), offset: maybe(count) }),
    node("Query", { with: noOrder, body, orderBy: noOrder, limit: count }),
  );
  const select = selects(one, tie("table"), tie("grouping"), window);
  const column = node("ColumnReference", { path: fc.array(name, { minLength: 1, maxLength: 3 }) });
  const leaf = fc.oneof(literal, column);
  return {
    expression: choice(
      leaf,
      fc.oneof(...operators(one, some, query)),
      fc.oneof(...calls(one, some, orderItems, window)),
      fc.oneof(...jsonCalls(one)),
      fc.oneof(node("ExistsPredicate", { query }), node("ScalarSubquery", { query })),
    ),
    grouping: choice(one, groupings(one, tie("grouping"))),
    table: choice(
      node("NamedTable", { name: qualified, hints: noOrder, alias }),
      fc.oneof(...tables(tie("table"), one, query, orderItems)),
    ),
    body: choice(
      select,
      node("ValuesQuery", { rows: few(node("ValuesRow", { values: some }), 1) }),
      node("SetOperation", {
        operator: oneOf("UNION", "INTERSECT", "EXCEPT"),
        all: flag,
        left: body,
        right: body,
      }),
      full,
    ),
    query: choice(
      node("Query", { with: noOrder, body: select, orderBy: noOrder }),
      node("Query", {
        with: noOrder,
        body: body.filter((tree) => kindOf(tree) !== "Query"),
        orderBy: noOrder,
      }),
      full,
    ),
  };
});

export const expression: Any = trees.expression;
export const query: Any = trees.query;
