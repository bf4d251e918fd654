/** What is behind numbers of the server itself and of opened rows; what a page that stands tells of then. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Server } from "../../src/server.ts";
import type { EventsAnswer, ServerHealth, ViewAnswer } from "../../src/serving/answers.ts";
import { fileScratchFolder } from "../support/scratch-folder.ts";
import { expectAccessible, noBrowser, takePicture } from "./chromium.ts";
import { type ShownProject, showProject } from "./shown-project.ts";

const files = {
  "quickwater.yaml": "name: small",
  "sql/all.sql": `CREATE TABLE orders (
  id STRING NOT NULL, shop STRING NOT NULL, amount DECIMAL(10, 2) NOT NULL, ts TIMESTAMP_LTZ(3) NOT NULL,
  WATERMARK FOR ts AS ts
) WITH ('idle-timeout' = '1 h', 'dedup-key' = 'id');
CREATE MATERIALIZED VIEW sliding AS
SELECT window_start, window_end, shop, COUNT(*) AS orders
FROM TABLE(HOP(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE, INTERVAL '2' MINUTE))
GROUP BY window_start, window_end, shop;
CREATE MATERIALIZED VIEW by_shop WITH ('retention' = '1 d') AS
SELECT shop, COUNT(*) AS orders, SUM(amount) AS revenue FROM orders GROUP BY shop;
`,
  "dashboards/shop.yaml": `title: Shop
span: 1h
rows:
  - - table: Shops
      view: by_shop
      columns: { shop: Shop, orders: Orders }
      detail:
        title: Windows
        view: sliding
        match: { shop: shop }
        time: window_end
        columns: { window_end: Until, orders: { title: Count } }
    - table: Sent
      view: by_shop
      columns: { shop: Shop, orders: Orders }
      detail:
        title: Events
        stream: orders
        match: { shop: shop }
        columns: { id: Id, amount: { title: Amount, format: money EUR } }
    - kpi: Revenue
      view: by_shop
      value: sum(revenue)
    - status: State
      items:
        Runs: uptime
        Views: views
        Time: clock
        Live: connection
        Orders: { view: by_shop, value: sum(orders) }
`,
};

const minuteMs = 60_000;
/** Ten minutes ago, so that all of it is in the hour that the page shows. */
const beganMs = Math.floor(Date.now() / minuteMs) * minuteMs - 10 * minuteMs;

function order(id: string, minute: number, amount: string, shop = "north") {
  return { id, shop, amount, ts: new Date(beganMs + minute * minuteMs + 5_000).toISOString() };
}

const instantOf = (minute: number) => new Date(beganMs + minute * minuteMs).toISOString();

