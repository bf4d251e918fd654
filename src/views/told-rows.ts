/**
 * Rows of a view as they are told outside: a TIMESTAMP as the instant that CAST(x AS TIMESTAMP_LTZ) makes of
 * it in the zone that the view was bound in. Inside, its text is the wall clock, written as if that were UTC:
 * state, keys and conditions are those of SQL whatever zone a project has. What is told is turned here and
 * nowhere else, and so is a key that comes back. In UTC both texts are the same.
 *
 * A wall clock that its zone leaves out is the same instant as one an hour later, and their rows are two
 * rows: in a key it stays a wall clock, without a `Z`.
 */
import { assert } from "../errors/quickwater-error.ts";
import { wholeMs } from "../functions/scalar/time-fields.ts";
import { instantOfWall, type Zone, zoneNamed } from "../functions/scalar/zones.ts";
import { utc } from "../sql/bind/local-time.ts";
import { listWithTurnedTimes, type TimestampType, withTurnedTimes } from "../values/json/turned-times.ts";
import { isNested, partTypes, type SqlType } from "../values/sql-type.ts";
import {
  formatInstantMicros,
  formatInstantMs,
  millisecondsPerDay,
  parseTimestampMicros,
  parseTimestampMs,
} from "../values/timestamp.ts";
import { cellSeparator, cellsOf, type Freshness, type ViewRow, type ViewSchema } from "./view.ts";

type Turn = (cell: string) => string;

/** A wall clock as JSON texts, with their quotes. */
interface ToldTime {
  readonly instant: string;
  /** Another text for each wall clock. */
  readonly inKey: string;
}

/** Windows have the same ones again and again. */
const keptTimesMax = 2_000;
/** Times of one key that are looked for as wall clocks that were left out. */
const choicesMax = 4;

export class ToldRows {
  readonly #zone: Zone;
  /** By column; undefined where nothing in it is turned. */
  readonly #turns: readonly (Turn | undefined)[];
  readonly #keyTypes: readonly SqlType[];
  readonly #turnsRows: boolean;
  readonly #turnsKeys: boolean;
  readonly #times = new Map<string, ToldTime>();

  constructor({ schema: { columns }, key, timeZone = utc }: Pick<ViewSchema, "schema" | "key" | "timeZone">) {
    this.#zone = knownZone(timeZone);
    const isTurned = (type: SqlType) => timeZone !== utc && holdsWallClock(type);
    this.#turns = columns.map(({ type }) => (isTurned(type) ? this.#turnOf(type) : undefined));
    this.#keyTypes = key.map((place) => columns[place]!.type);
    this.#turnsRows = columns.some(({ type }) => isTurned(type));
    this.#turnsKeys = this.#keyTypes.some(isTurned);
  }

  /** Its cells; who tells its key too turns that by itself. */
  row(row: ViewRow): ViewRow {
    return this.#turnsRows ? { ...row, text: this.text(row.text) } : row;
  }

  /** Of the cells of a row. */
  text(text: string): string {
    return this.#turnsRows ? this.cells(cellsOf({ text })).join(cellSeparator) : text;
  }

  cells(cells: readonly string[]): readonly string[] {
    return this.#turnsRows ? cells.map((cell, place) => this.#turns[place]?.(cell) ?? cell) : cells;
  }

