/** Values as JSON: what is the same in every event is written once, when the world is made. */
import type { Value, ValueSpec, ValueType } from "../world-spec.ts";
import { compileValue, plainText } from "./compile-value.ts";
import type { WorldState } from "./world-state.ts";

export type WriteJson = (slots: Value[]) => string;

export function compileJson(spec: ValueSpec, state: WorldState): WriteJson {
  if (spec.kind === "constant") {
    const text = jsonOf(spec.type, state)(spec.value);
    return () => text;
  }
  if (spec.kind === "row" && spec.type.kind === "row")
    return compileRow(spec.type.fields, spec.fields, state);
  const draw = compileValue(spec, state);
  if (spec.kind === "uuid") return (slots) => `"${draw(slots) as string}"`;
  const json = jsonOf(spec.type, state);
  return (slots) => json(draw(slots));
}

/** Names and fields that never change are joined to the text before the next one. */
function compileRow(
  names: readonly (readonly [name: string, type: ValueType])[],
  fields: readonly ValueSpec[],
  state: WorldState,
): WriteJson {
  const heads: string[] = [];
  const writers: WriteJson[] = [];
  let text = "{";
  for (const [index, field] of fields.entries()) {
    text += `${index === 0 ? "" : ","}${JSON.stringify(names[index]![0])}:`;
    const write = compileJson(field, state);
    if (field.kind === "constant") {
      text += write([]);
      continue;
    }
    heads.push(text);
    writers.push(write);
    text = "";
  }
  const end = `${text}}`;
  const count = writers.length;
  return (slots) => {
    let json = "";
    for (let index = 0; index < count; index++) json += heads[index]! + writers[index]!(slots);
    return json + end;
  };
}

const toEscape = /["\\\p{Cc}\p{Cs}]/u;

function quoted(text: string): string {
  return toEscape.test(text) ? JSON.stringify(text) : `"${text}"`;
}

function jsonOf(type: ValueType, state: WorldState): (value: Value) => string {
  const json = textOf(type, state);
  return (value) => (value === null ? "null" : json(value));
}

function textOf(type: ValueType, state: WorldState): (value: Value) => string {
  switch (type.kind) {
    case "text":
      return (value) => quoted(value as string);
    case "time": {
      const { instants } = state;
      return (value) => `"${instants.of(value as number)}"`;
    }
    case "array": {
      const of = jsonOf(type.of, state);
      return (value) => `[${(value as readonly Value[]).map(of).join(",")}]`;
    }
    case "row": {
      const fields = type.fields.map(
        ([name, field]) => [`${JSON.stringify(name)}:`, jsonOf(field, state)] as const,
      );
      return (value) =>
        `{${(value as readonly Value[]).map((each, at) => fields[at]![0] + fields[at]![1](each)).join(",")}}`;
    }
    default:
      return plainText(type, state);
  }
}
