/** TYPEOF: the type of an expression as text, known before any row comes. */
import type { SqlType } from "../../values/sql-type.ts";
import { formatNested, formatType, isNested, stringLengthMax } from "../../values/sql-type.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { literal } from "./coerce.ts";

export const typeOf = {
  takes: "a value that is no interval, and optionally TRUE for the full form",
  bind: ([value, full, ...more]: readonly BoundExpression[]): BoundExpression | undefined => {
    if (value === undefined || more.length > 0) return undefined;
    const isFull = full?.kind === "Literal" && full.value === true;
    if (full !== undefined && !(full.kind === "Literal" && typeof full.value === "boolean")) return undefined;
    const { kind } = value.type;
    if (kind.startsWith("INTERVAL")) return undefined;
    const text = isFull ? fullText(value.type) : shortText(value.type);
    return literal(text, { kind: "VARCHAR", length: stringLengthMax, nullable: true });
  },
};

/** A time attribute says that it is one. */
function shortText(type: SqlType): string {
  const attribute = "attribute" in type ? type.attribute : undefined;
  if (attribute === undefined) return formatType(type);
  const text = `${formatType({ ...type, nullable: true } as SqlType)} *${attribute.toUpperCase()}*`;
  return type.nullable ? text : `${text} NOT NULL`;
}

/** As it can be kept in a catalog; NULL has no such form. */
function fullText(type: SqlType): string | null {
  if (type.kind === "NULL") return null;
  const suffix = type.nullable ? "" : " NOT NULL";
  if (type.kind === "VARCHAR" || type.kind === "VARBINARY") return `${type.kind}(${type.length})${suffix}`;
  if (isNested(type)) return `${formatNested(type, (part) => fullText(part) ?? "NULL")}${suffix}`;
  if (type.kind === "TIMESTAMP_LTZ") return `TIMESTAMP(${type.precision}) WITH LOCAL TIME ZONE${suffix}`;
  return formatType(type);
}
