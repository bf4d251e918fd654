/** Values that are written as they are. */
import type { Value, ValueSpec, ValueType } from "../../simulate/world-spec.ts";
import type { YamlValue } from "../yaml-file.ts";
import { complaint } from "./names.ts";
import { boolean, commonType, double, finenessOf, numberType, text } from "./value-types.ts";

export function constantOf(at: YamlValue): ValueSpec {
  const type = typeOf(at);
  return { kind: "constant", type, value: valueAs(at.value, type) };
}

/** A value that is read as a type that it fits. */
export function valueAs(written: unknown, type: ValueType): Value {
  if (written === null || written === undefined) return null;
  if (typeof written === "number") {
    const fineness = finenessOf(type);
    return typeof fineness === "number" ? Math.round(written * 10 ** fineness) : written;
  }
  if (type.kind === "array") return (written as unknown[]).map((each) => valueAs(each, type.of));
  if (type.kind === "row") {
    const fields = written as Record<string, unknown>;
    return type.fields.map(([name, of]) => valueAs(fields[name], of));
  }
  return written as Value;
}

/** A number is as fine as it is written. */
export function typeOf(at: YamlValue): ValueType {
  const { value } = at;
  switch (typeof value) {
    case "string":
      return text;
    case "boolean":
      return boolean;
    case "number": {
      const digits = /^-?\d+(?:\.(\d{1,9}))?$/.exec(at.json());
      if (digits === null || !Number.isSafeInteger(Math.trunc(value))) return double;
      return numberType(digits[1]?.length ?? 0);
    }
    case "object":
      break;
    default:
      throw at.refuse("a value");
  }
  if (value === null) return { kind: "null" };
  if (!Array.isArray(value)) {
    return { kind: "row", fields: [...at.members()].map(([name, each]) => [name, typeOf(each)] as const) };
  }
  let type: ValueType = { kind: "null" };
  for (const each of at.list()) {
    const common = commonType(type, typeOf(each));
    if (common === undefined) throw complaint(each, "it is of another kind than the values before it");
    type = common;
  }
  return { kind: "array", of: type };
}
