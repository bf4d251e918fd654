/** `/gallery`: every kind of panel in its states, from made-up rows. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kindReaders } from "../../src/project/pages/panel-kinds.ts";
import { expectAccessible, launchChromium, noBrowser, takePicture } from "./chromium.ts";
import { freePort, ServerProcess } from "./server-process.ts";

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
});
