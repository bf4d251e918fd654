/** `/docs`: every route is shown, one can be tried, and nothing comes from outside the server. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testServer } from "../support/test-server.ts";
import { launchChromium, noBrowser, takePicture } from "./chromium.ts";

let browser: Browser;
beforeAll(async () => {
  if (noBrowser === undefined) browser = await launchChromium();
});
afterAll(() => browser?.close());

test.skipIf(noBrowser)("the page is dark where the reader wants it, from then on too", async () => {
  const server = await testServer();
  const page = await browser.newPage({ colorScheme: "dark" });
  await page.goto(`${server.url}/docs`);
  await page.locator(".opblock").first().waitFor();
  // Of 255, from dark to light.
  const parts = (element: string) =>
    `getComputedStyle(${element}).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)`;
  const lightness = (element: string) =>
    page.evaluate<number>(`${parts(element)}.reduce((sum, part) => sum + part / 3, 0)`);
  expect(await lightness("document.documentElement")).toBeLessThan(60);
  const text = "document.querySelector('.opblock-summary-description')";
  expect(await page.evaluate(`getComputedStyle(${text}).color.match(/\\d+/)[0] > 180`)).toBe(true);
  await takePicture(page, "api-page-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await expect.poll(() => lightness("document.body")).toBeGreaterThan(240);
  await page.close();
});

test.skipIf(noBrowser)("a route is tried from the page, without the world outside", async () => {
  const server = await testServer();
  const page = await browser.newPage({ viewport: { width: 1200, height: 1000 } });
  const outside: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(server.url) && !request.url().startsWith("data:"))
      outside.push(request.url());
  });
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(`${server.url}/docs`);
  const event = page.locator("#operations-Streams-sendEvents_orders");
  await event.click();
  await event.locator("button.execute").click();
  const answer = await event.locator(".live-responses-table .response").first().textContent();
  expect(answer).toContain('"accepted": 1');
  await takePicture(page, "api-page");
  const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as { paths: object };
  const operations = Object.values(paths).flatMap((path) => Object.keys(path));
  expect(await page.locator(".opblock").count()).toBe(operations.length);
  expect([outside, complaints]).toEqual([[], []]);
  await page.close();
});
