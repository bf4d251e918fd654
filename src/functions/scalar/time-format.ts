/**
 * Patterns of dates and times, `yyyy-MM-dd HH:mm`, in the letters that Java's two formatters share:
 *
 *   yyyy yy  year            M MM MMM MMMM  month           d dd    day
 *   D DDD    day of year     E EEEE         day of week     a       AM or PM
 *   H HH     hour, 0 to 23   h hh           hour, 1 to 12   m mm s ss   minute, second
 *   S SSS    fraction        'text' ''      text itself
 *
 * Flink formats TIMESTAMPs with java.time's DateTimeFormatter and texts, dates and Unix times with
 * SimpleDateFormat; where the two differ (`S`, and how lenient they read) `style` says which one is meant.
 * Names are English. What is not listed is refused: its meaning is not the same in both.
 */
import { civilFromDays, daysFromCivil, millisecondsPerDay } from "../../values/timestamp.ts";
import { dayOfWeek } from "./time-fields.ts";

export type FormatStyle = "formatter" | "simple";

export type FormatItem =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "field"; readonly letter: string; readonly count: number };

const months = "January February March April May June July August September October November December".split(
  " ",
);
const weekdays = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

/** How often a letter may stand. */
const counts: Readonly<Record<string, readonly number[]>> = {
  y: [2, 4],
  M: [1, 2, 3, 4],
  d: [1, 2],
  D: [1, 3],
  E: [1, 2, 3, 4],
  a: [1],
  H: [1, 2],
  h: [1, 2],
  m: [1, 2],
  s: [1, 2],
  S: [1, 2, 3, 4, 5, 6, 7, 8, 9],
  X: [1, 2, 3],
};

/** The pattern's items, or the sentence that says what is wrong with it. */
export function readFormat(pattern: string): readonly FormatItem[] | string {
  const items: FormatItem[] = [];
  const tokens = pattern.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|'|[^A-Za-z']+/g);
  for (const [token, quoted, letter] of tokens) {
    if (quoted !== undefined)
      items.push({ kind: "text", text: quoted === "" ? "'" : quoted.replaceAll("''", "'") });
    else if (token === "'") return `a quote of the format '${pattern}' does not end`;
    else if (letter === undefined) items.push({ kind: "text", text: token });
    else if (counts[letter]?.includes(token.length) !== true)
      return `the format has ${token}, which is not taken`;
    else items.push({ kind: "field", letter, count: token.length });
  }
  return items;
}

/** The first letter of a pattern that a reading or a writing of that style does not take. */
export function refusedLetter(items: readonly FormatItem[], reading: boolean): string | undefined {
  const refused = reading ? "DE" : "X";
  const found = items.find(
    (item) =>
      item.kind === "field" &&
      // Which century two digits mean depends on today.
      (refused.includes(item.letter) || (reading && item.letter === "y" && item.count === 2)),
  );
  return found?.kind === "field" ? found.letter.repeat(found.count) : undefined;
}

/** Writes a time; `micros` is what lies below its milliseconds. */
export function formatTime(
  items: readonly FormatItem[],
  ms: number,
  micros: number,
  style: FormatStyle,
): string {
  const days = Math.floor(ms / millisecondsPerDay);
  const within = ms - days * millisecondsPerDay;
  let text = "";
  for (const item of items) {
    text +=
      item.kind === "text" ? item.text : fieldText(item.letter, item.count, days, within, micros, style);
  }
  return text;
}

