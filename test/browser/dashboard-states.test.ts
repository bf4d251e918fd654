/** What the dashboard shows for data and failures that are hard to bring a real server to. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectAccessible, launchChromium, noBrowser, takePicture, watchLayoutShift } from "./chromium.ts";
import { buildDashboard, type DashboardBuild } from "./dashboard-build.ts";
import { madeUpRow, StandInServer } from "./stand-in-server.ts";

/** An hour that looks like one: a slow wave with some noise, the same in every run. */
function ordinaryHour(currency = "USD"): ReturnType<typeof madeUpRow>[] {
  return Array.from({ length: 60 }, (_, index) => {
    const wave = 46 + 14 * Math.sin(index / 9) + ((index * 7_919) % 13) - 6;
    const orders = Math.round(index === 59 ? wave * 0.55 : wave);
    const cents = orders * (3_420 + ((index * 104_729) % 900));
    const revision = index === 56 ? 1 : 0;
    return madeUpRow({ minute: index - 59, currency, orders, revenue: (cents / 100).toFixed(2), revision });
  });
}

describe.skipIf(noBrowser !== undefined)("the dashboard", () => {
  let built: DashboardBuild;
  let browser: Browser;
  let server: StandInServer;
  let page: Page;
  let url: string;

  beforeAll(async () => {
    [built, browser] = await Promise.all([buildDashboard(), launchChromium()]);
  });

  afterAll(async () => {
    await browser?.close();
    built?.remove();
  });

  beforeEach(async () => {
    server = new StandInServer(built.folder);
    url = await server.start();
    page = await open(1280, 800, "light");
  });

  afterEach(async () => {
    await page.context().close();
    await server.stop();
  });

  async function open(
    width: number,
    height: number,
    colorScheme: "light" | "dark",
    timezoneId = "Europe/Berlin",
  ): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme,
      deviceScaleFactor: 2,
      locale: "en-US",
      timezoneId,
    });
    return await context.newPage();
  }

  /** Menus are loaded after the page: a press before that is pressed again. */
  async function openMenu(name: string): Promise<void> {
    const trigger = page.getByRole("button", { name, exact: true });
    await trigger.and(page.locator("[aria-haspopup]")).click();
  }

  const filled = (): Promise<void> => page.getByText("Corrected r1", { exact: false }).first().waitFor();

  it.each([
    ["light", 1280],
    ["dark", 1280],
    ["light", 390],
    ["dark", 390],
  ] as const)("is accessible in %s at %i px and never scrolls sideways", async (theme, width) => {
    await page.context().close();
    page = await open(width, 800, theme);
    server.show(ordinaryHour());
    await page.goto(url);
    await filled();
    await takePicture(page, `states-${theme}-${width}`);
    await expectAccessible(page);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    const tables = page.getByRole("button", { name: "Show as table" });
    await tables.first().click();
    await page.getByRole("region", { name: "Revenue per minute, as a table" }).waitFor();
    await expectAccessible(page);
  });

  it("does not jump when the data come", async () => {
    const layoutShift = await watchLayoutShift(page);
    server.hold();
    await page.goto(url);
    await page.getByText("Revenue per minute").waitFor();
    await takePicture(page, "states-loading");
    const port = Number(new URL(url).port);
    await server.stop();
    server = new StandInServer(built.folder);
    server.show([]);
    await server.start(port);
    await page.getByText("No orders yet").waitFor();
    await takePicture(page, "states-empty");
    await expectAccessible(page);
    server.push(ordinaryHour());
    await filled();
    expect(await layoutShift()).toBeLessThanOrEqual(0.02);
  });

  it("shows a refused view with the server's words, and tries again", async () => {
    const message = "There is no view sales_per_minute.";
    server.refuse({ code: "request.unknown-view", message, hint: "GET /v1/views lists the views." });
    await page.goto(url);
    await page.getByText(message).waitFor();
    await page.getByText("GET /v1/views lists the views.").waitFor();
    await takePicture(page, "states-failed");
    await expectAccessible(page);
    server.show(ordinaryHour());
    await page.getByRole("button", { name: "Try again" }).click();
    await filled();
  });

  it("says how old the last row is once a connected stream rests", async () => {
    server.show(ordinaryHour());
    server.lastRowAt = new Date(Date.now() - 75_000).toISOString();
    await page.goto(url);
    await page.getByText("last row 1 min ago").waitFor();
    await page.getByText("1 min old").first().waitFor();
    await takePicture(page, "states-stale");
    await expectAccessible(page);
  });

  it("dims the last values while it reconnects, and counts down", async () => {
    server.show(ordinaryHour());
    await page.goto(url);
    await filled();
    await server.stop();
    await page.getByRole("button", { name: "Reconnecting" }).waitFor();
    await page.locator("section[data-dimmed=true]").first().waitFor();
    await page.waitForTimeout(3_000);
    await takePicture(page, "states-reconnecting");
    await expectAccessible(page);
    expect(await page.getByRole("region", { name: "Windows, newest first" }).isVisible()).toBe(true);
  });

  it("keeps the theme that was chosen", async () => {
    server.show(ordinaryHour());
    await page.goto(url);
    const scheme = () => page.evaluate("getComputedStyle(document.documentElement).colorScheme");
    await openMenu("Theme");
    await page.getByRole("menuitemradio", { name: "Dark" }).waitFor();
    await takePicture(page, "states-theme-menu");
    await expectAccessible(page);
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    expect(await scheme()).toBe("dark");
    await page.reload();
    expect(await scheme()).toBe("dark");
    await openMenu("Theme");
    await page.getByRole("menuitemradio", { name: "As the system" }).click();
    expect(await scheme()).toBe("light dark");
  });

  it("shows in a popover how the server is and which views it has", async () => {
    server.show(ordinaryHour());
    await page.goto(url);
    await filled();
    await openMenu("Live");
    const popover = page.getByRole("dialog", { name: "The server" });
    await popover.getByText("runs for 2 h").waitFor();
    expect(await popover.textContent()).toContain("Quickwater 1.2.3, all parts work");
    expect(await popover.textContent()).toContain("sales_per_minute60 rows");
    await takePicture(page, "states-server");
    await expectAccessible(page);
    server.stopView("Division by zero.");
    await popover.getByText("a part has stopped").waitFor({ timeout: 10_000 });
    await page.keyboard.press("Escape");
    await popover.waitFor({ state: "detached" });
  });

  it.each([
    ["light", 1280],
    ["dark", 390],
  ] as const)(
    "says that its view was stopped and why, over its last rows, in %s at %i px",
    async (theme, width) => {
      await page.context().close();
      page = await open(width, 800, theme);
      server.show(ordinaryHour());
      await page.goto(url);
      await filled();
      server.stopView("Division by zero, which for DECIMAL has no result.");
      await page
        .getByRole("alert")
        .getByText("This view was stopped: Division by zero, which for DECIMAL has no result.")
        .waitFor();
      await page.locator("section[data-dimmed=true]").first().waitFor();
      expect(await page.getByRole("region", { name: "Windows, newest first" }).isVisible()).toBe(true);
      await takePicture(page, `states-stopped-${theme}-${width}`);
      await expectAccessible(page);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    },
  );

  it("does not ask for orders where the stopped view has no rows", async () => {
    server.show([]);
    await page.goto(url);
    await page.getByText("No orders yet").waitFor();
    server.stopView("Division by zero.");
    await page.getByText("This view was stopped: Division by zero.").waitFor();
    await page.getByText("The view has no row.").waitFor();
    expect(await page.getByText("No orders yet").count()).toBe(0);
    await takePicture(page, "states-stopped-empty");
    await expectAccessible(page);
  });

  it("names the zone of its times, and keeps UTC in the address", async () => {
    await page.context().close();
    page = await open(1280, 800, "light", "Asia/Kolkata");
    server.show([madeUpRow({ minute: -1, orders: 3, revenue: "70.25" })]);
    const startMs = (Math.floor(Date.now() / 60_000) - 1) * 60_000;
    const at = (timeMs: number) => new Date(timeMs).toISOString().slice(11, 16);
    const firstCell = page.getByRole("region", { name: "Windows, newest first" }).locator("td").first();
    await page.goto(url);
    await firstCell.getByText(at(startMs + 5.5 * 3_600_000)).waitFor();
    await page.getByText(/Times in Asia\/(Kolkata|Calcutta)/).waitFor();
    await page.getByRole("link", { name: "Show UTC" }).click();
    await firstCell.getByText(at(startMs)).waitFor();
    expect(new URL(page.url()).search).toBe("?tz=UTC");
    await page.reload();
    await page.getByText("Times in UTC").waitFor();
    await firstCell.getByText(at(startMs)).waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: /Show Asia/ }).click();
    await firstCell.getByText(at(startMs + 5.5 * 3_600_000)).waitFor();
    expect(new URL(page.url()).search).toBe("");
  });

  it("draws a single minute between gaps, which a line alone does not show", async () => {
    // Between minutes without an amount; the others are zero, so that nothing else is drawn above the axis.
    server.show(
      Array.from({ length: 60 }, (_, at) => {
        const revenue = at === 30 ? "90.00" : at % 2 === 0 || at > 40 || at < 20 ? "0.00" : null;
        return madeUpRow({ minute: at - 60, orders: 1, revenue });
      }),
    );
    await page.goto(url);
    await page.getByRole("img", { name: /^Revenue per minute/ }).waitFor();
    await takePicture(page, "states-lone-minute");
    // In the middle of the upper quarter there is nothing but the dot.
    const painted = await page.evaluate(`(() => {
      const canvas = document.querySelector("[aria-label^='Revenue per minute'] canvas");
      const { width, height } = canvas;
      const { data } = canvas.getContext("2d").getImageData(width / 4, 0, width / 2, height / 4);
      let blue = 0;
      for (let at = 0; at < data.length; at += 4) if (data[at] < 100 && data[at + 2] > 180) blue++;
      return blue;
    })()`);
    expect(painted).toBeGreaterThan(20);
  });

  it("says so where there is no page", async () => {
    await page.goto(`${url}/nowhere`);
    await page.getByText("There is nothing here").waitFor();
    await expectAccessible(page);
  });

  it("begins with the currency of most orders, and never adds up two", async () => {
    server.show([
      madeUpRow({ minute: -1, currency: "EUR", orders: 2, revenue: "10.00" }),
      madeUpRow({ minute: -1, currency: "USD", orders: 3, revenue: "70.25" }),
    ]);
    await page.goto(url);
    const figures = page.getByRole("region", { name: "Key figures" });
    await figures.getByText("$70.25").first().waitFor();
    expect(await figures.textContent()).not.toMatch(/80\.25|€/);
    await page.getByLabel("Currency").selectOption("EUR");
    await figures.getByText("€10.00").first().waitFor();
    await expectAccessible(page);
  });

  it("shows hostile text as text, and bears null, negative and enormous amounts", async () => {
    const hostile = '<img src=x onerror="document.title=1">';
    const long = "العملة".repeat(40);
    server.show([
      madeUpRow({ minute: -3, currency: hostile, orders: 0, revenue: null }),
      madeUpRow({ minute: -2, currency: hostile, orders: 1, revenue: "-5.01" }),
      madeUpRow({
        minute: -1,
        currency: hostile,
        orders: 9_007_199_254_740_991,
        revenue: `${"9".repeat(36)}.99`,
      }),
      madeUpRow({ minute: -1, currency: long, orders: 1, revenue: "1.00" }),
      madeUpRow({ minute: 0, currency: null, orders: 1, revenue: "1.00" }),
    ]);
    await page.goto(url);
    await page.getByLabel("Currency").selectOption(hostile);
    await page
      .getByTitle(`${"9".repeat(36)}.99 ${hostile}`)
      .first()
      .waitFor();
    const table = page.getByRole("region", { name: "Windows, newest first" });
    expect(await table.textContent()).toContain(`${"9".repeat(36)}.99${hostile}`);
    await takePicture(page, "states-hostile");
    await page.getByLabel("Currency").selectOption(long);
    expect(await page.title()).toBe("Quickwater");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(1280);
  });

  it("stays bounded with a thousand windows", async () => {
    server.show(
      Array.from({ length: 1_000 }, (_, at) => madeUpRow({ minute: -at, orders: 1, revenue: "1.00" })),
    );
    await page.goto(url);
    await page.getByRole("button", { name: "Show 188 more" }).click();
    await page.getByText("800 older ones are in the view itself.").waitFor();
    expect(await page.locator("tbody tr").count()).toBe(200);
  });
});
