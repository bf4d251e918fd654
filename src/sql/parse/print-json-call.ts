/** Flink's JSON functions with their clauses. */
import type { JsonArrayCall, JsonFallback, JsonObjectCall, JsonPathCall } from "./ast.ts";
import { printType } from "./print-type.ts";
import { listed, type Printer } from "./printer.ts";

export function printJsonPath(call: JsonPathCall, printer: Printer): string {
  const { document, path, returning, wrapper, onEmpty, onError } = call;
  const parts = [
    `${printer.expression(document)}, ${printer.expression(path)}`,
    ...(returning === undefined ? [] : [`RETURNING ${printType(returning)}`]),
    ...(wrapper === undefined ? [] : [`${wrapper} ARRAY WRAPPER`]),
    ...(onEmpty === undefined ? [] : [`${printFallback(onEmpty, printer)} ON EMPTY`]),
    ...(onError === undefined ? [] : [`${printFallback(onError, printer)} ON ERROR`]),
  ];
  return `${call.function}(${parts.join(" ")})`;
}

function printFallback({ answer, value }: JsonFallback, printer: Printer): string {
  return value === undefined ? answer : `${answer} ${printer.expression(value)}`;
}

export function printJsonObject(call: JsonObjectCall, printer: Printer): string {
  const entries = call.entries.map(({ key, value }) => {
    const text = printer.expression(key);
    // Before a sign KEY would be a column.
    const written = /^[-+]/.test(text) ? `(${text})` : text;
    return `KEY ${written} VALUE ${printer.expression(value)}`;
  });
  return `${call.function}(${withOnNull(entries.join(", "), call.onNull)})`;
}

export function printJsonArray(call: JsonArrayCall, printer: Printer): string {
  return `${call.function}(${withOnNull(listed(printer, call.elements), call.onNull)})`;
}

function withOnNull(content: string, onNull: JsonArrayCall["onNull"]): string {
  if (onNull === undefined) return content;
  return content === "" ? `${onNull} ON NULL` : `${content} ${onNull} ON NULL`;
}
