/** The whole thread: an order goes in by HTTP and comes out on the screen, across a crash of the server. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { QuickwaterHttp } from "../../src/client/index.ts";
import type { ViewAnswer } from "../../src/serving/answers.ts";
import { expectAccessible, launchChromium, noBrowser, takePicture, watchLayoutShift } from "./chromium.ts";
import { freePort, ServerProcess } from "./server-process.ts";

const minuteMs = 60_000;

interface Order {
  readonly transaction_id: string;
  readonly timestamp: string;
  readonly [member: string]: unknown;
}

/** Orders of 12.50, spread over the minute from `startMs` on, in the order of time. */
function orders(name: string, startMs: number, count: number, withinMs = minuteMs): Order[] {
  return Array.from({ length: count }, (_, index) => ({
    transaction_id: `${name}-${index}`,
    customer_id: `c-${index % 7}`,
    amount: 12.5,
    currency: "USD",
    payment_method: "card",
    timestamp: new Date(startMs + Math.floor((index * withinMs) / count)).toISOString(),
    merchant_category: "books",
    location: { lat: 52.5, lon: 13.4, country: "DE" },
    risk_score: 0.1,
    status: "completed",
  }));
}

describe.skipIf(noBrowser !== undefined)("an order, from the socket to the screen", () => {
  const dataFolder = mkdtempSync(join(tmpdir(), "quickwater-live-"));
  let server: ServerProcess;
  let http: QuickwaterHttp;
  let browser: Browser;
  let page: Page;
  let layoutShift: () => Promise<number>;
  const thisMinute = Math.floor(Date.now() / minuteMs) * minuteMs;

  beforeAll(async () => {
    server = new ServerProcess({ port: await freePort(), dataFolder });
    http = new QuickwaterHttp({ url: server.url });
    [browser] = await Promise.all([launchChromium(), server.start()]);
    page = await browser.newPage({
      viewport: { width: 1280, height: 800 },
      colorScheme: "light",
      deviceScaleFactor: 2,
      locale: "en-US",
      timezoneId: "UTC",
    });
    layoutShift = await watchLayoutShift(page);
    await page.goto(server.url);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.kill();
    rmSync(dataFolder, { recursive: true, force: true });
  });

  /** The orders of the last hour, as the page has them. */
  async function ordersOnScreen(): Promise<string | null> {
    const figure = page.getByRole("region", { name: "Key figures" }).locator("> div").last();
    return await figure.locator("p[title]").getAttribute("title", { timeout: 10_000 });
  }

  async function expectOrdersOnScreen(count: number): Promise<void> {
    await expect.poll(ordersOnScreen, { timeout: 15_000 }).toBe(String(count));
  }

  /** Minute (UTC) and orders of each row of the page's table, newest first. */
  async function rowsOnScreen(): Promise<string[]> {
    const rows = page.getByRole("region", { name: "Windows, newest first" }).locator("tbody tr");
    return await rows.evaluateAll((found) =>
      (found as unknown as { cells: ArrayLike<{ textContent: string }> }[]).map(({ cells }) =>
        [0, 1, 2].map((column) => cells[column]?.textContent.replace(/[$,]/g, "")).join(" "),
      ),
    );
  }

  function rowsOf({ rows }: ViewAnswer): string[] {
    const cells = rows.map((row) => [String(row.window_start), row.orders, row.revenue] as const);
    cells.sort(([left], [right]) => (left < right ? 1 : -1));
    return cells.map(([start, count, revenue]) => `${start.slice(11, 16)} ${count} ${revenue}`);
  }

  it("begins with an empty view that says what to do", async () => {
    await page.getByText("No orders yet").waitFor();
    await page.getByRole("button", { name: "Live", exact: true }).waitFor();
    await page.getByText(`curl ${server.url}/v1/streams/transaction_events/events`).waitFor();
    await takePicture(page, "live-empty");
    await expectAccessible(page);
  });

  it("grows on the screen while orders come in", async () => {
    let sent = 0;
    for (let minute = -20; minute < 0; minute++) {
      const batch = orders(`m${minute}`, thisMinute + minute * minuteMs, 30 + ((minute * 37) % 11));
      const answer = await http.sendEvents("transaction_events", batch);
      expect(answer).toMatchObject({ accepted: batch.length, rejected: [] });
      sent += batch.length;
      if (minute % 5 === 0) await expectOrdersOnScreen(sent);
    }
    await http.sendEvents("transaction_events", orders("now", thisMinute, 9, Date.now() - thisMinute));
    await expectOrdersOnScreen(sent + 9);
    await page
      .getByText(/open · \d+ %/)
      .first()
      .waitFor();
    expect(await layoutShift()).toBeLessThanOrEqual(0.02);
  });

  it.each([
    ["light", 1280],
    ["dark", 1280],
    ["light", 390],
    ["dark", 390],
  ] as const)("is accessible in %s at %i px", async (theme, width) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize({ width, height: 800 });
    await takePicture(page, `live-${theme}-${width}`);
    await expectAccessible(page);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.emulateMedia({ colorScheme: "light" });
  });

  it("S14: says that it reconnects when the server is killed, and has the same rows after it", async () => {
    const before = await rowsOnScreen();
    expect(before.length).toBeGreaterThan(0);
    await server.kill();
    await page.getByRole("button", { name: "Reconnecting" }).waitFor();
    await page.locator("section[data-dimmed=true]").first().waitFor();
    await takePicture(page, "live-reconnecting");
    expect(await rowsOnScreen()).toEqual(before);

    await server.start();
    await page.getByRole("button", { name: "Reconnecting" }).waitFor({ state: "detached", timeout: 15_000 });
    await page.getByRole("button", { name: /^Show \d+ more$/ }).click();
    await expect
      .poll(async () => {
        const answer = await http.getView("sales_per_minute", { limit: 100 });
        return { screen: await rowsOnScreen(), same: rowsOf(answer) };
      })
      .toSatisfy(
        ({ screen, same }) => screen.length >= 21 && JSON.stringify(screen) === JSON.stringify(same),
      );
  });

  it("goes on from there", async () => {
    const before = Number(await ordersOnScreen());
    await http.sendEvents("transaction_events", orders("after", Date.now(), 4, 1));
    await expectOrdersOnScreen(before + 4);
    await takePicture(page, "live-after");
  });
});
