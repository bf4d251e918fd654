/** What nobody waits for is loaded when the browser has nothing better to do: numbers come first. */
export function whenIdle(): Promise<void> {
  return new Promise((resolve) => {
    // Not every browser tells when it is idle.
    if (typeof requestIdleCallback === "function") requestIdleCallback(() => resolve(), { timeout: 3_000 });
    else setTimeout(resolve, 300);
  });
}
