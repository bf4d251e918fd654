/** Shows a place in a source text: the line, a caret under it, and what was likely meant. */
import type { QuickwaterError, SourcePosition } from "./quickwater-error.ts";

/** Of an error what a person is told. */
export type ToldError = Pick<QuickwaterError, "message" | "code" | "hint" | "suggestion"> & {
  readonly position: SourcePosition | undefined;
};

/** The error as a person reads it in a terminal or an editor's panel. */
export function formatError(error: ToldError, text: string, fileName?: string): string {
  const suggestion = error.suggestion === undefined ? "" : ` Did you mean ${error.suggestion}?`;
  const tail = error.hint === "" ? "" : `\n  ${error.hint}`;
  const { position } = error;
  const place = fileName ?? "";
  const said = `${error.message}${suggestion} [${error.code}]`;
  if (position === undefined)
    return `${place}${place && ": "}${error.message}${suggestion} [${error.code}]${tail}`;
  const lineText = text.split("\n")[position.line - 1] ?? "";
  const shown = lineText.replaceAll("\t", " ");
  const caretLength = Math.max(1, Math.min(position.length, shown.length - position.column + 1));
  const gutter = String(position.line);
  return (
    [
      `${place}${place && ":"}${position.line}:${position.column}: ${said}`,
      `  ${gutter} | ${shown}`,
      `  ${" ".repeat(gutter.length)} | ${" ".repeat(position.column - 1)}${"^".repeat(caretLength)}`,
    ].join("\n") + tail
  );
}
