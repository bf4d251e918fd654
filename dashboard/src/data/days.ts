/** Days and months as the reader's locale writes them. */

const made = new Map<string, Intl.DateTimeFormat>();
const zones = new Set([...Intl.supportedValuesOf("timeZone"), "UTC"]);

/** In a zone that the browser does not know, as in UTC. */
export function daysIn(zone: string): (timeMs: number) => string {
  return written(zone, { dateStyle: "medium" });
}

/** "Nov 2026". */
export function monthsIn(zone: string): (timeMs: number) => string {
  return written(zone, { year: "numeric", month: "short" });
}

function written(zone: string, parts: Intl.DateTimeFormatOptions): (timeMs: number) => string {
  const key = `${zone} ${JSON.stringify(parts)}`;
  let format = made.get(key);
  if (format === undefined) {
    const timeZone = zones.has(zone) ? zone : "UTC";
    format = new Intl.DateTimeFormat(undefined, { ...parts, timeZone });
    made.set(key, format);
  }
  return (timeMs) => format.format(timeMs);
}
