/**
 * What the parser reads and nothing behind it does yet. Each kind of node is either bound or has its
 * feature's name here; the compiler asks for the name of a new one.
 */
import { type QuickwaterError, quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import type {
  CreateTable,
  Expression,
  FunctionCall,
  GroupingElement,
  InsertInto,
  QueryBody,
  Statement,
  TableReference,
} from "../parse/ast.ts";

type AnyNode = Statement | QueryBody | TableReference | GroupingElement | Expression;

/** Kinds that something in this folder binds. */
type BoundKind =
  | "CreateTable"
  | "CreateMaterializedView"
  | "InsertInto"
  | "SelectStatement"
  | "SelectQuery"
  | "EmptyGrouping"
  | "Rollup"
  | "Cube"
  | "GroupingSets"
  | "Query"
  | "SetOperation"
  | "NamedTable"
  | "DerivedTable"
  | "WindowTable"
  | "TableFunction"
  | BoundExpressionKind;

export type BoundExpressionKind =
  | "NumberLiteral"
  | "StringLiteral"
  | "BooleanLiteral"
  | "NullLiteral"
  | "IntervalLiteral"
  | "TemporalLiteral"
  | "ColumnReference"
  | "BinaryExpression"
  | "UnaryExpression"
  | "IsPredicate"
  | "BetweenPredicate"
  | "InListPredicate"
  | "LikePredicate"
  | "CaseExpression"
  | "CastExpression"
  | "FunctionCall"
  | "BinaryLiteral"
  | "DistinctPredicate"
  | "TrimCall"
  | "PositionCall"
  | "OverlayCall"
  | "ExtractCall"
  | "RoundToUnitCall"
  | "TimestampCall"
  | "IsJsonPredicate"
  | "JsonPathCall"
  | "JsonObjectCall"
  | "JsonArrayCall"
  | "SimilarPredicate";

type LaterKind = Exclude<AnyNode["kind"], BoundKind>;
type LaterNode = Extract<AnyNode, { kind: LaterKind }>;

type FeatureName<N> = string | ((node: N) => string);

const features: { readonly [K in LaterKind]: FeatureName<Extract<LaterNode, { kind: K }>> } = {
  // Statements
  CreateView: "CREATE VIEW",
  Drop: ({ object }) => `DROP ${object}`,
  StatementSet: "EXECUTE STATEMENT SET",
  Set: "SET",
  Reset: "RESET",
  Show: ({ subject }) => `SHOW ${subject}`,
  Describe: "DESCRIBE",
  Explain: "EXPLAIN",

  // Queries
  ValuesQuery: "VALUES",

  // Tables
  Unnest: "UNNEST",
  LateralTable: "LATERAL",
  Join: ({ type }) => (type === "COMMA" ? "Several tables in FROM" : "JOIN"),

  // Expressions
  ClockExpression: ({ clock }) => `The clock ${clock}`,
  ElementAccess: "Access to an element of an ARRAY or MAP",
  FieldAccess: "Access to a field of an expression",
  RowConstructor: "A row value",
  ArrayConstructor: "ARRAY[…] as a value",
  MapConstructor: "MAP[…] as a value",
  InQueryPredicate: "IN (sub-query)",
  ExistsPredicate: "EXISTS (sub-query)",
  ScalarSubquery: "A sub-query as a value",
};

export function isBound<N extends AnyNode>(node: N): node is Exclude<N, LaterNode> {
  return !(node.kind in features);
}

export function notSupportedYet(node: LaterNode): QuickwaterError {
  const name = features[node.kind] as FeatureName<LaterNode>;
  const feature = typeof name === "string" ? name : name(node);
  return featureRefused(feature, node.position);
}

/** For what is no node of its own but a word at one. */
export function featureRefused(feature: string, position: SourcePosition, hint = ""): QuickwaterError {
  return quickwaterError("sql.not-supported-yet", { feature, instead: hint }, { position });
}

/** Flink's functions that would answer otherwise in each replay. */
const differsEachTime: ReadonlySet<string> = new Set(["RAND", "RAND_INTEGER", "UUID"]);
const clocks: ReadonlySet<string> = new Set([
  "NOW",
  "PROCTIME",
  "CURRENT_ROW_TIMESTAMP",
  "CURRENT_WATERMARK",
]);
/** Flink's functions over values that no batch holds yet. */
const ofCollections =
  /^(?:CARDINALITY|COLLECT|ELEMENT|STR_TO_MAP|SPLIT|REGEXP_EXTRACT_ALL|(?:ARRAY|MAP)_\w+|.*PARSE_JSON)$/;

export function refuseLaterFunction(call: FunctionCall): void {
  const { position } = call.name;
  const name = call.name.name.toUpperCase();
  if (differsEachTime.has(name)) {
    const hint = "A view gives the same rows in every replay: put the value into the event.";
    throw featureRefused(`${name}, which answers otherwise each time,`, position, hint);
  }
  const isClock = clocks.has(name) || (name === "UNIX_TIMESTAMP" && call.arguments.length === 0);
  if (isClock) throw featureRefused(`The clock ${name}()`, position);
  if (ofCollections.test(name)) throw featureRefused(`${name}, a function of collections,`, position);
}

export function refuseTableClauses(table: CreateTable): void {
  const { temporary, partitionedBy, like, columns, name } = table;
  if (temporary) throw featureRefused("CREATE TEMPORARY TABLE", name.position);
  if (like !== undefined) throw featureRefused("CREATE TABLE … LIKE", like.position);
  if (partitionedBy.length > 0) throw featureRefused("PARTITIONED BY", partitionedBy[0]!.position);
  for (const { content, position } of columns) {
    if (content.kind === "Computed") {
      throw featureRefused("A computed column", position, "Compute it in the queries that read the table.");
    }
    if (content.kind === "Metadata") throw featureRefused("A metadata column", position);
  }
}

export function refuseInsertColumns({ columns }: InsertInto): void {
  const [first] = columns;
  if (first === undefined) return;
  throw featureRefused("A column list of INSERT INTO", first.position, "Select every column in order.");
}
