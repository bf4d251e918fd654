/** A time zone as a setting names it. */
import { closestName } from "../errors/suggest.ts";
import { zoneNamed } from "../functions/scalar/zones.ts";
import type { YamlValue } from "./yaml-file.ts";

/** A name of the time zone database, or an offset from UTC. */
export function timeZoneOf(written: YamlValue | undefined): string | undefined {
  if (written === undefined) return undefined;
  const zone = written.text();
  if (zoneNamed(zone) !== undefined) return zone;
  const meant = closestName(zone, Intl.supportedValuesOf("timeZone"));
  throw written.refuse(`a time zone, such as ${meant ?? "Europe/Berlin"}`);
}
