/**
 * Values made of values and their parts: ROW(…), ARRAY[…], MAP[…], `a[1]`, `m['k']`, a field of an
 * expression.
 */
import { type QuickwaterError, quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import { isNested, type SqlType } from "../../values/sql-type.ts";
import type {
  ArrayConstructor,
  ElementAccess,
  Expression,
  FieldAccess,
  Identifier,
  MapConstructor,
  RowConstructor,
} from "../parse/ast.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { call, literal, typeText } from "./coerce.ts";

type BindOperand = (node: Expression) => BoundExpression;

export function bindElement(node: ElementAccess, bind: BindOperand): BoundExpression {
  const operands = [bind(node.operand), bind(node.index)];
  const [, index] = operands;
  const isArray = operands[0]!.type.kind === "ARRAY";
  if (isArray && index!.kind === "Literal" && typeof index!.value === "number" && index!.value < 1) {
    const params = { text: String(index!.value), expected: "the place of an element, from 1 on" };
    throw quickwaterError("sql.bad-literal", params, { position: node.index.position });
  }
  return call("ITEM", operands, "[ ]", node.position);
}

export function bindField({ operand, field }: FieldAccess, bind: BindOperand): BoundExpression {
  return fieldOf(bind(operand), field);
}

/** A field of a ROW, whatever computes it; `owner` names that in a message. */
export function fieldOf(row: BoundExpression, field: Identifier, owner = "the value"): BoundExpression {
  const { type } = row;
  const index = type.kind === "ROW" ? type.fields.findIndex(({ name }) => name === field.name) : -1;
  if (index < 0) throw unknownField(owner, type, field);
  const place = literal(index, { kind: "INT", nullable: false });
  return call("FIELD", [row, place], `.${field.name}`, field.position);
}

export function unknownField(owner: string, type: SqlType, field: Identifier): QuickwaterError {
  const known = type.kind === "ROW" ? type.fields.map(({ name }) => name) : [];
  const params = { column: owner, type: typeText(type), field: field.name };
  const details = { position: field.position, suggestion: closestName(field.name, known) };
  return quickwaterError("sql.unknown-field", params, details);
}

export function bindRow({ values, position }: RowConstructor, bind: BindOperand): BoundExpression {
  const operands = values.map(bind);
  const untyped = operands.findIndex(({ type }) => type.kind === "NULL");
  if (untyped >= 0) throw quickwaterError("sql.untyped-null", {}, { position: values[untyped]!.position });
  return call("ROW", operands, "ROW", position);
}

export function bindArray({ elements, position }: ArrayConstructor, bind: BindOperand): BoundExpression {
  return call("ARRAY", elements.map(bind), "ARRAY", position);
}

export function bindMap({ entries, position }: MapConstructor, bind: BindOperand): BoundExpression {
  const operands = entries.flatMap(({ key, value }) => [bind(key), bind(value)]);
  return call("MAP", operands, "MAP", position);
}

/** Two rows that are written out are compared field by field, as in Flink: a NULL in them may make NULL. */
export function bindRowEquality(
  left: Expression,
  right: Expression,
  position: SourcePosition,
  bind: BindOperand,
): BoundExpression | undefined {
  if (left.kind !== "RowConstructor" || right.kind !== "RowConstructor") return undefined;
  if (left.values.length !== right.values.length) return undefined;
  const tests = left.values.map((value, index) =>
    call("EQUALS", [bind(value), bind(right.values[index]!)], "=", position),
  );
  return tests.length === 1 ? tests[0] : call("AND", tests, "=", position);
}

/** Values that are made of values have no order. Flink orders some of them, by bytes that mean nothing. */
export function refuseUnordered(type: SqlType, position: SourcePosition): void {
  if (!isNested(type)) return;
  const params = { feature: `ORDER BY ${typeText(type)}`, instead: "Order by what is in it." };
  throw quickwaterError("sql.not-supported-yet", params, { position });
}
