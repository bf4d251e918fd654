/** From just before an event is posted until the frame is over in which its number stands on the page. */
import type { Page } from "playwright-core";
import { readingsOf, send } from "./live-page.ts";

/** Of the page's project; nothing else sends readings of it. */
const line = "pixel";

/**
 * In the page: when each number was first there. React writes in a frame's callbacks; a task that is asked
 * for then comes when that frame has been drawn.
 */
const watcher = (panel: string) => `(() => {
  window.shownAtMs = new Map();
  window.whenShown = () => {};
  const place = "#" + ${JSON.stringify(panel)} + " p[title]";
  const number = () => Number(document.querySelector(place)?.title);
  let last = number();
  const drawn = new MessageChannel();
  drawn.port1.onmessage = ({ data }) => {
    shownAtMs.set(data, performance.timeOrigin + performance.now());
    whenShown();
  };
  new MutationObserver(() => {
    const now = number();
    if (now === last || Number.isNaN(now)) return;
    last = now;
    drawn.port2.postMessage(now);
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
})()`;

const untilShown = (number: number) => `new Promise((resolve) => {
  whenShown = () => {
    for (const [shown, atMs] of shownAtMs) if (shown >= ${number}) resolve(atMs);
  };
  whenShown();
})`;

/** Answers how long each event took. `from` is what the panel counted before. */
export async function waitsToPixel(page: Page, url: string, panel: string, count: number): Promise<number[]> {
  await send(url, readingsOf([line]));
  await page.locator(`#${panel} p[title]`).waitFor();
  await page.waitForTimeout(500);
  const before = Number(await page.locator(`#${panel} p[title]`).getAttribute("title"));
  await page.evaluate(watcher(panel));
  const waits: number[] = [];
  for (let sent = 1; sent <= count; sent++) {
    const postedAtMs = performance.timeOrigin + performance.now();
    const [shownAtMs] = await Promise.all([
      page.evaluate(untilShown(before + sent)) as Promise<number>,
      send(url, readingsOf([line])),
    ]);
    waits.push(shownAtMs - postedAtMs);
    // Longer than a panel rests between two drawings; the phase against frames must not repeat itself.
    await page.waitForTimeout(120 + ((sent * 37) % 101));
  }
  return waits;
}
