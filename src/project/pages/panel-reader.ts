/** The parts of panels as they are written; a column has to be there, and to hold what is needed. */
import { closestName } from "../../errors/suggest.ts";
import type { PageColumn } from "../../serving/dashboard/written-page.ts";
import type { Format, Level, Measure, MeasureTerm, NamedMeasure, Tone } from "../../serving/pages.ts";
import { durationOf } from "../../values/duration.ts";
import type { YamlValue } from "../yaml-file.ts";

/** What has to be done with the values of a column. */
export type Need = "anything" | "number" | "time";

/** Columns that rows of a source have. */
export interface Columns {
  /** Undefined where nobody knows them before they come. */
  readonly known: readonly PageColumn[] | undefined;
  /** Those that are read. */
  readonly used: Set<string>;
}

export const pageSpans = ["15m", "1h", "24h", "7d"] as const;
const tones: readonly Tone[] = ["good", "warn", "bad", "plain"];
const formats = ["number", "money", "share", "percent", "milliseconds", "seconds", "time", "text"] as const;
const numericTypes: readonly string[] = ["integer", "float", "decimal"];
const timeTypes: readonly string[] = ["timestamp", "date"];
const aggregates = ["latest", "sum", "min", "max", "count"] as const;
const levelsMax = 8;

/** @throws QuickwaterError where there is no such column, or of another type. */
export function readColumn(written: YamlValue, columns: Columns, need: Need, path = written.text()): string {
  const { known, used } = columns;
  if (known === undefined) return path;
  const column = columnAt(known, path);
  if (column === undefined) {
    const names = known.flatMap((each) => [each.name, ...membersOf(each)]);
    throw written.refuse(`a column: ${names.slice(0, 12).join(", ")}`, closestName(path, names));
  }
  const fits = need === "anything" || (need === "number" ? numericTypes : timeTypes).includes(column.type);
  if (!fits) throw written.refuse(`a column with ${need === "number" ? "numbers" : "times"}`);
  used.add(known.some(({ name }) => name === path) ? path : (path.split(".")[0] ?? path));
  return path;
}

export function columnAt(columns: readonly PageColumn[], path: string): PageColumn | undefined {
  const whole = columns.find(({ name }) => name === path);
  if (whole !== undefined) return whole;
  const [first = "", ...rest] = path.split(".");
  const column = columns.find(({ name }) => name === first);
  if (rest.length === 0 || column?.members === undefined) return undefined;
  return columnAt(column.members, rest.join("."));
}

const membersOf = ({ name, members }: PageColumn) => (members ?? []).map((each) => `${name}.${each.name}`);

/** `revenue`, `sum(revenue)`, `count()`, `sum(purchases) / sum(visits)`. */
export function readMeasure(written: YamlValue, columns: Columns): Measure {
  const text = written.text();
  const [of = "", per, ...more] = text.split("/").map((part) => part.trim());
  if (more.length > 0) throw written.refuse("a measure such as sum(revenue) or sum(purchases) / sum(visits)");
  return {
    of: readTerm(written, of, columns),
    per: per === undefined ? null : readTerm(written, per, columns),
  };
}

function readTerm(written: YamlValue, text: string, columns: Columns): MeasureTerm {
  const call = /^(\w+)\(([^()]*)\)$/.exec(text);
  if (call === null) {
    if (!/^[\w.$]+$/.test(text)) throw written.refuse("a column, or sum, min, max, latest or count of one");
    return { aggregate: "latest", column: readColumn(written, columns, "number", text) };
  }
  const [, name = "", column = ""] = call;
  const aggregate = aggregates.find((each) => each === name.toLowerCase());
  if (aggregate === undefined)
    throw written.refuse(`one of ${aggregates.join(", ")}`, closestName(name, aggregates));
  if (aggregate === "count" && (column === "" || column === "*")) return { aggregate, column: null };
  const need = aggregate === "count" ? "anything" : "number";
  return { aggregate, column: readColumn(written, columns, need, column.trim()) };
}

