/** What an analysis can be told, in a file or by a request: what it may be, and how its text is read. */
import { closestName } from "../../errors/suggest.ts";
import { durationOf } from "../../values/duration.ts";
import { parseTimestampMs } from "../../values/timestamp.ts";

export type Setting = SettingType & {
  readonly name: string;
  readonly description: string;
  /** As it is written; undefined where it must be given, null where it may be missing. */
  readonly fallback: string | null | undefined;
  /** Another setting that says the same in its own way: one of the two is given. */
  readonly unless?: string;
};

export type SettingType =
  | { readonly type: "event" }
  /** Parted by commas. */
  | { readonly type: "events"; readonly min: number; readonly max: number }
  | { readonly type: "span"; readonly minMs: number; readonly maxMs: number }
  | { readonly type: "whole"; readonly min: number; readonly max: number }
  | { readonly type: "word"; readonly oneOf: readonly string[] }
  /** Of an event, or a column of its stream. */
  | { readonly type: "property" }
  | { readonly type: "instant" };

export type SettingValue = string | number | readonly string[];
export type SettingValues = ReadonlyMap<string, SettingValue>;

/** A setting that may not be as it is; whoever asked learns it in his words. */
export class SettingRefusal extends Error {
  readonly setting: string;
  readonly expected: string;
  readonly suggestion: string | undefined;

  constructor(setting: string, expected: string, suggestion?: string) {
    super(`${setting} must be ${expected}`);
    this.setting = setting;
    this.expected = expected;
    this.suggestion = suggestion;
  }
}

const textLengthMax = 4_000;
export const propertyLengthMax = 200;

/** @throws SettingRefusal */
export function readSetting(setting: Setting, text: string, events: readonly string[]): SettingValue {
  const value = text.length > textLengthMax ? undefined : valueIn(setting, text);
  if (value === undefined) throw new SettingRefusal(setting.name, expectationOf(setting));
  if (setting.type === "event" || setting.type === "events")
    for (const name of [value].flat() as readonly string[])
      if (!events.includes(name))
        throw new SettingRefusal(setting.name, named(setting), closestName(name, events));
  return value;
}

/**
 * What is not given is as it is without it.
 *
 * @throws SettingRefusal
 */
export function withFallbacks(settings: readonly Setting[], given: SettingValues): SettingValues {
  const values = new Map<string, SettingValue>();
  for (const setting of settings) {
    const { name, fallback, unless } = setting;
    if (unless !== undefined && given.has(unless)) {
      if (given.has(name)) throw new SettingRefusal(name, `left out where ${unless} is given`);
      continue;
    }
    const value = given.get(name) ?? (fallback == null ? undefined : valueIn(setting, fallback));
    if (value !== undefined) values.set(name, value);
    else if (fallback === undefined) throw new SettingRefusal(name, `given: ${expectationOf(setting)}`);
  }
  return values;
}

function valueIn(setting: SettingType, text: string): SettingValue | undefined {
  switch (setting.type) {
    case "event":
      return text;
    case "events": {
      const names = text.split(",").map((name) => name.trim());
      return names.length >= setting.min && names.length <= setting.max ? names : undefined;
    }
    case "span": {
      const ms = durationOf(text);
      return ms !== undefined && ms >= setting.minMs && ms <= setting.maxMs ? ms : undefined;
    }
    case "whole": {
      const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      return number >= setting.min && number <= setting.max ? number : undefined;
    }
    case "word":
      return setting.oneOf.includes(text) ? text : undefined;
    case "property":
      return text !== "" && text.length <= propertyLengthMax ? text : undefined;
    case "instant":
      return parseTimestampMs(text, "required");
  }
}

const named = ({ type }: SettingType) => (type === "event" ? "the name of an event" : "names of events");

export function expectationOf(setting: SettingType): string {
  switch (setting.type) {
    case "event":
      return named(setting);
    case "property":
      return "the name of a property or a column of the event";
    case "events":
      return `${setting.min} to ${setting.max} names of events, parted by commas`;
    case "span":
      return `a time from ${spanText(setting.minMs)} to ${spanText(setting.maxMs)}, such as 7d`;
    case "whole":
      return `a whole number from ${setting.min} to ${setting.max}`;
    case "word":
      return `one of ${setting.oneOf.join(", ")}`;
    case "instant":
      return "an instant such as 2026-03-01T12:30:00Z";
  }
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
  ["ms", 1],
] as const;

/** As it may be written in a request. */
export function spanText(ms: number): string {
  const [unit, size] = units.find(([, each]) => ms % each === 0)!;
  return `${ms / size}${unit}`;
}
