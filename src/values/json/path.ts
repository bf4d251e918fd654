/**
 * JSON paths, `lax $.orders[0]['ship to'].*`: members, elements (from the end where the number is negative)
 * and wildcards, walked as Jayway's JsonPath does it for Flink. Without a mode a path is strict. Filters,
 * slices, several names at once and `..` are not taken.
 */
import { isArray, type JsonTree } from "./document.ts";

export type JsonPathStep =
  | { readonly kind: "member"; readonly name: string }
  | { readonly kind: "element"; readonly index: number }
  | { readonly kind: "any" };

export interface JsonPath {
  readonly mode: "lax" | "strict";
  readonly steps: readonly JsonPathStep[];
}

/** What a path finds; of a path with a wildcard it is the list of all that is there. */
export type JsonFound = { readonly value: JsonTree } | "nothing";

const stepForms = [
  /\.?\['((?:[^'\\]|\\.)*)'\]/,
  /\.?\["((?:[^"\\]|\\.)*)"\]/,
  /\[\s*(-?\d{1,9})\s*\]/,
  /(\.\*|\.?\[\s*\*\s*\])/,
  /\.([^.[\]()*?,:'"\s@]+)/,
];

/** The path, or the sentence that says what is wrong with it. */
export function readJsonPath(text: string): JsonPath | string {
  const [, word, rest] = /^\s*(strict|lax)\s+(.+)$/is.exec(text) ?? [];
  const mode = word?.toLowerCase() === "lax" ? "lax" : "strict";
  const path = (rest ?? text).trim();
  if (!path.startsWith("$")) return `the path '${path}' does not begin with $`;
  const steps: JsonPathStep[] = [];
  const step = new RegExp(stepForms.map((form) => form.source).join("|"), "y");
  for (let at = 1; at < path.length; at = step.lastIndex) {
    step.lastIndex = at;
    const match = step.exec(path);
    if (match === null) return `the path '${path}' has '${path.slice(at, at + 20)}', which is not taken`;
    const [, single, double, index, any, plain] = match;
    const name = plain ?? (single ?? double)?.replace(/\\(.)/g, "$1");
    if (any !== undefined) steps.push({ kind: "any" });
    else if (index !== undefined) steps.push({ kind: "element", index: Number(index) });
    else steps.push({ kind: "member", name: name! });
  }
  return { mode, steps };
}

export function findInJson(root: JsonTree, { steps }: JsonPath): JsonFound {
  let found: readonly JsonTree[] = [root];
  let isMany = false;
  for (const step of steps) {
    if (step.kind === "any") {
      isMany = true;
      found = found.flatMap(childrenOf);
      continue;
    }
    const next = found.map((value) => childAt(value, step)).filter((child) => child !== undefined);
    // Behind a wildcard what has no such member is left out; before one it is the end.
    if (!isMany && next.length === 0) return "nothing";
    found = next;
  }
  return { value: isMany ? found : found[0]! };
}

function childAt(value: JsonTree, step: Exclude<JsonPathStep, { kind: "any" }>): JsonTree | undefined {
  if (step.kind === "member") return value instanceof Map ? value.get(step.name) : undefined;
  if (!isArray(value)) return undefined;
  return value[step.index < 0 ? value.length + step.index : step.index];
}

function childrenOf(value: JsonTree): readonly JsonTree[] {
  if (value instanceof Map) return [...value.values()];
  return isArray(value) ? value : [];
}