describe.skipIf(noBrowser !== undefined)("what is behind a number that no view of the panel has", () => {
  const [folder, data] = [fileScratchFolder(), fileScratchFolder()];
  let shown: ShownProject;
  let browser: Browser;
  let server: Server;
  let page: Page;
  /** Between the first events and the others. */
  let then: string;

  beforeAll(async () => {
    shown = await showProject(files, { folder, data });
    ({ browser, server } = shown);
    await server.engine.send("orders", [order("a-1", 0, "1.00"), order("a-2", 1, "2.00")]);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    then = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await server.engine.send("orders", [order("a-3", 2, "4.00")]);
    // In a window that is open, and too late for the one before that.
    await server.engine.send("orders", [order("a-4", 1, "8.00"), order("b-1", 4, "16.00", "south")]);
    // Too late for both of its windows.
    await server.engine.send("orders", [order("a-5", 0, "32.00")]);
    await vi.waitFor(
      async () =>
        expect(await answerOf("POST", "/v1/views/sliding/replay", "{}")).toMatchObject({ changed: 2 }),
      { timeout: 20_000, interval: 100 },
    );
  });

  afterAll(() => shown?.close());

  beforeEach(() => open("/pages/shop"));

  async function open(path: string): Promise<void> {
    await page?.context().close();
    page = await browser.newPage({ locale: "en-US", timezoneId: "UTC" });
    await page.goto(server.url + path);
    await page.locator("[data-number]").first().waitFor();
  }

  async function answerOf(method: string, path: string, body?: string): Promise<unknown> {
    const headers = { "content-type": "application/json" };
    return await (await fetch(server.url + path, { method, ...(body && { headers, body }) })).json();
  }

  const panel = (title: string) => page.getByRole("region", { name: title, exact: true });
  const item = (title: string) => panel("State").locator("dl > div").filter({ hasText: title }).locator("dd");
  const dialog = () => page.getByRole("dialog");
  const text = (name: string | RegExp) => dialog().getByRole("region", { name }).textContent();

  async function closed(): Promise<void> {
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
  }

  it("numbers of a status say by which route they come, and since when", async () => {
    const { startedAt } = (await answerOf("GET", "/health")) as ServerHealth;
    await item("Runs").getByRole("button").click();
    await dialog().getByRole("heading", { name: "State, Runs" }).waitFor();
    await dialog().getByText("GET /health").waitFor();
    const [seconds] = /^\d+/.exec((await dialog().locator("[data-exact]").textContent())!)!;
    expect(Math.abs((Date.now() - Date.parse(startedAt)) / 1_000 - Number(seconds))).toBeLessThan(8);
    expect(await dialog().locator("pre").textContent()).toContain(`"startedAt": "${startedAt}"`);
    await expectAccessible(page);
    await takePicture(page, "explain-uptime");
    await closed();
    await item("Views").getByRole("button").focus();
    await page.keyboard.press("Enter");
    await dialog().getByText("GET /v1/views").waitFor();
    expect(await dialog().locator("[data-exact]").textContent()).toBe("2");
    await closed();
    await item("Time").getByRole("button").click();
    await dialog().getByText("the times in messages of WS /v1/live").waitFor();
    await closed();
    await panel("State").getByRole("button", { name: "What to do with State" }).click();
    await page.getByRole("menuitem", { name: "Explain" }).click();
    await dialog().getByText("WS /v1/live", { exact: true }).waitFor();
    await dialog().getByText("over 2 rows of by_shop").waitFor();
  });

  const inFocus =
    "document.activeElement.hasAttribute('data-number') ? 'number' : document.activeElement.tagName";

  it("rows that a row is opened for are explained by mouse and by keys", async () => {
    await panel("Shops").getByRole("button", { name: "Windows of north" }).click();
    const rows = panel("Shops").getByRole("region", { name: "Windows: rows" });
    const first = rows.locator("[data-number]").first();
    await first.click();
    await dialog().getByRole("heading", { name: "Shops, Windows, Count" }).waitFor();
    await dialog().getByText("CREATE MATERIALIZED VIEW sliding").waitFor();
    expect(await text("Of which rows")).toContain("over 1 row of sliding");
    expect(await text("Of which rows")).toContain("`shop` = 'north'");
    expect(await dialog().locator("[data-row]").count()).toBe(1);
    await dialog().getByRole("button", { name: "Events behind" }).click();
    await dialog().locator("[data-event]").first().waitFor();
    await closed();
    await expect.poll(() => page.evaluate(inFocus)).toBe("number");
    await rows.focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await dialog().getByRole("heading", { name: "Shops, Windows, Count" }).waitFor();
    await closed();
    // Above the first of them stands the row that they are of.
    await first.focus();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await dialog().getByRole("heading", { name: "Shops, north, Orders" }).waitFor();
  });

  it("an event that a row is opened for is told as it was sent, with what became of it", async () => {
    await panel("Sent").getByRole("button", { name: "Events of north" }).click();
    await panel("Sent").locator("td").getByText("€8.00").click();
    await dialog().getByRole("heading", { name: "Sent, Events, Amount" }).waitFor();
    expect(await dialog().locator("[data-exact]").textContent()).toBe("8.00 EUR");
    const { events } = (await answerOf("GET", "/v1/streams/orders/events")) as EventsAnswer;
    const { id, event } = events.find((each) => each.event.id === "a-4")!;
    const told = dialog().locator(`[data-event="${id}"]`);
    expect(JSON.parse((await told.locator("pre").textContent())!)).toEqual(event);
    expect(await text("What became of it")).toMatch(/by_shop taken/);
  });

  it("a correction of overlapping windows names each event that it took in", async () => {
    await panel("Shops").getByRole("button", { name: "Windows of north" }).click();
    const explained = async (place: number) => {
      await panel("Shops")
        .getByRole("region", { name: "Windows: rows" })
        .locator("[data-number]")
        .nth(place)
        .click();
      const correction = dialog().locator("li li").filter({ hasText: "A correction took" });
      await correction.getByText(/^\d late events?$/).waitFor();
      const ids = (await correction.locator("pre").allTextContents()).map((json) => JSON.parse(json).id);
      await closed();
      return ids;
    };
    const until = await panel("Shops")
      .getByRole("region", { name: "Windows: rows" })
      .locator("tbody tr td:first-child")
      .allTextContents();
    expect(until.length).toBe(4);
    // The two oldest: the one until minute 2 lacked both, the one until minute 1 the last.
    expect(await explained(2)).toEqual(["a-4", "a-5"]);
    expect(await explained(3)).toEqual(["a-5"]);
  });

  it("a page that stands tells of then, and what is of now says so", async () => {
    await open(`/pages/shop?at=${then}`);
    await expect.poll(() => panel("Revenue").locator("[data-number]").first().textContent()).toBe("3");
    expect(await item("Time").locator("time").getAttribute("datetime")).toBe(then);
    expect(await item("Views").textContent()).toBe("2 now");
    expect(await item("Live").textContent()).toMatch(/ now$/);
    const { startedAt } = (await answerOf("GET", "/health")) as ServerHealth;
    const seconds = Math.floor((Date.parse(then) - Date.parse(startedAt)) / 1_000);
    await item("Runs").getByRole("button").click();
    await expect.poll(() => dialog().locator("[data-exact]").textContent()).toBe(`${seconds} s`);
    await closed();
    await panel("Revenue").locator("[data-number]").first().click();
    await dialog().getByRole("region", { name: "How fresh it was" }).getByText("Rows taken").waitFor();
    const past = (await answerOf("GET", `/v1/views/by_shop?at=${then}`)) as ViewAnswer;
    const fresh = (await text("How fresh it was"))!;
    expect(fresh).toContain(`As of step${past.step}Last row taken`);
    expect(fresh).toContain("Rows taken2Came late0Last changenot known of then");
    expect(fresh).not.toContain("by_shop shows");
    expect(await text("What it reads, as it is now")).toContain("6 rows");
    await takePicture(page, "explain-then");
    await closed();
    await panel("Sent").getByRole("button", { name: "Events of north" }).click();
    await expect
      .poll(() =>
        panel("Sent")
          .locator("td")
          .getByText(/^a-\d$/)
          .allTextContents(),
      )
      .toEqual(["a-2", "a-1"]);
    await open(`/pages/shop?at=${instantOf(0)}`);
    await expect.poll(() => item("Runs").textContent()).toBe("not known of then");
    await item("Runs").getByRole("button").click();
    await dialog().getByText("of the one before it the server keeps no note").waitFor();
  });
});
