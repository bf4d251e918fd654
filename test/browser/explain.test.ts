/** What is behind a number: from the panel to the events that were sent, on a real server. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Server } from "../../src/server.ts";
import type { EventsAnswer, ViewAnswer } from "../../src/serving/answers.ts";
import { fileScratchFolder } from "../support/scratch-folder.ts";
import { expectAccessible, noBrowser, takePicture } from "./chromium.ts";
import { type ShownProject, showProject } from "./shown-project.ts";

const view = `CREATE MATERIALIZED VIEW per_minute AS
SELECT window_start, window_end, shop, COUNT(*) AS orders, SUM(amount) AS revenue
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, shop`;

const files = {
  "quickwater.yaml": "name: small",
  "sql/all.sql": `CREATE TABLE orders (
  id STRING NOT NULL, shop STRING NOT NULL, amount DECIMAL(10, 2) NOT NULL, ts TIMESTAMP_LTZ(3) NOT NULL,
  WATERMARK FOR ts AS ts - INTERVAL '2' SECOND
) WITH ('idle-timeout' = '1 h', 'dedup-key' = 'id');
${view};
`,
  "endpoints/totals.yaml": `path: /totals
summary: All there ever were
parameters:
  shop: { type: string, default: null }
sql: |
  SELECT shop, SUM(orders) AS orders FROM per_minute WHERE :shop IS NULL OR shop = :shop GROUP BY shop
`,
  "dashboards/kinds.yaml": `title: Kinds
rows:
  - - series: Revenue by shop
      view: per_minute
      time: window_start
      value: sum(revenue)
      by: shop
      format: money EUR
  - - bars: Shops
      view: per_minute
      time: window_start
      by: shop
      value: sum(revenue)
      format: money EUR
    - table: Minutes
      view: per_minute
      time: window_start
      sort: revenue
      columns: { shop: Shop, orders: Orders, revenue: { title: Revenue, format: money EUR } }
      detail: { title: Sent, stream: orders, match: { shop: shop }, columns: { id: Id } }
    - funnel: Steps
      view: per_minute
      steps: { Sent: sum(orders), Minutes: count() }
  - - cohort: Come again
      view: per_minute
      group: shop
      period: orders
      percent: revenue
    - heat-map: When
      view: per_minute
      x: orders
      y: shop
      value: sum(revenue)
    - bubble: Each shop
      view: per_minute
      label: shop
      x: sum(orders)
      y: sum(revenue)
      size: sum(revenue)
  - - places: Where
      view: per_minute
      by: [shop]
      values: { Revenue: sum(revenue) }
    - feed: News
      view: per_minute
      time: window_start
      text: "{shop} sold for {revenue}"
      formats: { revenue: money EUR }
    - status: How it is
      items: { Orders: { view: per_minute, value: sum(orders) } }
`,
  "dashboards/shop.yaml": `title: Shop
rows:
  - title: Sales
    panels:
      - kpi: Revenue
        view: per_minute
        where: revenue > 0
        time: window_start
        value: sum(revenue)
        format: money EUR
      - gauge: A mean order
        view: per_minute
        time: window_start
        value: sum(revenue) / sum(orders)
        max: 100
      - table: Totals
        endpoint: /totals
        parameters: { shop: north }
        columns: { shop: Shop, orders: Orders }
`,
};

const minuteMs = 60_000;
/** Ten minutes ago, so that all of it is in the hour that the page shows. */
const beganMs = Math.floor(Date.now() / minuteMs) * minuteMs - 10 * minuteMs;

function order(id: string, minute: number, second: number, amount: string, shop = "north") {
  return { id, shop, amount, ts: new Date(beganMs + minute * minuteMs + second * 1_000).toISOString() };
}

const first = [
  order("a-1", 0, 5, "10.25"),
  order("a-2", 0, 20, "20.50"),
  order("b-1", 1, 0, "5.00", "south"),
];
const second = [order("c-1", 3, 0, "1.00")];
/** Its minute is over. */
const late = [order("a-3", 0, 30, "2.00")];

