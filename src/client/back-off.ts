/**
 * How long to wait before the next try to connect: doubling, bounded, and never in step with other clients.
 */

const backOffMsMin = 250;
/** A page is to be current within three seconds of the server's return, however long that was away. */
const backOffMsMax = 2_000;

/**
 * The wait before try number `attempt`, counted from 1. `random` is from 0 up to 1: half of the wait is
 * fixed and half is drawn, so that a thousand browsers whose server restarts do not all come back in the
 * same instant.
 */
export function backOffMs(attempt: number, random: number): number {
  const whole = Math.min(backOffMsMax, backOffMsMin * 2 ** Math.min(attempt - 1, 16));
  return Math.round(whole / 2 + (whole / 2) * random);
}
