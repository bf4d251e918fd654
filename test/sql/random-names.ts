/** Random names, types and literals: what trees are made of at their ends. */
import fc from "fast-check";

function identifier(text: string, quoted: boolean): fc.Arbitrary<unknown> {
  return fc.constant({ kind: "Identifier", name: text, quoted });
}

/** Plain names, among them words that mean something in other places, and names that need their quotes. */
export const name = fc.oneof(
  ...["a", "b", "orders", "key", "map", "first", "unbounded", "preceding", "nulls", "if"].map((text) =>
    identifier(text, false),
  ),
  ...["a", "weird name", "select", "tick`ed", "é"].map((text) => identifier(text, true)),
);
export const names = fc.array(name, { maxLength: 2 });
export const someNames = fc.array(name, { minLength: 1, maxLength: 2 });
export const maybeName = fc.option(name, { nil: undefined });
export const qualified = fc.record({
  kind: fc.constant("QualifiedName"),
  parts: fc.array(name, { minLength: 1, maxLength: 3 }),
});

export const functionName = fc.oneof(
  ...["COUNT", "upper", "my_function", "CURRENT_TIMESTAMP", "LAST_VALUE"].map((text) =>
    identifier(text, false),
  ),
  identifier("cast", true),
);

const unit = fc.constantFrom("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND");
const maybeUnit = fc.option(unit, { nil: undefined });
const text = fc.string({ unit: "grapheme", maxLength: 6 });

export const number = fc.record({
  kind: fc.constant("NumberLiteral"),
  text: fc.constantFrom("1", "2.50", "1e3", ".5"),
});
export const count = fc.record({ kind: fc.constant("NumberLiteral"), text: fc.constantFrom("0", "10") });
export const string = fc.record({
  kind: fc.constant("StringLiteral"),
  value: fc.oneof(text, fc.constantFrom("it's", "*/", "--", ";")),
});

export const literal = fc.oneof(
  number,
  string,
  fc.record({ kind: fc.constant("BinaryLiteral"), digits: fc.constantFrom("", "0AFF") }),
  fc.record({ kind: fc.constant("BooleanLiteral"), value: fc.boolean() }),
  fc.constant({ kind: "NullLiteral" }),
  fc.record({
    kind: fc.constant("IntervalLiteral"),
    value: fc.constantFrom("1", "1 02:03"),
    negative: fc.boolean(),
    from: unit,
    to: maybeUnit,
  }),
  fc.record({
    kind: fc.constant("TemporalLiteral"),
    type: fc.constantFrom("DATE", "TIME", "TIMESTAMP"),
    value: fc.constant("2026-03-01 12:30:00"),
  }),
  fc.record({
    kind: fc.constant("ClockExpression"),
    clock: fc.constantFrom(
      "CURRENT_DATE",
      "CURRENT_TIME",
      "CURRENT_TIMESTAMP",
      "LOCALTIME",
      "LOCALTIMESTAMP",
    ),
  }),
);

const plainType = { kind: "TypeName", arguments: [], children: [] };
const { type: anyType } = fc.letrec((tie) => {
  const notNull = fc.boolean();
  const child = fc.record({ type: tie("type") });
  const field = fc.record({ name, type: tie("type"), comment: fc.option(text, { nil: undefined }) });
  const nested = (word: string, children: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.record({
      kind: fc.constant("TypeName"),
      name: fc.constant(word),
      arguments: fc.constant([]),
      children,
      notNull,
    });
  return {
    type: fc.oneof(
      { maxDepth: 2 },
      fc.constantFrom(
        { ...plainType, name: "STRING", notNull: false },
        { ...plainType, name: "DECIMAL", arguments: [10, 2], notNull: true },
        { ...plainType, name: "TIMESTAMP_LTZ", arguments: [3], notNull: false },
        { ...plainType, name: "INTERVAL", interval: { from: "DAY", to: "SECOND" }, notNull: false },
      ),
      nested("ARRAY", fc.tuple(child)),
      nested("MULTISET", fc.tuple(child)),
      nested("MAP", fc.tuple(child, child)),
      nested("ROW", fc.array(field, { minLength: 1, maxLength: 2 })),
    ),
  };
});
export const type = anyType;
