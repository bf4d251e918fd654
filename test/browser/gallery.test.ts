/** `/gallery`: every kind of panel in its states, from made-up rows. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kindReaders } from "../../src/project/pages/panel-kinds.ts";
import { expectAccessible, launchChromium, noBrowser, takePicture } from "./chromium.ts";
import { freePort, ServerProcess } from "./server-process.ts";

/** In the page; evaluated as text, because this program is typed without a DOM. */
const countDrawings = `(() => {
  const { clearRect } = CanvasRenderingContext2D.prototype;
  window.drawings = new Map();
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    if (this.canvas.isConnected) drawings.set(this.canvas, (drawings.get(this.canvas) ?? 0) + 1);
    return clearRect.apply(this, box);
  };
})()`;

function drawingsOf(page: Page): Promise<number[]> {
  return page.evaluate<number[]>(
    "[...drawings].filter(([canvas]) => canvas.isConnected).map(([, times]) => times)",
  );
}

/** The first that is shown otherwise than it is. */
const shortNumber = `[...document.querySelectorAll("dd[data-exact]")]
  .find((each) => each.innerText !== each.dataset.exact)`;

/** What the clipboard is given of an element. */
function copied(page: Page, element: string): Promise<string> {
  return page.evaluate<string>(`(() => {
    getSelection().selectAllChildren(${element});
    let text = getSelection().toString();
    window.addEventListener("copy", (event) => {
      if (event.defaultPrevented) text = event.clipboardData.getData("text/plain");
    }, { once: true });
    document.execCommand("copy");
    return text;
  })()`);
}

describe.skipIf(noBrowser !== undefined)("the gallery", () => {
  const dataFolder = mkdtempSync(join(tmpdir(), "quickwater-gallery-"));
  let server: ServerProcess;
  let browser: Browser;

  beforeAll(async () => {
    server = new ServerProcess({ port: await freePort(), dataFolder });
    [browser] = await Promise.all([launchChromium(), server.start()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.kill();
    rmSync(dataFolder, { recursive: true, force: true });
  });

  it.each(Object.keys(kindReaders))("X5: shows a panel of the kind %s in its states", async (kind) => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: "light" });
    const wrong: string[] = [];
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
    await page.goto(`${server.url}/gallery?kind=${kind}`);
    const examples = page.getByRole("region", { name: kind, exact: true }).locator("section[data-state]");
    await examples.first().waitFor();
    await expect.poll(() => page.locator("main .animate-pulse").count()).toBe(0);
    expect(await examples.count()).toBeGreaterThanOrEqual(2);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await takePicture(page, `gallery-${kind}-${colorScheme}`);
      await expectAccessible(page);
    }
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(wrong).toEqual([]);
    await page.close();
  });

  it("copies every digit of what is shown in short", async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${server.url}/gallery?kind=kpi`);
    await page.locator("dd[data-exact]").first().waitFor();
    const exact = await page.evaluate<string>(`(${shortNumber}).dataset.exact`);
    const short = await page.evaluate<string>(`(${shortNumber}).innerText`);
    expect(await copied(page, shortNumber)).toBe(exact);
    const ofPanel = await copied(page, `(${shortNumber}).closest("section")`);
    expect(ofPanel.split(/\s+/)).toEqual(expect.arrayContaining(exact.split(" ")));
    expect(ofPanel.split(/\s+/)).not.toContain(short);
    expect(await copied(page, 'document.querySelector("h1")')).toBe(await page.locator("h1").textContent());
    expect(await page.locator("body > div").count()).toBe(1);
    await page.close();
  });

  it("X5: draws each chart of numbers that stand once, and again in another size", async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.addInitScript(countDrawings);
    await page.goto(`${server.url}/gallery?kind=series`);
    await page.locator(".uplot canvas").first().waitFor();
    await expect.poll(() => page.locator("main .animate-pulse").count()).toBe(0);
    await page.waitForTimeout(500);
    const charts = await page.locator(".uplot canvas").count();
    expect(await drawingsOf(page)).toEqual(Array.from({ length: charts }, () => 1));
    await page.setViewportSize({ width: 800, height: 900 });
    await expect.poll(() => drawingsOf(page)).toEqual(Array.from({ length: charts }, () => 2));
    await page.close();
  });
});
