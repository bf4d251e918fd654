/**
 * A value as text, made by DuckDB itself: for the rows of an export, which are too many to be made into text
 * one by one in a thread that others wait for. The texts are those that `duck-cell.ts` makes of an answer's
 * values, and CSV is that of `values/csv-cell.ts`.
 */
import { csvRules } from "../../values/csv-cell.ts";
import type { SqlType } from "../../values/sql-type.ts";
import { literal } from "../duck/duck-type.ts";

/** The expression's value as JSON text; NULL is `null`. */
export function jsonCellSql(value: string, type: SqlType, depth = 0): string {
  const text = knownJson(value, type, depth);
  return `CASE WHEN ${value} IS NULL THEN 'null' ELSE ${text} END`;
}

/** The expression's value as a field of CSV. */
export function csvCellSql(value: string, type: SqlType): string {
  switch (type.kind) {
    case "BOOLEAN":
    case "TINYINT":
    case "SMALLINT":
    case "INT":
    case "BIGINT":
    case "DECIMAL":
      return `COALESCE(${value}::VARCHAR, '')`;
    case "FLOAT":
    case "DOUBLE":
      return `CASE WHEN isfinite(${value}) THEN ${doubleText(value)} ELSE '' END`;
    case "TIMESTAMP":
    case "TIMESTAMP_LTZ":
    case "DATE":
    case "TIME":
      return `COALESCE(${plainText(value, type)}, '')`;
    case "ROW":
    case "ARRAY":
    case "MAP":
      return `CASE WHEN ${value} IS NULL THEN '' ELSE ${quotedText(knownJson(value, type, 0))} END`;
    default:
      return field(plainText(value, type));
  }
}

function knownJson(value: string, type: SqlType, depth: number): string {
  switch (type.kind) {
    case "BOOLEAN":
    case "TINYINT":
    case "SMALLINT":
    case "INT":
    case "BIGINT":
      return `${value}::VARCHAR`;
    case "FLOAT":
    case "DOUBLE":
      // JSON has no NaN and no infinity.
      return `CASE WHEN isfinite(${value}) THEN ${doubleText(value)} ELSE 'null' END`;
    case "DECIMAL":
    case "TIMESTAMP":
    case "TIMESTAMP_LTZ":
    case "DATE":
    case "TIME":
    case "BINARY":
    case "VARBINARY":
      return `'"' || ${plainText(value, type)} || '"'`;
    case "ROW":
    case "ARRAY":
    case "MAP":
      return nestedJson(value, type, depth);
    default:
      return `to_json(${plainText(value, type)})::VARCHAR`;
  }
}

function nestedJson(value: string, type: SqlType & { kind: "ROW" | "ARRAY" | "MAP" }, depth: number): string {
  if (type.kind === "ROW") {
    const members = type.fields.map((field, place) => {
      const name = literal(`${place === 0 ? "{" : ","}${JSON.stringify(field.name)}:`);
      return `${name}, ${jsonCellSql(`struct_extract_at(${value}, ${place + 1})`, field.type, depth)}`;
    });
    return `concat(${[...members, "'}'"].join(", ")})`;
  }
  const item = `item${depth}`;
  const each = (list: string, text: string) =>
    `array_to_string(list_transform(${list}, lambda ${item}: ${text}), ',')`;
  if (type.kind === "ARRAY") {
    return `'[' || ${each(value, jsonCellSql(item, type.element, depth + 1))} || ']'`;
  }
  const isText = type.key.kind === "VARCHAR" || type.key.kind === "CHAR";
  const key = jsonCellSql(`${item}.key`, type.key, depth + 1);
  const name = isText ? key : `to_json(trim(${key}, '"'))::VARCHAR`;
  const entry = `${name} || ':' || ${jsonCellSql(`${item}.value`, type.value, depth + 1)}`;
  return `'{' || ${each(`map_entries(${value})`, entry)} || '}'`;
}

/** Without quotes; NULL stays NULL. */
function plainText(value: string, type: SqlType): string {
  switch (type.kind) {
    case "TIMESTAMP":
      return instantText(value, value);
    case "TIMESTAMP_LTZ":
      // The detour spares a look into the calendar of the zone, and has nothing for infinity.
      return instantText(value, `COALESCE(make_timestamp(epoch_us(${value})), ${value} AT TIME ZONE 'UTC')`);
    case "TIME":
      return `strftime(DATE '1970-01-01' + ${value}, '%H:%M:%S.%g')`;
    case "BINARY":
    case "VARBINARY":
      return `base64(${value})`;
    default:
      return `${value}::VARCHAR`;
  }
}

/** Three digits behind the second, or six where they say something. */
function instantText(value: string, plain: string): string {
  const written = (digits: string) => `strftime(${plain}, '%Y-%m-%dT%H:%M:%S.${digits}Z')`;
  return `CASE WHEN epoch_us(${value}) % 1000 = 0 THEN ${written("%g")} ELSE ${written("%f")} END`;
}

/** A whole number has no point behind it; what is larger than that can be told keeps DuckDB's own digits. */
function doubleText(value: string): string {
  const exact = `${value} = trunc(${value}) AND abs(${value}) < 1e15`;
  return `CASE WHEN ${exact} THEN ${value}::BIGINT::VARCHAR ELSE ${value}::DOUBLE::VARCHAR END`;
}

/** Most texts are as they stand, which one look tells. */
function field(text: string): string {
  const anything = literal(`^$|${csvRules.quoted}|${csvRules.formula}`);
  const isPlain = `NOT regexp_matches(${text}, ${anything})`;
  const isFormula = `regexp_matches(${text}, ${literal(csvRules.formula)}) AND
    NOT regexp_matches(${text}, ${literal(csvRules.number)})`;
  const guarded = `CASE WHEN ${isFormula} THEN '''' || ${text} ELSE ${text} END`;
  return `CASE WHEN ${text} IS NULL THEN '' WHEN ${isPlain} THEN ${text} ELSE ${quotedField(guarded)} END`;
}

function quotedField(text: string): string {
  const isQuoted = `regexp_matches(${text}, ${literal(csvRules.quoted)})`;
  return `CASE WHEN ${text} = '' THEN '""' WHEN ${isQuoted} THEN ${quotedText(text)}
    ELSE ${text} END`;
}

function quotedText(text: string): string {
  return `'"' || replace(${text}, '"', '""') || '"'`;
}
