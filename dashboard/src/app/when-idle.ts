/** What nobody waits for is loaded when the browser has nothing better to do: numbers come first. */

/** For a page without numbers, or with some that do not come. */
const patienceMs = 1_500;

let numbersAreThere = (): void => {};
const numbers = new Promise<void>((resolve) => {
  numbersAreThere = resolve;
  setTimeout(resolve, patienceMs);
});

/** Those that are seen at first are shown. */
export { numbersAreThere };

export async function whenIdle(): Promise<void> {
  await numbers;
  await idle();
}

/** There is time for one thing more. */
export function idle(waitMsMax = 3_000): Promise<void> {
  return new Promise((resolve) => {
    // Not every browser tells when it is idle.
    if (typeof requestIdleCallback === "function")
      requestIdleCallback(() => resolve(), { timeout: waitMsMax });
    else setTimeout(resolve, Math.min(waitMsMax, 300));
  });
}
