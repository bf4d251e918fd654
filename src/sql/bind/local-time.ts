/**
 * The session's time zone. Plans are bound as if it were UTC, where an instant and its wall clock are one
 * number; in another zone each place that takes one for the other is rewritten here, with the zone as an
 * argument, so that nothing below a plan knows of sessions.
 *
 * As in Flink, FLOOR and CEIL of an instant keep its own distance from UTC, EXTRACT(EPOCH) counts on the wall
 * clock, and months are added in UTC.
 */
import { partsOf } from "../../functions/scalar/cast-nested.ts";
import type { ScalarFunctionName } from "../../functions/scalar/scalar-function.ts";
import { unixTime } from "../../functions/scalar/time-fields.ts";
import { isNested, isTimestamp, partTypes, type SqlType } from "../../values/sql-type.ts";
import { project } from "../plan/build.ts";
import { childrenOf, mapChildren } from "../plan/expressions.ts";
import type { LogicalPlan } from "../plan/logical-plan.ts";
import { mapPlan } from "../plan/map-plan.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { sameType, word } from "./coerce.ts";
import { windowsInZone } from "./local-windows.ts";

export const utc = "UTC";

/** Functions that read the wall clock of an instant. */
const wallReaders: ReadonlySet<ScalarFunctionName> = new Set<ScalarFunctionName>([
  ...(["EXTRACT", "YEAR", "QUARTER", "MONTH", "WEEK", "DAYOFYEAR", "DAYOFMONTH", "DAYOFWEEK"] as const),
  ...(["HOUR", "MINUTE", "SECOND", "DATE_FORMAT"] as const),
]);

type Call = Extract<BoundExpression, { kind: "Call" }>;
type Cast = Extract<BoundExpression, { kind: "Cast" }>;

export function planInZone(plan: LogicalPlan, zone: string): LogicalPlan {
  if (zone === utc) return plan;
  const rewrite = (expression: BoundExpression) => inZone(expression, zone);
  return mapPlan(plan, (node) => {
    switch (node.kind) {
      case "Filter":
        return { ...node, predicate: rewrite(node.predicate) };
      case "Project":
        return { ...node, expressions: node.expressions.map(rewrite) };
      case "Join": {
        const predicate = node.predicate && rewrite(node.predicate);
        return windowsInZone({ ...node, predicate }, zone);
      }
      case "Unnest":
        return { ...node, condition: node.condition && rewrite(node.condition) };
      default:
        return windowsInZone(node, zone);
    }
  });
}

/** For people: instants as the wall clock shows them. */
export function shownInZone(plan: LogicalPlan, zone: string): LogicalPlan {
  const { columns } = plan.schema;
  if (zone === utc || !columns.some(({ type }) => isInstant(type))) return plan;
  const expressions = columns.map(({ type }, index): BoundExpression => {
    const column: BoundExpression = { kind: "InputColumn", index, type };
    return isInstant(type) ? wallOf(column, zone) : column;
  });
  return project(
    plan,
    expressions,
    columns.map(({ name }) => name),
  );
}

/** Whether the zone may change what it says; such a value is no constant before the zone is known. */
export function mayDependOnZone(expression: BoundExpression): boolean {
  const isOwn =
    expression.kind === "Cast"
      ? holdsInstant(expression.operand.type) || holdsInstant(expression.type)
      : expression.kind === "Call" &&
        (wallReaders.has(expression.function) || others.has(expression.function));
  return isOwn || childrenOf(expression).some(mayDependOnZone);
}

const others: ReadonlySet<ScalarFunctionName> = new Set<ScalarFunctionName>([
  ...(["FLOOR_TO", "CEIL_TO", "FROM_UNIXTIME", "UNIX_TIMESTAMP"] as const),
]);

export function inZone(expression: BoundExpression, zone: string): BoundExpression {
  if (zone === utc) return expression;
  const inner = mapChildren(expression, (child) => inZone(child, zone));
  if (inner.kind === "Cast") return castInZone(inner, zone);
  return inner.kind === "Call" ? callInZone(inner, zone) : inner;
}

