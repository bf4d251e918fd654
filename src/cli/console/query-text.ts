/** A server's answer as a table, JSON lines or CSV. */
import { csvField } from "../../connectors/filesystem/csv-line.ts";
import type { WireColumn, WireType } from "../../serving/protocol.ts";
import { wallClockText } from "../../views/told-rows.ts";
import { oneLine, TableWriter } from "../result-format/table.ts";

export type QueryCell = boolean | number | bigint | string | null | object;

export interface QueryResult {
  readonly columns: readonly WireColumn[];
  readonly rows: readonly (readonly QueryCell[])[];
  /** Whose clock a TIMESTAMP is on. */
  readonly timeZone: string;
}

type Format = (result: QueryResult) => string;

export const queryFormats: Readonly<Record<string, Format>> = { table, json, csv };

/** A text of several lines, such as a plan, is itself for people. */
function table({ columns, rows, timeZone }: QueryResult): string {
  const [first] = rows;
  const isText = rows.length === 1 && columns.length === 1 && String(first![0]).includes("\n");
  if (isText) return `${String(first![0])}\n\n`;
  let text = "";
  const shown = columns.map(({ name, type }) => ({ name, isNumber: numberTypes.has(type) }));
  const writer = new TableWriter(
    { name: undefined },
    shown,
    () => [],
    (part) => {
      text += part;
    },
  );
  writer.writeCells(
    rows.map((row) => row.map((cell, at) => oneLine(cellText(cell, columns[at]!, timeZone) ?? "NULL"))),
  );
  writer.end();
  return text;
}

const numberTypes: ReadonlySet<WireType> = new Set<WireType>(["integer", "float", "decimal"]);

function csv({ columns, rows, timeZone }: QueryResult): string {
  const head = columns.map(({ name }) => csvField(name, ",", '"'));
  const records = rows.map((row) =>
    row.map((cell, index) => {
      const text = cellText(cell, columns[index]!, timeZone);
      if (text === undefined) return "";
      return text === "" ? '""' : csvField(text, ",", '"');
    }),
  );
  return [head, ...records].map((fields) => `${fields.join(",")}\r\n`).join("");
}

function json({ columns, rows }: QueryResult): string {
  return rows
    .map((row) => {
      const members = row.map((cell, index) => `${JSON.stringify(columns[index]!.name)}:${jsonText(cell)}`);
      return `{${members.join(",")}}\n`;
    })
    .join("");
}

/** As `quickwater run` shows it; undefined for NULL. An instant keeps its Z. */
function cellText(cell: QueryCell, { type, sqlType }: WireColumn, timeZone: string): string | undefined {
  if (cell === null) return undefined;
  if (typeof cell === "boolean") return cell ? "TRUE" : "FALSE";
  if (typeof cell === "object") return jsonText(cell);
  if (type !== "timestamp") return String(cell);
  const told = String(cell);
  return sqlType.startsWith("TIMESTAMP_LTZ") ? told.replace("T", " ") : wallClockText(told, timeZone);
}

function jsonText(cell: QueryCell): string {
  if (typeof cell === "bigint") return String(cell);
  if (typeof cell !== "object" || cell === null) return JSON.stringify(cell);
  if (Array.isArray(cell)) return `[${cell.map(jsonText).join(",")}]`;
  const members = Object.entries(cell).map(([name, value]) => `${JSON.stringify(name)}:${jsonText(value)}`);
  return `{${members.join(",")}}`;
}
