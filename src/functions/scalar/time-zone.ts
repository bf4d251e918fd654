/**
 * CONVERT_TZ, and what a query in another time zone than UTC is rewritten with: the wall clock of an instant
 * and back, see `sql/bind/local-time.ts`.
 */
import { isNested, physicalOf, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { type Caster, toNested } from "./cast-nested.ts";
import { badArgument, computedFunction, resolveShape, string, takeText } from "./computed-function.ts";
import type { ScalarFunction, ScalarFunctionName } from "./scalar-function.ts";
import { wholeMs } from "./time-fields.ts";
import { formatTime, readFormat } from "./time-format.ts";
import { simpleReader } from "./time-reading.ts";
import { offsetOfWall, type Zone, zoneNamed } from "./zones.ts";

const items = readFormat("yyyy-MM-dd HH:mm:ss");
const standardFormat = typeof items === "string" ? [] : items;
const readStandard = simpleReader(standardFormat);
export const timeZoneFunctions: readonly ScalarFunction[] = [
  computedFunction({
    name: "CONVERT_TZ",
    takes: "a STRING such as '2026-03-01 12:30:00', the zone that it is in, and the zone to show it in",
    resolve: (given) => {
      for (const { literal } of given.slice(1)) if (typeof literal === "string") zoneOf(literal);
      return resolveShape(given, { takes: [takeText, takeText, takeText], result: string, mayBeNull: true });
    },
    prepare: () => convert,
  }),
  zoned("IN_ZONE", "a TIMESTAMP_LTZ", (zone) => (instantMs) => instantMs + zone.offsetMs(instantMs)),
  zoned("FROM_ZONE", "a TIMESTAMP", (zone) => (wallMs) => wallMs - offsetOfWall(zone, wallMs, "first")),
  computedFunction({
    name: "ZONED_INSIDE",
    takes: "a ROW, ARRAY or MAP, and the zone in which its times are taken for the other kind of time",
    resolve: () => undefined,
    prepare: ([value, zone], result) => movedInside(value!.type, result, zoneOf(String(zone!.literal))),
  }),
  zonedSeconds("SECONDS_IN_ZONE", (zone) => (ms) => ms + zone.offsetMs(ms)),
  zonedSeconds("SECONDS_FROM_ZONE", (zone) => (ms) => ms - offsetOfWall(zone, ms, "second")),
  computedFunction({
    name: "AS_FAR_AS",
    takes: "a TIMESTAMP, a TIMESTAMP_LTZ, and the zone whose distance it has at the latter",
    resolve: () => undefined,
    prepare: ([, , zone], result) => {
      const found = zoneOf(String(zone!.literal));
      return (wall: number | bigint, instant: number | bigint) =>
        shifted(wall, -found.offsetMs(wholeMs(instant)), result);
    },
  }),
];

/** Calls of it are made, not written. */
function zoned(
  name: ScalarFunctionName,
  takes: string,
  move: (zone: Zone) => (ms: number) => number,
): ScalarFunction {
  return computedFunction({
    name,
    takes: `${takes}, and a zone`,
    resolve: () => undefined,
    prepare: ([, zone], result) => {
      const moved = move(zoneOf(String(zone!.literal)));
      return (time: number | bigint) => {
        const ms = wholeMs(time);
        return shifted(time, moved(ms) - ms, result);
      };
    },
  });
}

/** Where a part is an instant and shall be a wall clock it is moved to that, and back. */
function movedInside(from: SqlType, to: SqlType, zone: Zone): Caster {
  if (isNested(from) && isNested(to)) {
    return toNested(from, to, (inner, target) => movedInside(inner, target, zone))!;
  }
  if (from.kind === to.kind) return (value) => value;
  const toWall = from.kind === "TIMESTAMP_LTZ";
  return (value) => {
    const time = value as number | bigint;
    const ms = wholeMs(time);
    return shifted(time, toWall ? zone.offsetMs(ms) : -offsetOfWall(zone, ms, "first"), to);
  };
}

/** Of seconds; the least BIGINT says that there are none. */
function zonedSeconds(
  name: ScalarFunctionName,
  move: (zone: Zone) => (ms: number) => number,
): ScalarFunction {
  return computedFunction({
    name,
    takes: "seconds, and a zone",
    resolve: () => undefined,
    prepare: ([, zone]) => {
      const moved = move(zoneOf(String(zone!.literal)));
      return (seconds: bigint) =>
        seconds === -(1n << 63n) ? seconds : BigInt(Math.floor(moved(Number(seconds) * 1000) / 1000));
    },
  });
}

function shifted(time: number | bigint, byMs: number, type: SqlType): number | bigint {
  if (typeof time === "bigint") return time + BigInt(byMs) * 1000n;
  return physicalOf(type) === "i64" ? BigInt(time + byMs) * 1000n : time + byMs;
}

function zoneOf(name: string): Zone {
  const zone = zoneNamed(name);
  if (zone === undefined) throw badArgument("CONVERT_TZ", `there is no time zone '${name}'`);
  return zone;
}

function convert(text: string, from: string, to: string): SqlValue {
  const [source, target] = [zoneOf(from), zoneOf(to)];
  const local = readStandard(text);
  if (local === undefined) return null;
  const instantMs = local - offsetOfWall(source, local, "second");
  return formatTime(standardFormat, instantMs + target.offsetMs(instantMs), 0, "simple");
}
