/** Days as the reader's locale writes them. */

const made = new Map<string, Intl.DateTimeFormat>();
const zones = new Set([...Intl.supportedValuesOf("timeZone"), "UTC"]);

/** In a zone that the browser does not know, as in UTC. */
export function daysIn(zone: string): (timeMs: number) => string {
  let format = made.get(zone);
  if (format === undefined) {
    const timeZone = zones.has(zone) ? zone : "UTC";
    format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone });
    made.set(zone, format);
  }
  return (timeMs) => format.format(timeMs);
}
