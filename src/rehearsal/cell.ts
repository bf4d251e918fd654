/**
 * A cell of an expectation: how a value is written there, and when what is written means the value that is.
 *
 *   NULL                    is NULL; an empty text is ''
 *   'a '                    a text that begins or ends with a space, or would be read as something else
 *   \| \n \t \\             within a text: a bar, an end of line, a tabulator, a backslash
 *   2026-03-02T09:00:00Z    an instant, in UTC as the API sends it; zeros behind the seconds are left out.
 *                           Of a TIMESTAMP it is the wall clock itself, as its SQL and its twin have it
 *   10.00                   a decimal has the places of its column
 *   {"lat":1.5,"tags":[]}   ROW, ARRAY and MAP as JSON
 */
import { isNested, type SqlType } from "../values/sql-type.ts";

const nullWord = "NULL";

/** The type of a flag beside a view's columns. */
export type FlagType = { readonly kind: "FLAG" };
export type CellType = SqlType | FlagType;

/** Of a value as JSON text. */
export function writtenCell(json: string, type: CellType): string {
  if (type.kind === "FLAG") return json;
  if (json === "null") return nullWord;
  // The same JSON, without what would end the cell.
  if (isNested(type)) return json.replaceAll("|", "\\u007c");
  if (!json.startsWith('"')) return json;
  const text = JSON.parse(json) as string;
  return isInstant(type) ? shortInstant(text) : writtenText(text);
}

/** Equal for cells that mean the same. */
export function meaningOf(written: string, type: CellType): string {
  if (written === nullWord) return nullWord;
  switch (type.kind) {
    case "FLAG":
    case "BOOLEAN":
      return { yes: "true", no: "false" }[written] ?? written;
    case "TIMESTAMP":
    case "TIMESTAMP_LTZ":
      return shortInstant(written);
    case "FLOAT":
    case "DOUBLE":
      return written !== "" && Number.isFinite(Number(written)) ? String(Number(written)) : written;
    case "ROW":
    case "ARRAY":
    case "MAP":
      return compactJson(written);
    case "CHAR":
    case "VARCHAR":
      return `text ${readText(written)}`;
    default:
      return written;
  }
}

function isInstant({ kind }: SqlType): boolean {
  return kind === "TIMESTAMP" || kind === "TIMESTAMP_LTZ";
}

const instant = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d+))?)?Z?$/;

function shortInstant(text: string): string {
  const match = instant.exec(text);
  if (match === null) return text;
  const [, date, minutes, seconds = "00", fraction = ""] = match;
  const digits = fraction.replace(/0+$/, "");
  return `${date}T${minutes}:${seconds}${digits === "" ? "" : "."}${digits}Z`;
}

const escapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const escaped: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

function writtenText(text: string): string {
  const plain = text.replace(/[\\|\n\r\t]/g, (letter) => escapes[letter] ?? `\\${letter}`);
  const isMistakable = plain === "" || plain === nullWord || plain !== plain.trim() || plain.startsWith("'");
  return isMistakable ? `'${plain}'` : plain;
}

function readText(written: string): string {
  const isQuoted = written.length >= 2 && written.startsWith("'") && written.endsWith("'");
  const plain = isQuoted ? written.slice(1, -1) : written;
  return plain.replace(/\\(.)/g, (_, letter: string) => escaped[letter] ?? letter);
}

/** Without the spaces between its parts. */
function compactJson(text: string): string {
  return text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, string: string | undefined) => string ?? "");
}
