/** What a panel shows, as a file: the same rows as its table, every digit of them. */
import type { Twin } from "./panel-kind.ts";

export type DownloadFormat = "csv" | "json";

/** RFC 4180; a text that a spreadsheet would take for a formula is none. */
export function csvOf({ headings, rows }: Twin): string {
  return [headings, ...rows].map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

function csvCell(text: string): string {
  const isNumber = /^-?\d+(\.\d+)?$/.test(text);
  const safe = !isNumber && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Objects by the headings; values are texts, so that no digit is lost. */
export function jsonOf({ headings, rows }: Twin): string {
  const objects = rows.map((cells) =>
    Object.fromEntries(headings.map((heading, at) => [heading, cells[at] ?? ""])),
  );
  return `${JSON.stringify(objects, null, 2)}\n`;
}

export function download(name: string, format: DownloadFormat, twin: Twin): void {
  const type = format === "csv" ? "text/csv" : "application/json";
  const url = URL.createObjectURL(new Blob([format === "csv" ? csvOf(twin) : jsonOf(twin)], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${name}.${format}`;
  link.click();
  URL.revokeObjectURL(url);
}
