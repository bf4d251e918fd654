/** How much happens when: a factor for each hour of a week, as the clocks of a time zone show it. */
import type { Zone } from "../../functions/scalar/zones.ts";
import type { CurveSpec } from "../world-spec.ts";

const hourMs = 3_600_000;
const weekHours = 168;
/** 1 January 1970 was a Thursday; weeks begin on Monday. */
const hoursFromMonday = 72;

/** From an instant on a factor holds for a while. */
export interface Pace {
  readonly factor: number;
  readonly untilMs: number;
}

export function paceAt(curve: CurveSpec | undefined, zones: readonly Zone[], timeMs: number): Pace {
  if (curve === undefined) return { factor: 1, untilMs: Number.POSITIVE_INFINITY };
  const wallMs = timeMs + zones[curve.zone]!.offsetMs(timeMs);
  const hour = Math.floor(wallMs / hourMs);
  const ofWeek = (((hour + hoursFromMonday) % weekHours) + weekHours) % weekHours;
  return { factor: curve.hours[ofWeek]!, untilMs: timeMs + (hour + 1) * hourMs - wallMs };
}
