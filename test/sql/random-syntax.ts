/**
 * Random syntax trees of the whole grammar, without places: what the parser can give, the printer must print
 * so that it comes back. Statements are here, what they are made of is in random-queries.ts.
 */
import fc from "fast-check";
import { name, names, qualified, type } from "./random-names.ts";
import { expression, query } from "./random-queries.ts";

const flag = fc.boolean();
const text = fc.string({ unit: "grapheme", maxLength: 6 });
const maybeText = fc.option(text, { nil: undefined });
const key = fc.constantFrom("connector", "it's", "a.b-c", "");

const column = fc.record({
  kind: fc.constant("ColumnDefinition"),
  name,
  comment: maybeText,
  content: fc.oneof(
    fc.record({ kind: fc.constant("Physical"), type }),
    fc.record({ kind: fc.constant("Computed"), expression }),
    fc.record({ kind: fc.constant("Metadata"), type, key: maybeText, virtual: flag }),
  ),
});
const options = fc.array(fc.record({ kind: fc.constant("TableOption"), key, value: text }), { maxLength: 2 });
const likeRule = fc.record({
  kind: fc.constant("TableLikeRule"),
  strategy: fc.constantFrom("INCLUDING", "EXCLUDING", "OVERWRITING"),
  feature: fc.constantFrom("ALL", "CONSTRAINTS", "GENERATED", "METADATA", "OPTIONS", "WATERMARKS"),
});
const createTable = fc.record({
  kind: fc.constant("CreateTable"),
  name: qualified,
  temporary: flag,
  ifNotExists: flag,
  columns: fc.array(column, { maxLength: 3 }),
  watermark: fc.option(fc.record({ kind: fc.constant("WatermarkDefinition"), column: name, expression }), {
    nil: undefined,
  }),
  primaryKey: fc.option(
    fc.record({
      kind: fc.constant("PrimaryKeyDefinition"),
      name: fc.option(name, { nil: undefined }),
      columns: fc.array(name, { minLength: 1, maxLength: 2 }),
    }),
    { nil: undefined },
  ),
  comment: maybeText,
  partitionedBy: names,
  options,
  like: fc.option(
    fc.record({
      kind: fc.constant("TableLike"),
      table: qualified,
      rules: fc.array(likeRule, { maxLength: 2 }),
    }),
    { nil: undefined },
  ),
});
const createView = fc.record({
  kind: fc.constant("CreateView"),
  name: qualified,
  temporary: flag,
  ifNotExists: flag,
  columns: names,
  comment: maybeText,
  query,
});
const createMaterializedView = fc.record({
  kind: fc.constant("CreateMaterializedView"),
  name: qualified,
  options,
  query,
});
const drop = fc.record({
  kind: fc.constant("Drop"),
  object: fc.constantFrom("TABLE", "VIEW", "MATERIALIZED VIEW"),
  temporary: flag,
  ifExists: flag,
  name: qualified,
});
const insert = fc.record({ kind: fc.constant("InsertInto"), target: qualified, columns: names, query });
const statementSet = fc.record({
  kind: fc.constant("StatementSet"),
  inserts: fc.array(insert, { minLength: 1, maxLength: 2 }),
});
const set = fc.record({
  kind: fc.constant("Set"),
  setting: fc.option(fc.record({ key, value: text }), { nil: undefined }),
});
const reset = fc.record({ kind: fc.constant("Reset"), key: fc.option(key, { nil: undefined }) });
const like = fc.option(fc.record({ pattern: text, negated: flag }), { nil: undefined });
const show = fc.oneof(
  fc.record({
    kind: fc.constant("Show"),
    subject: fc.constantFrom("TABLES", "VIEWS", "MATERIALIZED VIEWS", "FUNCTIONS"),
    like,
  }),
  fc.record({ kind: fc.constant("Show"), subject: fc.constant("COLUMNS"), name: qualified, like }),
  fc.record({
    kind: fc.constant("Show"),
    subject: fc.constantFrom("CREATE TABLE", "CREATE VIEW", "CREATE MATERIALIZED VIEW"),
    name: qualified,
  }),
);
const describe = fc.record({ kind: fc.constant("Describe"), name: qualified, extended: flag });
const select = fc.record({ kind: fc.constant("SelectStatement"), query });
const explain = fc.record({
  kind: fc.constant("Explain"),
  details: fc.uniqueArray(
    fc.constantFrom("ESTIMATED_COST", "CHANGELOG_MODE", "JSON_EXECUTION_PLAN", "PLAN_ADVICE"),
  ),
  statement: fc.oneof(select, insert, statementSet, createMaterializedView),
  forFlink: flag,
});

/** One statement of any kind; queries are the most of it. */
export const statement: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: select },
  { weight: 3, arbitrary: createTable },
  createView,
  createMaterializedView,
  drop,
  { weight: 2, arbitrary: insert },
  statementSet,
  set,
  reset,
  show,
  describe,
  { weight: 2, arbitrary: explain },
);
