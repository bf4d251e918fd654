/**
 * Interval literals. An interval is either of months or of milliseconds; the two never mix, because a month
 * has no fixed length. A field behind the first is bounded by the one before it: `'1 25' DAY TO HOUR` is an
 * error.
 */

export type IntervalField = "YEAR" | "MONTH" | "DAY" | "HOUR" | "MINUTE" | "SECOND";

export type Interval =
  | { readonly kind: "months"; readonly months: number }
  | { readonly kind: "ms"; readonly ms: number };

const dayTimeFields = ["DAY", "HOUR", "MINUTE", "SECOND"] as const;
type DayTimeField = (typeof dayTimeFields)[number];

const fieldMs: Readonly<Record<DayTimeField, number>> = {
  DAY: 86_400_000,
  HOUR: 3_600_000,
  MINUTE: 60_000,
  SECOND: 1000,
};
const fieldLimit: Readonly<Record<DayTimeField, number>> = {
  DAY: Infinity,
  HOUR: 24,
  MINUTE: 60,
  SECOND: 60,
};
/** What stands before a field that is not the first. */
const fieldSeparator: Readonly<Record<DayTimeField, string>> = {
  DAY: "",
  HOUR: " ",
  MINUTE: ":",
  SECOND: ":",
};

/**
 * Flink's leading fields have at most this many digits unless a precision says otherwise; it never says more.
 */
const leadingDigitsMax = 10;

/**
 * Reads the text between the quotes, `'5'` MINUTE or `'1 02:03'` DAY TO MINUTE; undefined where it does not
 * have the form of the fields, or the fields are not a range.
 */
export function parseInterval(
  text: string,
  from: IntervalField,
  to: IntervalField = from,
): Interval | undefined {
  const sign = /^\s*([+-]?)/.exec(text)!;
  const body = text.slice(sign[0].length).trim();
  const factor = sign[1] === "-" ? -1 : 1;
  if (from === "YEAR" || from === "MONTH") {
    const months = parseMonths(body, from, to);
    return months === undefined ? undefined : { kind: "months", months: factor * months || 0 };
  }
  const ms = parseDayTime(body, from, to);
  return ms === undefined ? undefined : { kind: "ms", ms: factor * ms || 0 };
}

function parseMonths(text: string, from: "YEAR" | "MONTH", to: IntervalField): number | undefined {
  if (from === to) {
    const single = new RegExp(`^\\d{1,${leadingDigitsMax}}$`).test(text);
    return single ? Number(text) * (from === "YEAR" ? 12 : 1) : undefined;
  }
  const match = from === "YEAR" && to === "MONTH" ? /^(\d{1,10})-(\d{1,2})$/.exec(text) : null;
  if (match === null || Number(match[2]) > 11) return undefined;
  return Number(match[1]) * 12 + Number(match[2]);
}

function parseDayTime(text: string, from: DayTimeField, to: IntervalField): number | undefined {
  const first = dayTimeFields.indexOf(from);
  const last = dayTimeFields.indexOf(to as DayTimeField);
  if (last < first) return undefined;
  const fields = dayTimeFields.slice(first, last + 1);
  const pattern = fields
    .map((field, index) => {
      const digits = index === 0 ? `\\d{1,${leadingDigitsMax}}` : `${fieldSeparator[field]}\\d{1,2}`;
      return field === "SECOND" ? `(${digits}(?:\\.\\d{1,9})?)` : `(${digits})`;
    })
    .join("");
  const match = new RegExp(`^${pattern}$`).exec(text);
  if (match === null) return undefined;
  let ms = 0;
  for (const [index, field] of fields.entries()) {
    const value = Number(match[index + 1]!.replace(/^[ :]/, ""));
    if (index > 0 && value >= fieldLimit[field]) return undefined;
    ms += field === "SECOND" ? secondsToMs(match[index + 1]!.replace(/^[ :]/, "")) : value * fieldMs[field];
  }
  return ms;
}

/** By digits, because `1.005 * 1000` is not 1005; an interval has milliseconds, finer digits fall away. */
function secondsToMs(text: string): number {
  const [whole, fraction = ""] = text.split(".");
  return Number(whole) * 1000 + Number(fraction.padEnd(3, "0").slice(0, 3));
}
