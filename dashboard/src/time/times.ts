/** Times as the reader's locale writes them, in the zone that the page names. */

export interface Times {
  readonly zone: string;
  /** "14:05". */
  readonly minute: (timeMs: number) => string;
  /** With the day, for titles. */
  readonly moment: (timeMs: number) => string;
  /** With the second, of moments that have to be told apart. */
  readonly exact: (timeMs: number) => string;
}

/** A formatter is costly to make, so each is made once. */
const made = new Map<string, Times>();

export const localZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

export function timesIn(zone: string): Times {
  let times = made.get(zone);
  if (times === undefined) {
    const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone } as const;
    const minute = new Intl.DateTimeFormat(undefined, clock);
    const moment = new Intl.DateTimeFormat(undefined, {
      dateStyle: "medium",
      timeStyle: "short",
      timeZone: zone,
    });
    const exact = new Intl.DateTimeFormat(undefined, {
      dateStyle: "medium",
      timeStyle: "medium",
      hourCycle: "h23",
      timeZone: zone,
    });
    times = {
      zone,
      minute: (timeMs) => minute.format(timeMs),
      moment: (timeMs) => moment.format(timeMs),
      exact: (timeMs) => exact.format(timeMs),
    };
    made.set(zone, times);
  }
  return times;
}

/** Some systems name the zone of their own UTC clock otherwise. */
export function isUtc(zone: string): boolean {
  return /^(?:Etc\/)?(?:UTC|UCT|GMT|Zulu|Universal)$/.test(zone);
}
