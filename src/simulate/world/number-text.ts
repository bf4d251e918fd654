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

/** ISO 8601 in UTC with milliseconds; events of one second share their beginning. */
export class InstantText {
  #second = Number.NaN;
  #beginning = "";

  of(timeMs: number): string {
    const second = Math.floor(timeMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#beginning = new Date(second * 1000).toISOString().slice(0, -4);
    }
    const ms = timeMs - second * 1000;
    return `${this.#beginning}${ms < 10 ? "00" : ms < 100 ? "0" : ""}${ms}Z`;
  }
}

/** Halves go away from zero, and what is too large for exact numbers stays at the largest. */
export function rounded(value: number): number {
  const whole = value < 0 ? -Math.round(-value) : Math.round(value);
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, whole));
}
