/** Changes to the text of a YAML file that leave everything else, comments and order too, as it is. */
import { isMap, isScalar, type Scalar } from "yaml";
import type { YamlValue } from "./yaml-file.ts";

export interface FileEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function edited(text: string, edits: readonly FileEdit[]): string {
  let result = text;
  // From behind, so that the places before stay where they are.
  for (const { start, end, text: put } of edits.toSorted((one, other) => other.start - one.start))
    result = result.slice(0, start) + put + result.slice(end);
  return result;
}

/** The lines as the text of a setting, in the place of what it has. */
export function editLines(value: YamlValue, lines: readonly string[]): FileEdit {
  const { text } = value.source;
  const { start, end } = rangeOf(value);
  const indent = contentIndent(value) ?? " ".repeat(columnOfKey(text, start) + 2);
  const block = `|\n${lines.map((line) => `${indent}${line}\n`).join("")}`;
  if (!text.slice(start, end).endsWith("\n")) {
    const space = text[start - 1] === ":" ? " " : "";
    return { start, end, text: space + block.slice(0, -1) };
  }
  // Empty lines at its end part it from what follows.
  const left = /\n(\n*)$/.exec(text.slice(start, end))?.[1] ?? "";
  return { start, end, text: block + left };
}

/** The value in the place of what a setting has, on one line. */
export function editValue(value: YamlValue, put: string): FileEdit {
  const { text } = value.source;
  const { start, end } = rangeOf(value);
  const isOnItsLine = text[start - 1] === ":";
  const lineEnd = isMap(value.node) && text.slice(start, end).endsWith("\n") ? "\n" : "";
  return { start, end, text: `${isOnItsLine ? " " : ""}${put}${lineEnd}` };
}

/** A setting of the same mapping, on a line behind the one of this value. */
export function addBehind(value: YamlValue, name: string, put: string): FileEdit {
  const { text } = value.source;
  const { start } = rangeOf(value);
  const lineEnd = text.indexOf("\n", start);
  const at = lineEnd < 0 ? text.length : lineEnd;
  return { start: at, end: at, text: `\n${" ".repeat(columnOfKey(text, start))}${name}: ${put}` };
}

function rangeOf({ node }: YamlValue): { readonly start: number; readonly end: number } {
  const [start = 0, end = 0] = node?.range ?? [];
  return { start, end };
}

/** Of the first line of a block of text. */
function contentIndent({ node, source }: YamlValue): string | undefined {
  const isBlock = isScalar(node) && ["BLOCK_LITERAL", "BLOCK_FOLDED"].includes((node as Scalar).type ?? "");
  if (!isBlock) return undefined;
  const content = source.text.slice(source.text.indexOf("\n", node!.range![0]) + 1, node!.range![1]);
  return /^(?:[ \t]*\n)*( +)\S/.exec(content)?.[1];
}

/** Where the key stands on the line of a place behind it. */
function columnOfKey(text: string, at: number): number {
  const lineStart = text.lastIndexOf("\n", at - 1) + 1;
  return /^(?:[ \t]|- )*/.exec(text.slice(lineStart, at))![0].length;
}