/** `money EUR`, `money currency` (a column), `share`, `number 2`; undefined: a number as it is. */
export function readFormat(written: YamlValue | undefined, columns: Columns): Format {
  if (written === undefined) return { as: "number", currency: null, digits: null };
  const [name = "", ...rest] = written.text().split(/\s+/);
  const as = formats.find((each) => each === name);
  if (as === undefined) throw written.refuse(`one of ${formats.join(", ")}`, closestName(name, formats));
  const digits = rest.find((each) => /^\d$/.test(each));
  const others = rest.filter((each) => each !== digits);
  const [currency] = others;
  if (others.length > 1 || (currency !== undefined && as !== "money"))
    throw written.refuse("a format such as number 2, share or money EUR");
  return {
    as,
    currency: currency === undefined ? null : readCurrency(written, currency, columns),
    digits: digits === undefined ? null : Number(digits),
  };
}

function readCurrency(written: YamlValue, text: string, columns: Columns): Format["currency"] {
  const isCode = /^[A-Z]{3}$/.test(text);
  if (isCode && (columns.known === undefined || columnAt(columns.known, text) === undefined)) {
    return { code: text };
  }
  return { column: readColumn(written, columns, "anything", text) };
}

export function readTone(written: YamlValue): Tone {
  const text = written.text();
  const tone = tones.find((each) => each === text);
  if (tone === undefined) throw written.refuse(`one of ${tones.join(", ")}`, closestName(text, tones));
  return tone;
}

/** `[{ from: 0, tone: bad, title: out }, …]`, from the least on. */
export function readLevels(written: YamlValue | undefined): readonly Level[] {
  if (written === undefined) return [];
  const levels = written.list().map((level) => {
    const members = level.members(["from", "tone", "title"]);
    return {
      from: level.member("from").number(-1e15, 1e15),
      tone: readTone(level.member("tone")),
      title: members.get("title")?.text() ?? null,
    };
  });
  const isOrdered = levels.every(({ from }, place) => place === 0 || from > levels[place - 1]!.from);
  if (levels.length === 0 || levels.length > levelsMax || !isOrdered)
    throw written.refuse(`1 to ${levelsMax} levels, each from more than the one before`);
  return levels;
}

/** `title: measure`, or `title: { value, format, tone }`. */
export function readNamedMeasures(
  written: YamlValue,
  columns: Columns,
  max: number,
): readonly NamedMeasure[] {
  const named = [...written.members()].map(([title, value]) => readNamedMeasure(title, value, columns));
  if (named.length === 0 || named.length > max) throw written.refuse(`1 to ${max} of them`);
  return named;
}

export function readNamedMeasure(title: string, written: YamlValue, columns: Columns): NamedMeasure {
  if (typeof written.value === "string") {
    return {
      title,
      value: readMeasure(written, columns),
      format: readFormat(undefined, columns),
      tone: null,
    };
  }
  const members = written.members(["value", "format", "tone", "title"]);
  const tone = members.get("tone");
  return {
    title: members.get("title")?.text() ?? title,
    value: readMeasure(written.member("value"), columns),
    format: readFormat(members.get("format"), columns),
    tone: tone === undefined ? null : readTone(tone),
  };
}

export function readSpan(written: YamlValue, minMs: number, maxMs: number): number {
  const ms = typeof written.value === "string" ? durationOf(written.value) : undefined;
  if (ms === undefined || ms < minMs || ms > maxMs) throw written.refuse("a time such as 10 s, 5 min or 1 h");
  return ms;
}

export function readYes(written: YamlValue | undefined, otherwise: boolean): boolean {
  if (written === undefined) return otherwise;
  if (typeof written.value !== "boolean") throw written.refuse("true or false");
  return written.value;
}

export function readWord<Word extends string>(
  written: YamlValue | undefined,
  words: readonly Word[],
  otherwise: Word,
): Word {
  if (written === undefined) return otherwise;
  const text = String(written.value);
  const word = words.find((each) => each === text);
  if (word === undefined) throw written.refuse(`one of ${words.join(", ")}`, closestName(text, words));
  return word;
}

/** One, or a list of them. */
export function readColumns(written: YamlValue, columns: Columns): readonly string[] {
  const all = Array.isArray(written.value) ? written.list() : [written];
  if (all.length === 0 || all.length > 3) throw written.refuse("1 to 3 columns");
  return all.map((each) => readColumn(each, columns, "anything"));
}

/** Null where nothing is written. */
export function optional<T>(written: YamlValue | undefined, read: (written: YamlValue) => T): T | null {
  return written === undefined ? null : read(written);
}
