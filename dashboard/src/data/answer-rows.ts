/**
 * What endpoints and analyses answer, as rows: a list of objects is its rows, one object is one row. And the
 * rows of a view, now or as it was, as live ones are.
 */
import type { ViewAnswer } from "../../../src/serving/answers.ts";
import type { PanelSource } from "../../../src/serving/pages.ts";
import type { WireColumn, WireRow, WireType, WireValue } from "../../../src/serving/protocol.ts";
import type { Reading } from "../panels/panel-kind.ts";
import { viewReading } from "./view-reading.ts";

type AnyObject = Readonly<Record<string, WireValue>>;

const readings = new WeakMap<object, Reading>();

/** An answer is read once. */
export function readAnswer(source: Exclude<PanelSource, { over: "view" }>, answer: object): Reading {
  let reading = readings.get(answer);
  if (reading === undefined) {
    reading = source.over === "analysis" ? ofAnalysis(answer as AnyObject) : rowsOfObjects(listOf(answer));
    readings.set(answer, reading);
  }
  return reading;
}

export function readViewAnswer(answer: ViewAnswer): Reading {
  let reading = readings.get(answer);
  if (reading === undefined) {
    const { columns, keyColumns, freshness } = answer;
    const rows = answer.rows.map((row): WireRow => {
      const values = columns.map(({ name }) => row[name] ?? null);
      const key = JSON.stringify(keyColumns.map((column) => values[column]));
      return { key, values, final: row.$final === true, revision: Number(row.$revision) };
    });
    reading = viewReading(columns, rows, freshness);
    readings.set(answer, reading);
  }
  return reading;
}

/** A page of rows stands beside what is told of it. */
function listOf(answer: object): readonly AnyObject[] {
  if (Array.isArray(answer)) return answer as readonly AnyObject[];
  const { rows } = answer as { readonly rows?: unknown };
  return Array.isArray(rows) ? (rows as readonly AnyObject[]) : [answer as AnyObject];
}

/** Its rows are its first list of objects: segments, values, periods. */
function ofAnalysis(answer: AnyObject): Reading {
  const lists = Object.values(answer).filter((value) => Array.isArray(value));
  const list = lists.find((each) => each.some((item) => typeof item === "object" && item !== null));
  return { ...rowsOfObjects((list ?? []) as readonly AnyObject[]), answer };
}

function rowsOfObjects(objects: readonly AnyObject[]): Reading {
  const names = [...new Set(objects.flatMap((object) => Object.keys(object)))];
  const columns: readonly WireColumn[] = names.map((name) => {
    const value = objects.find((object) => (object[name] ?? null) !== null)?.[name] ?? null;
    return { name, type: typeOf(value), nullable: true, sqlType: "" };
  });
  const rows: readonly WireRow[] = objects.map((object, place) => ({
    key: String(place),
    values: names.map((name) => object[name] ?? null),
    final: true,
    revision: 0,
  }));
  return { columns, rows, watermarkMs: null };
}

function typeOf(value: WireValue): WireType {
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "float";
  if (typeof value === "boolean") return "boolean";
  if (Array.isArray(value)) return "array";
  if (typeof value === "object" && value !== null) return "row";
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(String(value)) ? "timestamp" : "string";
}
