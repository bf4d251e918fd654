/**
 * CONVERT_TZ. Zones are those of the tz database by name (`Europe/Berlin`), UTC, GMT, a fixed distance
 * (`GMT-08:00`), and Java's three letters for the United States. A name that is none is refused; Java would
 * take it for GMT without a word.
 */
import type { SqlValue } from "../../values/sql-value.ts";
import { badArgument, computedFunction, resolveShape, string, takeText } from "./computed-function.ts";
import type { ScalarFunction } from "./scalar-function.ts";
import { formatTime, readFormat } from "./time-format.ts";
import { simpleReader } from "./time-reading.ts";

interface Zone {
  /** Milliseconds to add to UTC at an instant. */
  offsetMs(instantMs: number): number;
}

const abbreviations: Readonly<Record<string, string>> = {
  PST: "America/Los_Angeles",
  CST: "America/Chicago",
  EST: "GMT-05:00",
  MST: "GMT-07:00",
  HST: "GMT-10:00",
  AST: "America/Anchorage",
};

const dayMs = 86_400_000;
const items = readFormat("yyyy-MM-dd HH:mm:ss");
const standardFormat = typeof items === "string" ? [] : items;
const readStandard = simpleReader(standardFormat);
/** Zones that were used; a deployment has few of them, and a bound keeps data from filling the memory. */
const zones = new Map<string, Zone>();
const zonesMax = 1000;

export const timeZoneFunctions: readonly ScalarFunction[] = [
  computedFunction({
    name: "CONVERT_TZ",
    takes: "a STRING such as '2026-03-01 12:30:00', the zone that it is in, and the zone to show it in",
    resolve: (given) => {
      for (const { literal } of given.slice(1)) if (typeof literal === "string") zoneNamed(literal);
      return resolveShape(given, { takes: [takeText, takeText, takeText], result: string, mayBeNull: true });
    },
    prepare: () => convert,
  }),
];

function convert(text: string, from: string, to: string): SqlValue {
  const [source, target] = [zoneNamed(from), zoneNamed(to)];
  const local = readStandard(text);
  if (local === undefined) return null;
  const instantMs = local - offsetOfLocal(source, local);
  return formatTime(standardFormat, instantMs + target.offsetMs(instantMs), 0, "simple");
}

/** An hour that comes twice is the later one, and one that is left out is counted on from before it. */
function offsetOfLocal(zone: Zone, local: number): number {
  const around = [zone.offsetMs(local - dayMs), zone.offsetMs(local + dayMs)];
  const possible = around.filter((offset) => zone.offsetMs(local - offset) === offset);
  return Math.min(...(possible.length > 0 ? possible : around));
}

function zoneNamed(name: string): Zone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = makeZone(abbreviations[name] ?? name);
  if (zone === undefined) throw badArgument("CONVERT_TZ", `there is no time zone '${name}'`);
  if (zones.size >= zonesMax) zones.clear();
  zones.set(name, zone);
  return zone;
}

function makeZone(name: string): Zone | undefined {
  if (name === "UTC" || name === "GMT" || name === "Z") return { offsetMs: () => 0 };
  const fixed = /^GMT([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(name);
  if (fixed !== null) {
    const minutes = Number(fixed[2]) * 60 + Number(fixed[3] ?? "0");
    const offset = (fixed[1] === "-" ? -1 : 1) * minutes * 60_000;
    return Number(fixed[2]) > 23 || minutes % 60 > 59 ? undefined : { offsetMs: () => offset };
  }
  return name.includes("/") ? namedZone(name) : undefined;
}

function namedZone(timeZone: string): Zone | undefined {
  let format: Intl.DateTimeFormat;
  try {
    const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
    const day = { year: "numeric", month: "2-digit", day: "2-digit", era: "short" } as const;
    format = new Intl.DateTimeFormat("en-US", { timeZone, ...day, ...clock });
  } catch {
    // The platform's way of saying that it knows no such zone.
    return undefined;
  }
  return {
    offsetMs: (instantMs) => {
      const parts = new Map(format.formatToParts(instantMs).map(({ type, value }) => [type, value]));
      const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
      const year = parts.get("era") === "BC" ? 1 - number("year") : number("year");
      const shown = new Date(0);
      shown.setUTCFullYear(year, number("month") - 1, number("day"));
      shown.setUTCHours(number("hour"), number("minute"), number("second"));
      return shown.getTime() - Math.floor(instantMs / 1000) * 1000;
    },
  };
}
