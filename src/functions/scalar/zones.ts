/**
 * Time zones: those of the tz database by name (`Europe/Berlin`), UTC, GMT, a fixed distance (`GMT-08:00`),
 * and Java's three letters for the United States. A name that is none is refused; Java would take it for GMT
 * without a word.
 */

export interface Zone {
  /** Milliseconds to add to UTC at an instant. */
  offsetMs(instantMs: number): number;
  /** The next change of that, if it comes within a day or so. */
  changeWithinDay(instantMs: number): number | undefined;
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
/** Zones that were used; a deployment has few of them, and a bound keeps data from filling the memory. */
const zones = new Map<string, Zone>();
const zonesMax = 1000;

/** Undefined for a name that is none. */
export function zoneNamed(name: string): Zone | undefined {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = makeZone(abbreviations[name] ?? name);
  if (zone === undefined) return undefined;
  if (zones.size >= zonesMax) zones.clear();
  zones.set(name, zone);
  return zone;
}

/**
 * Up to when a watermark has closed windows of the wall clock: those that end in an hour that comes twice
 * wait for the second one.
 */
export function wallWatermark(zone: Zone, watermarkMs: number): number {
  if (!Number.isFinite(watermarkMs)) return watermarkMs;
  const wallMs = watermarkMs + zone.offsetMs(watermarkMs);
  const changeMs = zone.changeWithinDay(watermarkMs);
  if (changeMs === undefined) return wallMs;
  // What the clock will show when it has been put back.
  return Math.min(wallMs, changeMs + zone.offsetMs(changeMs) - 1);
}

/** The first instant that the wall clock shows it. */
export function instantOfWall(zone: Zone, wallMs: number): number {
  return Number.isFinite(wallMs) ? wallMs - offsetOfWall(zone, wallMs, "first") : wallMs;
}

/**
 * The distance of a wall clock, in milliseconds as if it were UTC. An hour that is left out is counted on
 * from before it; one that comes twice is the first or, as SimpleDateFormat has it, the second.
 */
export function offsetOfWall(zone: Zone, wallMs: number, twice: "first" | "second"): number {
  const [before, after] = [zone.offsetMs(wallMs - dayMs), zone.offsetMs(wallMs + dayMs)];
  if (before === after) return before;
  const possible = [before, after].filter((offset) => zone.offsetMs(wallMs - offset) === offset);
  if (possible.length === 0) return before;
  return twice === "first" ? Math.max(...possible) : Math.min(...possible);
}

function makeZone(name: string): Zone | undefined {
  if (name === "UTC" || name === "GMT" || name === "Z") return fixedZone(0);
  const fixed = /^GMT([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(name);
  if (fixed !== null) {
    const minutes = Number(fixed[2]) * 60 + Number(fixed[3] ?? "0");
    const offset = (fixed[1] === "-" ? -1 : 1) * minutes * 60_000;
    return Number(fixed[2]) > 23 || minutes % 60 > 59 ? undefined : fixedZone(offset);
  }
  return name.includes("/") ? namedZone(name) : undefined;
}

function fixedZone(offset: number): Zone {
  return { offsetMs: () => offset, changeWithinDay: () => undefined };
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
  return new ChangingZone((instantMs) => {
    const parts = new Map(format.formatToParts(instantMs).map(({ type, value }) => [type, value]));
    const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
    const year = parts.get("era") === "BC" ? 1 - number("year") : number("year");
    const shown = new Date(0);
    shown.setUTCFullYear(year, number("month") - 1, number("day"));
    shown.setUTCHours(number("hour"), number("minute"), number("second"));
    return shown.getTime() - Math.floor(instantMs / 1000) * 1000;
  });
}

/** A distance, and from when on another one holds. */
interface Day {
  readonly before: number;
  readonly after: number;
  readonly changeMs: number;
}

/** A distance holds for weeks at least, so that a day has one change or none. */
class ChangingZone implements Zone {
  readonly #offsetAt: (instantMs: number) => number;
  readonly #days = new Map<number, Day>();
  #last = Number.NaN;
  #day: Day = { before: 0, after: 0, changeMs: 0 };

  constructor(offsetAt: (instantMs: number) => number) {
    this.#offsetAt = offsetAt;
  }

  offsetMs(instantMs: number): number {
    const { before, after, changeMs } = this.#dayOf(Math.floor(instantMs / dayMs));
    return instantMs < changeMs ? before : after;
  }

  changeWithinDay(instantMs: number): number | undefined {
    const number = Math.floor(instantMs / dayMs);
    for (const day of [this.#dayOf(number), this.#dayOf(number + 1)]) {
      if (day.before !== day.after && day.changeMs > instantMs) return day.changeMs;
    }
    return undefined;
  }

  #dayOf(number: number): Day {
    if (number === this.#last) return this.#day;
    let day = this.#days.get(number);
    if (day === undefined) {
      day = this.#readDay(number * dayMs);
      if (this.#days.size >= zonesMax) this.#days.clear();
      this.#days.set(number, day);
    }
    this.#last = number;
    this.#day = day;
    return day;
  }

  #readDay(fromMs: number): Day {
    let [last, first] = [fromMs, fromMs + dayMs];
    const [before, after] = [this.#offsetAt(last), this.#offsetAt(first)];
    if (before === after) return { before, after, changeMs: fromMs };
    while (first - last > 1) {
      const middle = Math.floor((first + last) / 2);
      if (this.#offsetAt(middle) === before) last = middle;
      else first = middle;
    }
    return { before, after, changeMs: first };
  }
}