  key(key: string): string {
    if (!this.#turnsKeys) return key;
    return listWithTurnedTimes(key, this.#keyTypes, (time) => this.#timeOf(time).inKey);
  }

  /**
   * What a key may be that was told, or put together of cells as they were told; a time without a `Z` is a
   * wall clock. It is the first of them where none of its instants can be a wall clock that was left out.
   */
  heldKeys(key: string): readonly string[] {
    let [choices, choice] = [0, 0];
    const keys: string[] = [];
    do {
      let place = 0;
      const held = (time: string, type: TimestampType): string => {
        const leftOut = leftOutTime(time, type, this.#zone);
        const isLeftOut = leftOut !== undefined && place < choicesMax && (choice >> place++) % 2 === 1;
        return isLeftOut ? leftOut : heldTime(time, type, this.#zone);
      };
      keys.push(listWithTurnedTimes(key, this.#keyTypes, held));
      choices = 1 << place;
    } while (++choice < choices);
    return keys;
  }

  #turnOf(type: SqlType): Turn {
    if (type.kind === "TIMESTAMP") return (cell) => (cell === "null" ? cell : this.#timeOf(cell).instant);
    return (cell) => withTurnedTimes(cell, type, (time) => this.#timeOf(time).instant);
  }

  #timeOf(time: string): ToldTime {
    let told = this.#times.get(time);
    if (told === undefined) {
      told = toldTime(time, this.#zone);
      if (this.#times.size >= keptTimesMax) this.#times.clear();
      this.#times.set(time, told);
    }
    return told;
  }
}

type Precise = Pick<TimestampType, "precision">;

function toldTime(time: string, zone: Zone): ToldTime {
  const wall = timeOf(time, preciseOf(time));
  if (wall === undefined) return { instant: time, inKey: time };
  const wallMs = wholeMs(wall);
  const ms = instantOfWall(zone, wallMs);
  const instant = textOf(moved(wall, ms));
  return { instant, inKey: ms + zone.offsetMs(ms) === wallMs ? instant : time.replace('Z"', '"') };
}

/** JSON text of a wall clock, with a `Z`, for that of an instant. */
function heldTime(time: string, type: Precise, zone: Zone): string {
  const instant = timeOf(time, type);
  if (instant === undefined) return time;
  if (!zoneText.test(time)) return textOf(instant);
  const ms = wholeMs(instant);
  return textOf(moved(instant, ms + zone.offsetMs(ms)));
}

/** How far the view is, as the ends of its windows are told: what it has passed is closed. */
export function toldWatermarkMs(
  { watermarkMs }: Freshness,
  { isOnWallClock = false, timeZone }: Pick<ViewSchema, "isOnWallClock" | "timeZone">,
): number | undefined {
  return isOnWallClock && watermarkMs !== undefined ? toldMs(watermarkMs, timeZone) : watermarkMs;
}

/** The instant of a wall clock of the view: of a window that is told without its row. */
export function toldMs(wallMs: number, timeZone: string = utc): number {
  return instantOfWall(knownZone(timeZone), wallMs);
}

/** JSON text of the wall clock that the zone leaves out, and that is told as this instant too. */
function leftOutTime(time: string, type: Precise, zone: Zone): string | undefined {
  const instant = timeOf(time, type);
  if (instant === undefined || !zoneText.test(time)) return undefined;
  const ms = wholeMs(instant);
  const wallMs = ms + zone.offsetMs(ms - millisecondsPerDay);
  const isLeftOut = wallMs !== ms + zone.offsetMs(ms) && instantOfWall(zone, wallMs) === ms;
  return isLeftOut ? textOf(moved(instant, wallMs)) : undefined;
}

/** What a clock of the zone shows, as SQL writes it, for an instant as it was told. */
export function wallClockText(told: string, timeZone: string): string {
  const time = JSON.stringify(told);
  const held = heldTime(time, preciseOf(time), knownZone(timeZone));
  return held.slice(1, -1).replace("T", " ").replace("Z", "");
}

const zoneText = /(?:Z|[+-]\d\d:\d\d)"$/;

/** By the digits that a time was written with. */
function preciseOf(time: string): Precise {
  return { precision: time.length > '"2026-03-01T12:30:00.000Z"'.length ? 6 : 3 };
}

/** Undefined of what is no time that was written here. */
function timeOf(time: string, { precision }: Precise): number | bigint | undefined {
  const text = time.slice(1, -1);
  return precision <= 3 ? parseTimestampMs(text, "optional") : parseTimestampMicros(text, "optional");
}

function textOf(time: number | bigint): string {
  return `"${typeof time === "bigint" ? formatInstantMicros(time) : formatInstantMs(time)}"`;
}

/** With the same part of a millisecond. */
function moved(time: number | bigint, toMs: number): number | bigint {
  return typeof time === "bigint" ? time + BigInt(toMs - wholeMs(time)) * 1_000n : toMs;
}

function holdsWallClock(type: SqlType): boolean {
  return isNested(type) ? partTypes(type).some(holdsWallClock) : type.kind === "TIMESTAMP";
}

function knownZone(name: string): Zone {
  const zone = zoneNamed(name);
  assert(zone !== undefined, `a view is in the time zone ${name}, which there is not`);
  return zone;
}
