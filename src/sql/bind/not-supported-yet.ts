/**
 * What the parser reads and nothing behind it does yet. Each kind of node is either bound or has its
 * feature's name here; the compiler asks for the name of a new one.
 */
import { type QuickwaterError, quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import type { CreateTable, Expression, FunctionCall, GroupingElement, TableReference } from "../parse/ast.ts";

type AnyNode = TableReference | GroupingElement | Expression;

/** Kinds that something in this folder binds. */
type BoundKind =
  | "EmptyGrouping"
  | "Rollup"
  | "Cube"
  | "GroupingSets"
  | "NamedTable"
  | "DerivedTable"
  | "WindowTable"
  | "Unnest"
  | "TableFunction"
  | "Join"
  | BoundExpressionKind;

export type BoundExpressionKind =
  | "NumberLiteral"
  | "StringLiteral"
  | "BooleanLiteral"
  | "GivenValue"
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
  | "ClockExpression"
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
  | "ElementAccess"
  | "FieldAccess"
  | "RowConstructor"
  | "ArrayConstructor"
  | "MapConstructor"
  | "ScalarSubquery"
  | "InQueryPredicate"
  | "ExistsPredicate"
  | "SimilarPredicate";

type LaterKind = Exclude<AnyNode["kind"], BoundKind>;
type LaterNode = Extract<AnyNode, { kind: LaterKind }>;

type FeatureName<N> = string | ((node: N) => string);

const features: { readonly [K in LaterKind]: FeatureName<Extract<LaterNode, { kind: K }>> } = {
  LateralTable: "LATERAL",
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
/** Flink's functions over values that no batch holds yet. */
const laterFunctions: ReadonlySet<string> = new Set(["COLLECT", "PARSE_JSON", "TRY_PARSE_JSON"]);

export function refuseLaterFunction(call: FunctionCall): void {
  const { position } = call.name;
  const name = call.name.name.toUpperCase();
  if (differsEachTime.has(name)) {
    const hint = "A view gives the same rows in every replay: put the value into the event.";
    throw featureRefused(`${name}, which answers otherwise each time,`, position, hint);
  }
  const hint = name === "COLLECT" ? "Its MULTISET is no type here: write ARRAY_AGG." : "";
  if (laterFunctions.has(name)) throw featureRefused(name, position, hint);
}

export function refuseTableClauses(table: CreateTable): void {
  const { partitionedBy } = table;
  if (partitionedBy.length > 0) throw featureRefused("PARTITIONED BY", partitionedBy[0]!.position);
}