function fieldText(
  letter: string,
  count: number,
  days: number,
  within: number,
  micros: number,
  style: FormatStyle,
): string {
  const { year, month, day } = civilFromDays(days);
  const hour = Math.floor(within / 3_600_000);
  switch (letter) {
    case "y":
      return count === 2 ? pad(year % 100, 2) : pad(year, 4);
    case "M":
      return count > 2 ? named(months[month - 1]!, count) : pad(month, count);
    case "d":
      return pad(day, count);
    case "D":
      return pad(days - daysFromCivil(year, 1, 1) + 1, count);
    case "E":
      return named(weekdays[dayOfWeek(days)]!, count);
    case "a":
      return hour < 12 ? "AM" : "PM";
    case "H":
      return pad(hour, count);
    case "h":
      return pad(hour % 12 === 0 ? 12 : hour % 12, count);
    case "m":
      return pad(Math.floor(within / 60_000) % 60, count);
    case "s":
      return pad(Math.floor(within / 1000) % 60, count);
    default:
      // SimpleDateFormat writes the number of milliseconds, the other one digits of the fraction.
      if (style === "simple") return pad(within % 1000, count);
      return `${pad(within % 1000, 3)}${pad(micros, 3)}000`.slice(0, count);
  }
}

function named(name: string, count: number): string {
  return count < 4 ? name.slice(0, 3) : name;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

/** Fields of a text that was read: by letter, as numbers. */
export type ReadFields = ReadonlyMap<string, number>;

/** The expression that reads texts of a pattern; its groups are the fields, in their order. */
export function readerOf(
  items: readonly FormatItem[],
  style: FormatStyle,
): (text: string) => ReadFields | undefined {
  const fields = items.filter((item) => item.kind === "field");
  const parts = items.map((item, index) =>
    item.kind === "text"
      ? item.text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")
      : fieldPattern(item, style, items[index + 1]),
  );
  // SimpleDateFormat is content when the text begins as the pattern says.
  const expression = new RegExp(`^${parts.join("")}${style === "simple" ? "" : "$"}`, "s");
  return (text) => {
    const match = expression.exec(text);
    if (match === null) return undefined;
    const read = new Map<string, number>();
    for (const [index, { letter, count }] of fields.entries()) {
      const value = fieldValue(letter, count, match[index + 1]!, style);
      if (value === undefined) return undefined;
      read.set(letter, value);
    }
    return read;
  };
}

function fieldPattern(
  { letter, count }: Extract<FormatItem, { kind: "field" }>,
  style: FormatStyle,
  next: FormatItem | undefined,
): string {
  if (letter === "a") return style === "simple" ? "[ \\t]*([AaPp][Mm])" : "([AP]M)";
  if (letter === "M" && count > 2) return "([A-Za-z]{3,})";
  if (letter === "X") return ["(Z|[+-]\\d\\d)", "(Z|[+-]\\d{4})", "(Z|[+-]\\d\\d:\\d\\d)"][count - 1]!;
  // Digits that stand against the next field's have the count of the letters, the last of them does not.
  const abuts =
    next?.kind === "field" && !"aX".includes(next.letter) && !(next.letter === "M" && next.count > 2);
  if (style === "simple") return abuts ? `[ \\t]*(\\d{${count}})` : "[ \\t]*(\\d{1,10})";
  if (letter === "y" || letter === "S" || count === 2) return `(\\d{${count}})`;
  return "(\\d{1,2})";
}

function fieldValue(letter: string, count: number, text: string, style: FormatStyle): number | undefined {
  if (letter === "a") return text[0]!.toUpperCase() === "P" ? 1 : 0;
  if (letter === "X") return text === "Z" ? 0 : zoneMinutes(text);
  if (letter === "M" && count > 2) return monthNamed(text, count, style);
  if (letter === "S" && style === "formatter") return Number(text.padEnd(9, "0").slice(0, 3));
  return Number(text);
}

function zoneMinutes(text: string): number {
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.length > 3 ? text.slice(-2) : "0");
  return text.startsWith("-") ? -minutes : minutes;
}

function monthNamed(text: string, count: number, style: FormatStyle): number | undefined {
  const isLoose = style === "simple";
  const wanted = isLoose ? text.toLowerCase() : text;
  const at = months.findIndex((name) => {
    const forms = isLoose ? [name, name.slice(0, 3)] : [named(name, count)];
    return forms.some((form) => (isLoose ? form.toLowerCase() : form) === wanted);
  });
  return at < 0 ? undefined : at + 1;
}
