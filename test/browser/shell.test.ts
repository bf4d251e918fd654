/** What stands around every page: theme, connection, zone, what of the address is kept. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectAccessible, launchChromium, noBrowser, takePicture } from "./chromium.ts";
import { panelsSettled } from "./oracle/page-texts.ts";
import { freePort, ServerProcess } from "./server-process.ts";

describe.skipIf(noBrowser !== undefined)("around every page", () => {
  const dataFolder = mkdtempSync(join(tmpdir(), "quickwater-shell-"));
  let server: ServerProcess;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    server = new ServerProcess({ port: await freePort(), dataFolder });
    [browser] = await Promise.all([launchChromium(), server.start()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.kill();
    rmSync(dataFolder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    const context = await browser.newContext({ locale: "en-US", timezoneId: "Asia/Kolkata" });
    page = await context.newPage();
    await page.goto(`${server.url}/pages/fraud`);
    await page.getByRole("heading", { name: "Fraud", exact: true }).waitFor();
  });

  /** Menus are loaded after the page: a press before that is pressed again. */
  const openMenu = (name: string) =>
    page.getByRole("button", { name, exact: true }).and(page.locator("[aria-haspopup]")).click();

  it("is painted before its program runs, and does not move when it does", async () => {
    const header = page.locator("header").first();
    const [whole, name] = [await header.boundingBox(), await header.getByText("Quickwater").boundingBox()];
    await page.route(/\/assets\/.*\.js$/, (route) => route.abort());
    await page.reload();
    expect(await header.boundingBox()).toEqual(whole);
    expect(await header.getByText("Quickwater").boundingBox()).toEqual(name);
  });

  it("keeps the theme that was chosen", async () => {
    const scheme = () => page.evaluate("getComputedStyle(document.documentElement).colorScheme");
    await openMenu("Theme");
    await page.getByRole("menuitemradio", { name: "Dark" }).waitFor();
    await takePicture(page, "shell-theme-menu");
    await expectAccessible(page);
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await expect.poll(scheme).toBe("dark");
    await page.reload();
    expect(await scheme()).toBe("dark");
    await openMenu("Theme");
    await page.getByRole("menuitemradio", { name: "As the system" }).click();
    await expect.poll(scheme).toBe("light dark");
  });

  it("S18: shows in a popover how the server is and which views it has", async () => {
    await openMenu("Live");
    const popover = page.getByRole("dialog", { name: "The server" });
    await popover.getByText("all parts work").waitFor();
    expect(await popover.textContent()).toContain("transactions_per_minute");
    await takePicture(page, "shell-server");
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await popover.waitFor({ state: "detached" });
  });

  it("names the zone of its times, and keeps zone and time in the address, from page to page", async () => {
    await page.getByText(/Times in Asia\/(Kolkata|Calcutta)/).waitFor();
    await page.getByRole("button", { name: "24 h", exact: true }).click();
    await page.getByRole("link", { name: "Show UTC" }).click();
    const search = () => Object.fromEntries(new URL(page.url()).searchParams);
    await expect.poll(search).toEqual({ span: "24h", tz: "UTC" });
    await page.getByRole("link", { name: "Inventory" }).click();
    await page.getByRole("heading", { name: "Inventory", exact: true }).waitFor();
    expect(search()).toEqual({ span: "24h", tz: "UTC" });
    await page.reload();
    await page.getByText("Times in UTC").waitFor();
    expect(await page.getByRole("button", { name: "24 h", exact: true }).getAttribute("aria-pressed")).toBe(
      "true",
    );
    await page.getByRole("link", { name: /Show Asia/ }).click();
    await expect.poll(search).toEqual({ span: "24h" });
    expect(await page.getByRole("link", { name: "Inventory" }).getAttribute("aria-current")).toBe("page");
  });

  it("X5: a page that is paused stands still, tells what came since, and goes on", async () => {
    await panelsSettled(page);
    await page.getByRole("button", { name: "Pause" }).click();
    const at = () => Date.parse(new URL(page.url()).searchParams.get("at") ?? "");
    await expect.poll(() => Math.abs(at() - Date.now()) < 10_000).toBe(true);
    const events = `${server.url}/v1/streams/transaction_events/events`;
    const waiting = page.getByRole("region", { name: "Payments by decision", exact: true });
    const event = {
      transaction_id: "paused",
      customer_id: "c",
      amount: "1.00",
      currency: "EUR",
      timestamp: new Date().toISOString(),
    };
    await fetch(events, { method: "POST", body: JSON.stringify(event) });
    await page.getByText(/^\+\d+ new$/).waitFor();
    expect(await waiting.textContent()).toContain("No rows then");
    await page.getByRole("button", { name: "Resume" }).click();
    await expect.poll(() => waiting.textContent(), { timeout: 8_000 }).not.toContain("No rows");
    expect(new URL(page.url()).searchParams.has("at")).toBe(false);
  });

  it("X5: a link to a page that stands shows what was seen, whatever came since", async () => {
    const waiting = () => page.getByRole("region", { name: "Payments by decision", exact: true });
    await panelsSettled(page);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("As of").waitFor();
    const seen = (await waiting().textContent())?.replace("as it was drawn", "");
    const link = page.url();
    const event = {
      transaction_id: "later",
      customer_id: "c",
      amount: "2.00",
      currency: "EUR",
      timestamp: new Date().toISOString(),
    };
    const events = `${server.url}/v1/streams/transaction_events/events?wait=transactions_per_minute`;
    expect((await fetch(events, { method: "POST", body: JSON.stringify(event) })).status).toBe(200);
    await page.goto(link.replace(/[?&]at=[^&]*/, ""));
    await expect.poll(() => waiting().textContent()).not.toBe(seen);
    await page.goto(link);
    await expect.poll(() => waiting().textContent(), { timeout: 20_000 }).toBe(seen);
  });

  it("shows any range, chosen by keys, and refuses one that ends before it begins", async () => {
    await page.getByRole("button", { name: "Time: Custom" }).press("Enter");
    await page.getByLabel("From", { exact: true }).fill("2026-03-01T12:00:00");
    await page.getByLabel("To", { exact: true }).fill("2026-03-01T11:00:00");
    await page.getByLabel("To", { exact: true }).press("Enter");
    await page.getByRole("alert").getByText("It has to begin before it ends.").waitFor();
    await page.getByLabel("To", { exact: true }).fill("2026-03-01T14:00:00");
    await page.getByLabel("To", { exact: true }).press("Enter");
    const search = () => Object.fromEntries(new URL(page.url()).searchParams);
    // The machine of the page is 5:30 ahead.
    await expect.poll(search).toEqual({ from: "2026-03-01T06:30:00.000Z", to: "2026-03-01T08:30:00.000Z" });
    await page.getByRole("button", { name: /^Time: Mar 1, 2026, 12:00/ }).waitFor();
  });
});