describe.skipIf(noBrowser !== undefined)("what is behind a number", () => {
  const [projectFolder, data] = [fileScratchFolder(), fileScratchFolder()];
  let shown: ShownProject;
  let browser: Browser;
  let server: Server;
  let page: Page;

  beforeAll(async () => {
    shown = await showProject(files, { folder: projectFolder, data });
    ({ browser, server } = shown);
    for (const rows of [first, second, late]) await server.engine.send("orders", rows);
    const corrected = async () =>
      expect(await post("/v1/views/per_minute/replay", {})).toMatchObject({ changed: 1 });
    await vi.waitFor(corrected, { timeout: 20_000, interval: 100 });
  });

  afterAll(() => shown?.close());

  beforeEach(() => open(1280, "light"));

  async function open(width: number, colorScheme: "light" | "dark", path = "/pages/shop"): Promise<void> {
    await page?.context().close();
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      colorScheme,
      locale: "en-US",
      timezoneId: "UTC",
    });
    page = await context.newPage();
    await page.goto(server.url + path);
    await page.locator("[data-number]").first().waitFor();
  }

  async function post(path: string, body: object): Promise<unknown> {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(server.url + path, { method: "POST", headers, body: JSON.stringify(body) });
    return await answer.json();
  }

  const panel = (title: string) => page.getByRole("region", { name: title, exact: true });
  const number = (title: string) => panel(title).locator("button[aria-haspopup=dialog]");
  const dialog = () => page.getByRole("dialog");

  async function explainedByMenu(title: string): Promise<void> {
    await panel(title)
      .getByRole("button", { name: `What to do with ${title}` })
      .click();
    await page.getByRole("menuitem", { name: "Explain" }).click();
    await dialog().waitFor();
  }

  /** The panel that has the focus. */
  const focusedIn = () =>
    page.evaluate("document.activeElement.closest('section')?.getAttribute('aria-label')");

  it("the rows are those that the number is of, and the SQL is that of the project", async () => {
    expect(await number("Revenue").textContent()).toBe("€38.75");
    await number("Revenue").click();
    await dialog().getByText("CREATE MATERIALIZED VIEW").waitFor();
    expect(await dialog().locator("pre").first().textContent()).toBe(view);
    const cells = await dialog().locator("[data-column=revenue]").allTextContents();
    // In hundredths: 32.75 and 5.00 and 1.00.
    expect(cells.map((cell) => Math.round(Number(cell) * 100))).toEqual([100, 500, 3_275]);
    expect(await dialog().locator("[data-exact]").textContent()).toBe("38.75 EUR");
    const computed = dialog().getByRole("region", { name: "How it is computed" });
    expect(await computed.textContent()).toContain("sum(revenue)");
    const words = await dialog().getByRole("region", { name: "Of which rows" }).textContent();
    expect(words).toContain("over 3 rows of per_minute from ");
    expect(words).toContain("1 is open and may still change, 1 was corrected");
    expect(words).toContain("revenue > 0");
    expect(await dialog().getByRole("region", { name: "What it reads" }).textContent()).toContain("5 rows");
    await takePicture(page, "explain-kpi");
  });

  it("a corrected row says so, and its events are those that were sent", async () => {
    await number("Revenue").click();
    const row = dialog().locator("[data-state=corrected]");
    await row.getByText("corrected r1", { exact: true }).waitFor();
    await row.getByRole("button", { name: "Events behind" }).click();
    await row.locator("[data-event]").first().waitFor();
    const { events } = (await (await fetch(`${server.url}/v1/streams/orders/events`)).json()) as EventsAnswer;
    const idOf = (name: string) => events.find(({ event }) => event.id === name)!.id;
    // The minute was closed by the time of c-1; what was late stands beside the view.
    const shown = await row.locator("[data-event]").allTextContents();
    expect(shown.slice(-3)).toEqual(["c-1", "a-2", "a-1"].map(idOf));
    const told = row.locator("li").first();
    await told.getByText("1 late event", { exact: true }).waitFor();
    expect(await told.textContent()).toContain("A correction took late rows into it");
    expect(await told.locator("details").textContent()).toContain('"id": "a-3"');
    expect(await told.textContent()).toContain("revenue 30.75 → 32.75");
    await row.locator("summary").last().click();
    await row.getByText('"amount": "10.25"').waitFor();
    await takePicture(page, "explain-events");
  });

  it.each([
    ["light", 1280],
    ["dark", 1280],
    ["light", 390],
    ["dark", 390],
  ] as const)("has no fault of accessibility in %s at %i px", async (theme, width) => {
    await open(width, theme);
    await expectAccessible(page);
    await number("Revenue").click();
    await dialog().getByText("CREATE MATERIALIZED VIEW").waitFor();
    await dialog().getByRole("button", { name: "Events behind" }).first().click();
    await dialog().locator("[data-event]").first().waitFor();
    await takePicture(page, `explain-${theme}-${width}`);
    await expectAccessible(page);
    const box = (await dialog().boundingBox())!;
    expect([box.y, box.height]).toEqual([0, 800]);
    expect(box.x + box.width).toBe(width);
    expect(box.width).toBe(width === 390 ? 390 : 560);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
  });

  it("is opened, read and closed by keys alone, and the focus returns", async () => {
    await number("A mean order").focus();
    await page.keyboard.press("Enter");
    await dialog().getByText("sum(revenue) ÷ sum(orders)").waitFor();
    const focused = "document.querySelector('[role=dialog]')?.contains(document.activeElement)";
    await expect.poll(() => page.evaluate(focused)).toBe(true);
    const label = "document.activeElement.getAttribute('aria-label') ?? ''";
    for (let presses = 0; !String(await page.evaluate(label)).startsWith("Events behind"); presses++) {
      expect(presses).toBeLessThan(20);
      await page.keyboard.press("Tab");
      expect(await page.evaluate(focused)).toBe(true);
    }
    await page.keyboard.press("Enter");
    await dialog().locator("[data-event]").first().waitFor();
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
    await expect.poll(focusedIn).toBe("A mean order");
  });

  it("says what an endpoint was asked and answered, and returns to the menu", async () => {
    await explainedByMenu("Totals");
    await dialog().getByText("GET /totals?shop=north", { exact: true }).waitFor();
    const answer = await (await fetch(`${server.url}/totals?shop=north`)).json();
    expect(JSON.parse((await dialog().locator("pre").textContent())!)).toEqual(answer);
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
    await expect.poll(focusedIn).toBe("Totals");
  });

  it("says that the events cannot be told while the server is away, and asks again", async () => {
    await number("Revenue").click();
    await page.route("**/v1/explain/**", (route) => route.abort());
    const row = dialog().locator("[data-state=open]");
    await row.getByRole("button", { name: "Events behind" }).click();
    await row.getByRole("alert").waitFor();
    await page.unroute("**/v1/explain/**");
    await row.getByRole("button", { name: "Try again" }).click();
    await row.locator("[data-event]").first().waitFor();
  });
  /** What the dialog says: its title, the number, and which rows are behind it: "north 0". */
  async function explained(): Promise<readonly (string | null | readonly string[])[]> {
    await dialog().getByText("CREATE MATERIALIZED VIEW").waitFor();
    const title = await dialog().getByRole("heading", { level: 2 }).textContent();
    const number = await dialog().locator("[data-exact]").first().textContent();
    const keys = (await page.evaluate(
      "[...document.querySelectorAll('[role=dialog] [data-row]')].map((row) => row.dataset.row)",
    )) as string[];
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
    return [title, number, keys.map(rowName).toSorted()];
  }

  function rowName(key: string): string {
    const [shop, startMs] = [/north|south/.exec(key)?.[0], Date.parse(/\d{4}-[^"]+Z/.exec(key)![0])];
    return `${shop} ${(startMs - beganMs) / minuteMs}`;
  }

  const minuteWords = (minute: number) => new Date(beganMs + minute * minuteMs).toISOString().slice(11, 16);
  const firstMinute = `${minuteWords(0)} – ${minuteWords(1)}`;
  const ofNorth = ["north 0", "north 3"];

  it("a number of each kind is pressed with the mouse, and is of its own rows", async () => {
    await open(1280, "light", "/pages/kinds");
    const chart = panel("Revenue by shop").getByRole("application");
    await chart.scrollIntoViewIfNeeded();
    const { x, y } = (await chart.boundingBox())!;
    await page.mouse.move(x + 90, y + 30);
    await chart.locator(".chart-tip").waitFor();
    await page.mouse.click(x + 90, y + 30);
    expect(await explained()).toEqual([`Revenue by shop, ${firstMinute}, north`, "32.75 EUR", ["north 0"]]);
    // In hundredths, as the API has it.
    const { rows } = (await (await fetch(`${server.url}/v1/views/per_minute`)).json()) as ViewAnswer;
    const north = rows.filter(({ shop }) => shop === "north").map(({ revenue }) => Number(revenue) * 100);
    expect(north.toSorted((one, other) => one - other)).toEqual([100, 3_275]);
    const press = async (title: string, text: string | RegExp) => {
      await panel(title).locator("[data-number], td").getByText(text, { exact: true }).first().click();
      return await explained();
    };
    expect(await press("Shops", "€33.75")).toEqual(["Shops, north", "33.75 EUR", ofNorth]);
    expect(await press("Minutes", "€32.75")).toEqual(["Minutes, north, Revenue", "32.75 EUR", ["north 0"]]);
    expect(await press("Steps", /^2$/)).toEqual([
      "Steps, Minutes, Dropped off",
      "2",
      [...ofNorth, "south 1"],
    ]);
    expect(await press("Come again", "32.8%")).toEqual([
      "Come again, north, period 3",
      "32.75 %",
      ["north 0"],
    ]);
    expect(await press("When", "32.75")).toEqual(["When, north, 3", "32.75", ["north 0"]]);
    expect(await press("Where", "33.75")).toEqual(["Where, north, Revenue", "33.75", ofNorth]);
    expect(await press("News", "€5.00")).toEqual(["News, revenue", "5.00 EUR", ["south 1"]]);
    expect(await press("How it is", "5")).toEqual(["How it is, Orders", "5", [...ofNorth, "south 1"]]);
  });

  it("all of it goes by keys alone, and the focus returns to where it was", async () => {
    await open(1280, "light", "/pages/kinds");
    const press = async (...keys: readonly string[]) => {
      for (const key of keys) await page.keyboard.press(key);
      const told = await explained();
      return [...told, await focusedIn()];
    };
    await panel("Revenue by shop").getByRole("application").focus();
    const point = ["Revenue by shop, ".concat(firstMinute), "32.75 EUR", ["north 0"], "Revenue by shop"];
    expect(await press("Home", "Enter")).toEqual(point);
    await panel("Minutes").getByRole("region").focus();
    const cell = ["Minutes, north, Orders", "1", ["north 3"], "Minutes: rows"];
    expect(await press("ArrowDown", "Enter")).toEqual(cell);
    expect((await press("ArrowRight", "Enter")).slice(0, 2)).toEqual(["Minutes, north, Revenue", "1.00 EUR"]);
    await panel("When").locator("td[tabindex='0']").focus();
    expect(await press("End", "Enter")).toEqual(["When, north, 3", "32.75", ["north 0"], "When"]);
    await panel("Each shop").locator("[role=img][tabindex]").focus();
    expect(await press("ArrowRight", "Enter")).toEqual(["Each shop, south", "1", ["south 1"], "Each shop"]);
  });

  it("cells of a table tell the same, corrections lead to their rows, all are one click away", async () => {
    await open(1280, "light", "/pages/kinds");
    await panel("Revenue by shop").getByRole("button", { name: "corrected: 1 point" }).click();
    await dialog().locator("[data-row]").waitFor();
    expect(await dialog().locator("[data-row]").count()).toBe(1);
    // Nobody had to ask for what became of it.
    await dialog().getByText("1 late event", { exact: true }).waitFor();
    expect(await dialog().locator("details").first().textContent()).toContain('"id": "a-3"');
    await dialog().getByRole("button", { name: "All that the panel shows" }).click();
    await expect.poll(() => dialog().locator("[data-row]").count()).toBe(3);
    await takePicture(page, "explain-corrected");
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
    await panel("Each shop").getByRole("button", { name: "What to do with Each shop" }).click();
    await page.getByRole("menuitem", { name: "Show as a table" }).click();
    await panel("Each shop").getByRole("button", { name: "33.75" }).first().click();
    expect(await explained()).toEqual(["Each shop, north, y", "33.75", ofNorth]);
    await expectAccessible(page);
  });
});