function castInZone(cast: Cast, zone: string): BoundExpression {
  const { operand, type } = cast;
  const from = operand.type;
  if (isInstant(from) && !isInstant(type)) return { ...cast, operand: wallOf(operand, zone) };
  if (isInstant(type) && !isInstant(from)) {
    const wall: SqlType = { kind: "TIMESTAMP", precision: type.precision, nullable: type.nullable };
    const read: BoundExpression = { ...cast, type: wall };
    return { kind: "Call", function: "FROM_ZONE", arguments: [read, word(zone)], type };
  }
  return isNested(from) ? castInside(cast, zone) : cast;
}

/** What is cast inside of a value: instants become wall clocks before, and wall clocks instants behind. */
function castInside({ operand, type, ...cast }: Cast, zone: string): BoundExpression {
  const before = movedInside(operand, wallTypeOf(operand.type, type), zone);
  const behind: BoundExpression = { ...cast, operand: before, type: wallTypeOf(type, operand.type) };
  return movedInside(behind, type, zone);
}

function movedInside(value: BoundExpression, type: SqlType, zone: string): BoundExpression {
  if (sameType(value.type, type)) return value;
  return { kind: "Call", function: "ZONED_INSIDE", arguments: [value, word(zone)], type };
}

/** With wall clocks for the instants that are none on the other side of a cast. */
function wallTypeOf(type: SqlType, other: SqlType | undefined): SqlType {
  if (isInstant(type)) return other?.kind === type.kind ? type : { ...type, kind: "TIMESTAMP" };
  const parts = other && partsOf(type, other);
  const part = (own: SqlType, index: number) => wallTypeOf(own, parts?.[index]?.[1]);
  switch (type.kind) {
    case "ARRAY":
      return { ...type, element: part(type.element, 0) };
    case "MAP":
      return { ...type, key: part(type.key, 0), value: part(type.value, 1) };
    case "ROW":
      return {
        ...type,
        fields: type.fields.map((field, index) => ({ ...field, type: part(field.type, index) })),
      };
    default:
      return type;
  }
}

function callInZone(call: Call, zone: string): BoundExpression {
  const { function: name, arguments: given, type } = call;
  if (wallReaders.has(name)) {
    const [unit] = given;
    if (unit?.kind === "Literal" && unit.value === unixTime) return call;
    return { ...call, arguments: given.map((each) => (isInstant(each.type) ? wallOf(each, zone) : each)) };
  }
  const [first, second] = given;
  switch (name) {
    case "FLOOR_TO":
    case "CEIL_TO": {
      if (!isInstant(type)) return call;
      const wall = wallOf(first!, zone);
      const rounded: BoundExpression = { ...call, arguments: [wall, second!], type: wall.type };
      return { kind: "Call", function: "AS_FAR_AS", arguments: [rounded, first!, word(zone)], type };
    }
    case "FROM_UNIXTIME":
      return { ...call, arguments: [seconds("SECONDS_IN_ZONE", first!, zone), ...given.slice(1)] };
    case "UNIX_TIMESTAMP": {
      // A text that says its own zone is in no other.
      const saysZone = second?.kind === "Literal" && /X/.test(String(second.value));
      return saysZone ? call : seconds("SECONDS_FROM_ZONE", call, zone);
    }
    default:
      return call;
  }
}

function seconds(name: ScalarFunctionName, of: BoundExpression, zone: string): BoundExpression {
  return { kind: "Call", function: name, arguments: [of, word(zone)], type: of.type };
}

function wallOf(instant: BoundExpression, zone: string): BoundExpression {
  const { precision, nullable } = instant.type as Extract<SqlType, { kind: "TIMESTAMP_LTZ" }>;
  const type: SqlType = { kind: "TIMESTAMP", precision, nullable };
  return { kind: "Call", function: "IN_ZONE", arguments: [instant, word(zone)], type };
}

function isInstant(type: SqlType): type is Extract<SqlType, { kind: "TIMESTAMP" | "TIMESTAMP_LTZ" }> {
  return isTimestamp(type) && type.kind === "TIMESTAMP_LTZ";
}

function holdsInstant(type: SqlType): boolean {
  return isNested(type) ? partTypes(type).some(holdsInstant) : isInstant(type);
}
