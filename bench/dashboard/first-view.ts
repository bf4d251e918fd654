/**
 * A page that is opened for the first time, on a processor four times as slow: when anything is painted, when
 * the numbers that are seen are there and a key is answered, when those further down are, and how much moves
 * meanwhile.
 */
import type { Browser } from "playwright-core";
import { median } from "../report.ts";
import { atMost, type Figure } from "./figure.ts";

export const slowdown = 4;
export const rounds = 3;
/** For what is drawn late and would move the rest. */
const settleMs = 1_500;

export interface FirstView {
  readonly paintMs: number;
  readonly numbersMs: number;
  readonly answeredMs: number;
  readonly allMs: number;
  readonly shift: number;
}

/**
 * In the page. All times are since its navigation began: `numbersMs` is the first frame in which no panel
 * loads any more that is in the window, or partly, `answeredMs` the frame after the one in which a key that
 * was pressed then was handled, `allMs` the first frame in which no panel of the page loads.
 */
const watcher = `
  window.firstView = { paintMs: 0, numbersMs: 0, answeredMs: 0, allMs: 0, shift: 0 };
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) {
      if (name === "first-contentful-paint") firstView.paintMs = startTime;
    }
  }).observe({ type: "paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) firstView.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  const whenNoneLoads = (isMeant) => new Promise((resolve) => {
    const look = () => {
      const panels = [...document.querySelectorAll("section[data-state]")];
      const loads = (panel) =>
        panel.dataset.state === "loading" || panel.querySelector("[aria-busy=true]") !== null;
      // Where a panel is takes a layout; of those that are there nobody asks.
      const isReady = panels.length > 0 && !panels.some((panel) => loads(panel) && isMeant(panel));
      if (isReady) resolve(performance.now());
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  const isSeen = (panel) => {
    const { top, bottom } = panel.getBoundingClientRect();
    return top < innerHeight && bottom > 0;
  };
  window.numbersAreThere = whenNoneLoads(isSeen).then((ms) => { firstView.numbersMs = ms; });
  window.allAreThere = whenNoneLoads(() => true).then((ms) => { firstView.allMs = ms; });
  window.keyIsAnswered = new Promise((resolve) => {
    addEventListener("keydown", () => {
      requestAnimationFrame(() => requestAnimationFrame(() => {
        firstView.answeredMs = performance.now();
        resolve();
      }));
    }, { once: true });
  });
`;

/** In a context of its own: nothing is cached. */
export async function firstViewOf(browser: Browser, url: string, times: number): Promise<FirstView> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-US" });
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: times });
    await page.addInitScript(watcher);
    await page.goto(url, { waitUntil: "commit" });
    await page.evaluate("numbersAreThere");
    await page.keyboard.press("Tab");
    await page.evaluate("keyIsAnswered");
    await page.evaluate("allAreThere");
    await page.waitForTimeout(settleMs);
    return (await page.evaluate("firstView")) as FirstView;
  } finally {
    await context.close();
  }
}

export async function measureFirstViews(
  browser: Browser,
  url: string,
  names: readonly string[],
): Promise<Figure[]> {
  const figures: Figure[] = [];
  let shiftMax = 0;
  let shiftPage = "";
  for (const name of names) {
    const views: FirstView[] = [];
    for (let round = 0; round < rounds; round++) {
      views.push(await firstViewOf(browser, `${url}/pages/${name}`, slowdown));
    }
    const of = (part: keyof FirstView) => median(views.map((view) => view[part]));
    figures.push(
      atMost(`\`${name}\`: first paint, processor ${slowdown}× slower`, of("paintMs"), 800, "ms"),
      atMost(`\`${name}\`: its numbers are there and a key is answered`, of("answeredMs"), 1_500, "ms"),
      { what: `\`${name}\`: those further down too`, measured: `${of("allMs").toFixed(0)} ms`, asked: "" },
    );
    const shift = Math.max(...views.map((view) => view.shift));
    if (shift >= shiftMax) [shiftMax, shiftPage] = [shift, name];
  }
  figures.push(atMost(`layout shift of the worst page (\`${shiftPage}\`)`, shiftMax, 0.02, "", 3));
  return figures;
}
