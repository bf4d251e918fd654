/** How long something keeps this thread busy, whatever else the machine does meanwhile. */

/** A shape of 100,000 rows takes 50 to 150 ms; what is quadratic takes a minute. */
export const soonMs = 1_000;

export function fastest<Made>(make: () => Made): { readonly tookMs: number; readonly made: Made } {
  let tookMs = Number.POSITIVE_INFINITY;
  let made = make();
  for (let run = 0; run < 3; run++) {
    const before = process.threadCpuUsage();
    made = make();
    const { user, system } = process.threadCpuUsage(before);
    tookMs = Math.min(tookMs, (user + system) / 1_000);
  }
  return { tookMs, made };
}
