/** The system's Chromium, as the browser tests drive it. */
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { executablePath, launchChromium } from "./launch-chromium.ts";

export { launchChromium };

/** Undefined where the browser is there. Without it the tests are skipped on a laptop, and fail in CI. */
export const noBrowser: string | undefined = existsSync(executablePath)
  ? undefined
  : `There is no Chromium at ${executablePath}; scripts/services/chromium installs it.`;

if (noBrowser !== undefined) {
  if (process.env.CI === "true") throw new Error(noBrowser);
  console.warn(`Browser tests are skipped. ${noBrowser}`);
}

/** Where pictures and logs of a run go, outside the tree. */
export const artifacts = process.env.QUICKWATER_ARTIFACTS ?? join(tmpdir(), "quickwater-artifacts");

export async function takePicture(page: Page, name: string): Promise<void> {
  mkdirSync(artifacts, { recursive: true });
  await page.screenshot({ path: join(artifacts, `${name}.png`) });
}

/** Everything that axe-core knows, in the theme and width that the page has now. */
export async function expectAccessible(page: Page): Promise<void> {
  // In the page's world `axe` is a global; evaluated as text, because this program is typed without a DOM.
  await page.evaluate(axe.source);
  const violations = (await page.evaluate(
    `axe.run().then(({ violations }) => violations.map(({ id, nodes }) =>
      id + ": " + nodes.map(({ html, failureSummary }) => html + " " + failureSummary).join(" | ")))`,
  )) as string[];
  expect(violations).toEqual([]);
}

/** The sum of layout shifts from now on, read by calling what this returns. */
export async function watchLayoutShift(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(`
    window.layoutShift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.layoutShift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  `);
  return async () => (await page.evaluate("window.layoutShift")) as number;
}
