/** How smoothly a page redraws itself: its frames, its long tasks, and what it draws in each frame. */
import type { Browser, Page } from "playwright-core";

export interface Redraws {
  readonly seconds: number;
  readonly frames: number;
  /** Between two frames. */
  readonly longestGapMs: number;
  /** Of those that the browser calls long: over 50 ms. */
  readonly longTasks: number;
  readonly longestTaskMs: number;
  /** Frames in which something of the page changed, and how often React wrote to it in the worst of them. */
  readonly drawnFrames: number;
  readonly writesOfFrameMax: number;
  /** How often the same picture was drawn in the worst frame. */
  readonly drawingsOfFrameMax: number;
  /** Of a core, by all threads of the page's process. */
  readonly rendererShare: number;
}

/** In the page, from now on; evaluated as text, because this program is typed without a DOM. */
const begin = `(() => {
  const seen = { frames: 0, longestGapMs: 0, longTasks: 0, longestTaskMs: 0, drawnFrames: 0,
    writesOfFrameMax: 0, drawingsOfFrameMax: 0 };
  const startedMs = performance.now();
  let isOver = false, lastMs = startedMs, writes = 0, drawings = new Map();
  // All callbacks of one frame see the same time; which of them runs first differs from frame to frame.
  let frameAt = document.timeline.currentTime;
  const look = () => {
    if (document.timeline.currentTime === frameAt) return;
    frameAt = document.timeline.currentTime;
    if (writes > 0 || drawings.size > 0) seen.drawnFrames++;
    seen.writesOfFrameMax = Math.max(seen.writesOfFrameMax, writes);
    seen.drawingsOfFrameMax = Math.max(seen.drawingsOfFrameMax, ...drawings.values());
    writes = 0;
    drawings = new Map();
  };
  const tasks = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) if (startTime >= startedMs) {
      seen.longTasks++;
      seen.longestTaskMs = Math.max(seen.longestTaskMs, duration);
    }
  });
  tasks.observe({ type: "longtask" });
  // What stands in a picture it writes itself, as it draws; React writes around it.
  const isOfReact = ({ target }) =>
    !(target instanceof Element ? target : target.parentElement)?.closest(".uplot");
  const changes = new MutationObserver((records) => {
    look();
    if (records.some(isOfReact)) writes++;
  });
  changes.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  const { clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    look();
    drawings.set(this.canvas, (drawings.get(this.canvas) ?? 0) + 1);
    return clearRect.apply(this, box);
  };
  const frame = (nowMs) => {
    if (isOver) return;
    seen.frames++;
    seen.longestGapMs = Math.max(seen.longestGapMs, nowMs - lastMs);
    lastMs = nowMs;
    look();
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  window.endRedraws = () => {
    isOver = true;
    tasks.disconnect();
    changes.disconnect();
    CanvasRenderingContext2D.prototype.clearRect = clearRect;
    return { ...seen, seconds: (performance.now() - startedMs) / 1_000 };
  };
})()`;

export async function watchRedraws(browser: Browser, page: Page, seconds: number): Promise<Redraws> {
  const cpuBefore = await rendererSeconds(browser);
  await page.evaluate(begin);
  await page.waitForTimeout(seconds * 1_000);
  const seen = (await page.evaluate("endRedraws()")) as Omit<Redraws, "rendererShare">;
  const rendererShare = ((await rendererSeconds(browser)) - cpuBefore) / seen.seconds;
  return { ...seen, rendererShare };
}

/** Of all pages that are open. */
async function rendererSeconds(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.reduce((sum, { type, cpuTime }) => sum + (type === "renderer" ? cpuTime : 0), 0);
}
