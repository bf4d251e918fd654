/** A clock that shows seconds, in a zone. A formatter is costly to make, so each is made once. */
const formats = new Map<string, Intl.DateTimeFormat>();

export function clockIn(zone: string, timeMs: number): string {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(undefined, {
      dateStyle: "medium",
      timeStyle: "medium",
      timeZone: zone,
    });
    formats.set(zone, format);
  }
  return format.format(timeMs);
}
