/** Written types to types: names, lengths, precisions and their limits. */
import { type QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import { decimalPrecisionMax, type SqlType, stringLengthMax } from "../../values/sql-type.ts";
import type { TypeName } from "../parse/ast.ts";

type Maker = (type: TypeName, nullable: boolean) => SqlType;

const makers: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ["BOOLEAN", plain("BOOLEAN")],
  ["TINYINT", plain("TINYINT")],
  ["SMALLINT", plain("SMALLINT")],
  ["INT", plain("INT")],
  ["INTEGER", plain("INT")],
  ["BIGINT", plain("BIGINT")],
  ["FLOAT", plain("FLOAT")],
  ["DOUBLE", plain("DOUBLE")],
  ["DATE", plain("DATE")],
  ["DECIMAL", decimal],
  ["DEC", decimal],
  ["NUMERIC", decimal],
  ["CHAR", (type, nullable) => ({ kind: "CHAR", length: lengthOf(type, 1), nullable })],
  ["VARCHAR", (type, nullable) => ({ kind: "VARCHAR", length: lengthOf(type, stringLengthMax), nullable })],
  ["STRING", longest("VARCHAR")],
  ["BINARY", (type, nullable) => ({ kind: "BINARY", length: lengthOf(type, 1), nullable })],
  [
    "VARBINARY",
    (type, nullable) => ({ kind: "VARBINARY", length: lengthOf(type, stringLengthMax), nullable }),
  ],
  ["BYTES", longest("VARBINARY")],
  ["TIME", time],
  ["TIMESTAMP", timestamp("TIMESTAMP")],
  ["TIMESTAMP_LTZ", timestamp("TIMESTAMP_LTZ")],
  ["ROW", row],
  ["ARRAY", (type, nullable) => ({ kind: "ARRAY", element: bindType(type.children[0]!.type), nullable })],
  [
    "MAP",
    (type, nullable) => {
      const [key, value] = type.children;
      return { kind: "MAP", key: bindType(key!.type), value: bindType(value!.type), nullable };
    },
  ],
]);

const laterTypes: ReadonlySet<string> = new Set([
  "MULTISET",
  "RAW",
  "STRUCTURED",
  "INTERVAL",
  "REAL",
  "CHARACTER",
]);

export function bindType(type: TypeName): SqlType {
  const maker = makers.get(type.name);
  if (maker !== undefined) return maker(type, !type.notNull);
  const details = { position: type.position };
  if (laterTypes.has(type.name)) {
    throw quickwaterError(
      "sql.not-supported-yet",
      { feature: `The type ${type.name}`, instead: "" },
      details,
    );
  }
  const suggestion = closestName(type.name, makers.keys());
  throw quickwaterError("sql.unknown-type", { type: type.name }, { ...details, suggestion });
}

function plain(
  kind: "BOOLEAN" | "TINYINT" | "SMALLINT" | "INT" | "BIGINT" | "FLOAT" | "DOUBLE" | "DATE",
): Maker {
  return (type, nullable) => {
    expectNumbers(type, 0);
    return { kind, nullable };
  };
}

function longest(kind: "VARCHAR" | "VARBINARY"): Maker {
  return (type, nullable) => {
    expectNumbers(type, 0);
    return { kind, length: stringLengthMax, nullable };
  };
}

function decimal(type: TypeName, nullable: boolean): SqlType {
  expectNumbers(type, 2);
  const [precision = 10, scale = 0] = type.arguments;
  if (precision < 1 || precision > decimalPrecisionMax) {
    throw badType(type, `the precision must be from 1 to ${decimalPrecisionMax}`);
  }
  if (scale > precision) throw badType(type, "the scale must be from 0 to the precision");
  return { kind: "DECIMAL", precision, scale, nullable };
}

/** Without a length CHAR and BINARY hold one; VARCHAR is STRING and VARBINARY is BYTES, as in Flink. */
function lengthOf(type: TypeName, without: number): number {
  expectNumbers(type, 1);
  const [length = without] = type.arguments;
  if (length < 1 || length > stringLengthMax)
    throw badType(type, `the length must be from 1 to ${stringLengthMax}`);
  return length;
}

function time(type: TypeName, nullable: boolean): SqlType {
  expectNumbers(type, 1);
  const [precision = 0] = type.arguments;
  if (precision > 3) throw badType(type, "a TIME keeps milliseconds at most, a precision of 0 to 3");
  return { kind: "TIME", precision, nullable };
}

function timestamp(kind: "TIMESTAMP" | "TIMESTAMP_LTZ"): Maker {
  return (type, nullable) => {
    expectNumbers(type, 1);
    const [precision = 6] = type.arguments;
    if (precision > 9) throw badType(type, "the precision must be from 0 to 9");
    if (precision > 6) {
      const params = { type: `${kind}(${precision})` };
      throw quickwaterError("sql.timestamp-precision", params, { position: type.position });
    }
    return { kind, precision, nullable };
  };
}

function row(type: TypeName, nullable: boolean): SqlType {
  const names = new Set<string>();
  const fields = type.children.map((child) => {
    const name = child.name!;
    if (names.has(name.name)) {
      throw quickwaterError("sql.duplicate-column", { column: name.name }, { position: name.position });
    }
    names.add(name.name);
    return { name: name.name, type: bindType(child.type) };
  });
  return { kind: "ROW", fields, nullable };
}

function expectNumbers(type: TypeName, most: number): void {
  if (type.arguments.length <= most) return;
  throw badType(type, most === 0 ? "it takes no number" : `it takes ${most} at most`);
}

function badType(type: TypeName, reason: string): QuickwaterError {
  const written = `${type.name}(${type.arguments.join(", ")})`;
  return quickwaterError("sql.bad-type", { type: written, reason }, { position: type.position });
}
