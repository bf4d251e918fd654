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
  if (spec.kind === "field") return compileField(spec, state);
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

/** Most fields of members stay as they are: their text is made once. */
function compileField(spec: Extract<ValueSpec, { kind: "field" }>, state: WorldState): WriteJson {
  const member = compileValue(spec.member, state);
  const values = state.columns[spec.entity]![spec.field]!;
  const texts = state.texts[spec.entity]![spec.field]!;
  const json = jsonOf(spec.type, state);
  return (slots) => {
    const index = member(slots) as number | null;
    if (index === null) return "null";
    const known = texts[index];
    if (known !== undefined) return known;
    const text = json(values[index]!);
    texts[index] = text;
    return text;
  };
}

function quoted(text: string): string {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isPlain = code > 0x1f && code !== quote && code !== backslash && (code < 0xd800 || code > 0xdfff);
    if (!isPlain) return JSON.stringify(text);
  }
  return `"${text}"`;
}

const quote = 0x22;
const backslash = 0x5c;

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
