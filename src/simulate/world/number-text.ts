/** Numbers and instants as they stand in JSON and in texts. */

/** A decimal's smallest units with the point where it belongs: 1250 of scale 2 is 12.50. */
export function decimalText(units: number, scale: number): string {
  if (scale === 0) return String(units);
  const unit = 10 ** scale;
  const size = Math.abs(units);
  const whole = Math.floor(size / unit);
  const rest = String(size - whole * unit).padStart(scale, "0");
  return units < 0 ? `-${whole}.${rest}` : `${whole}.${rest}`;
}

/** ISO 8601 in UTC with milliseconds; events of one day share their date. */
export class InstantText {
  #day = Number.NaN;
  #date = "";

  of(timeMs: number): string {
    const day = Math.floor(timeMs / dayMs);
    if (day !== this.#day) {
      this.#day = day;
      this.#date = new Date(day * dayMs).toISOString().slice(0, 11);
    }
    const ofDayMs = timeMs - day * dayMs;
    const second = Math.floor(ofDayMs / 1000);
    const ms = ofDayMs - second * 1000;
    const minute = Math.floor(second / 60);
    const clock = `${two(Math.floor(minute / 60))}:${two(minute % 60)}:${two(second % 60)}`;
    return `${this.#date}${clock}.${ms < 10 ? "00" : ms < 100 ? "0" : ""}${ms}Z`;
  }
}

const dayMs = 86_400_000;

function two(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}

/** Halves go away from zero, and what is too large for exact numbers stays at the largest. */
export function rounded(value: number): number {
  const whole = value < 0 ? -Math.round(-value) : Math.round(value);
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, whole));
}
