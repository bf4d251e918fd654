/** Each state of a panel by its real cause, on a small project of the test's own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page as BrowserPage, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { QuickwaterHttp } from "../../src/client/index.ts";
import { expectAccessible, launchChromium, noBrowser, takePicture } from "./chromium.ts";
import { panelsSettled, panelTexts, showAsTables } from "./oracle/page-texts.ts";
import { freePort, ServerProcess } from "./server-process.ts";

const orders = `CREATE TABLE orders (
  id STRING NOT NULL, name STRING, amount DECIMAL(36, 4), ts TIMESTAMP_LTZ(3) NOT NULL, WATERMARK FOR ts AS ts
);
CREATE MATERIALIZED VIEW per_minute AS
SELECT window_start, window_end, COUNT(*) AS orders
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;
CREATE MATERIALIZED VIEW by_name WITH ('retention' = '1 d') AS
SELECT name, COUNT(*) AS orders, SUM(amount) AS total, MAX(ts) AS newest FROM orders GROUP BY name;
`;
const shares = `CREATE MATERIALIZED VIEW shares WITH ('retention' = '1 d') AS
SELECT name, 100 / COUNT(amount) AS share FROM orders GROUP BY name;
`;
const minutes = `path: /minutes
summary: Minutes with so many orders
parameters:
  least: { type: integer }
sql: SELECT orders FROM per_minute WHERE orders >= :least
`;
const page = `title: States
span: 1h
rows:
  - - kpi: Orders
      view: per_minute
      time: window_start
      value: sum(orders)
    - kpi: Share
      view: shares
      value: max(share)
    - kpi: Unasked
      endpoint: /minutes
      value: max(orders)
    - kpi: Misspelt
      view: by_name
      value: total(orders)
  - - series: Orders per minute
      view: per_minute
      time: window_start
      value: sum(orders)
    - bars: Totals
      view: by_name
      by: name
      value: total
      limit: 8
  - - table: Names
      view: by_name
      sort: name
      columns: { name: Name, orders: Orders, total: Total }
    - feed: Newest
      view: by_name
      time: newest
      text: "{name}: {total}"
`;

function projectWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "quickwater-states-"));
  for (const [path, text] of Object.entries({ "quickwater.yaml": "name: states\n", ...files })) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const hostile = {
  html: "<img src=x onerror=document.title='pwned'>",
  rightToLeft: "مستخدم ١٢٣",
  amount: "99999999999999999999999999999999.1234",
};

describe.skipIf(noBrowser !== undefined)("what panels say of themselves", () => {
  const project = projectWith({
    "sql/1-orders.sql": orders,
    "sql/2-shares.sql": shares,
    "endpoints/minutes.yaml": minutes,
    "dashboards/states.yaml": page,
  });
  const dataFolder = mkdtempSync(join(tmpdir(), "quickwater-states-data-"));
  let server: ServerProcess;
  let http: QuickwaterHttp;
  let browser: Browser;
  let tab: BrowserPage;
  let sent = 0;

  beforeAll(async () => {
    server = new ServerProcess({ port: await freePort(), dataFolder, project });
    http = new QuickwaterHttp({ url: server.url });
    [browser] = await Promise.all([launchChromium(), server.start(["--watch"])]);
    tab = await browser.newPage({
      viewport: { width: 1280, height: 900 },
      locale: "en-US",
      timezoneId: "UTC",
    });
    await tab.goto(`${server.url}/pages/states`);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.kill();
    for (const folder of [project, dataFolder]) rmSync(folder, { recursive: true, force: true });
  });

  const panel = (title: string): Locator => tab.getByRole("region", { name: title, exact: true });
  const stateOf = (title: string) => panel(title).getAttribute("data-state");
  const numberOf = async (id: string) => (await panelTexts(tab))[id]?.value;

  async function send(events: readonly { readonly name: string | null; readonly amount: string | null }[]) {
    const ts = new Date().toISOString();
    const rows = events.map((event) => ({ id: `o-${sent++}`, ts, ...event }));
    expect(await http.sendEvents("orders", rows)).toMatchObject({ accepted: rows.length, rejected: [] });
  }

  it("X5: without rows a panel says why, in the server's words", async () => {
    await panelsSettled(tab);
    for (const [title, view] of [
      ["Orders", "per_minute"],
      ["Totals", "by_name"],
    ] as const) {
      await panel(title).getByText("No rows yet.").waitFor();
      await panel(title)
        .getByText((await http.getWhy(view)).summary)
        .waitFor();
    }
    await takePicture(tab, "states-empty");
    await expectAccessible(tab);
  });

  it("an answer that the server refuses fails its panel alone, and can be tried again", async () => {
    await expect.poll(() => stateOf("Unasked")).toBe("failed");
    await panel("Unasked").getByRole("alert").getByText("least").first().waitFor();
    await panel("Unasked").getByRole("button", { name: "Try again" }).click();
    await expect.poll(() => stateOf("Unasked")).toBe("failed");
  });

  it("a mistake of the page's file stands in its panel, with its line", async () => {
    expect(await stateOf("Misspelt")).toBe("broken");
    await panel("Misspelt")
      .getByText(/dashboards\/states\.yaml:16$/)
      .waitFor();
    await panel("Misspelt")
      .getByText(/one of latest, sum, min, max, count/)
      .waitFor();
    await tab.getByRole("link", { name: /^States.*1 of it cannot be shown$/ }).waitFor();
  });

  it("fills as events come, without anybody asking", async () => {
    await send([
      { name: "ada", amount: "12.5000" },
      { name: "bob", amount: "0.1000" },
      { name: "bob", amount: "0.2000" },
    ]);
    await expect.poll(() => numberOf("orders"), { timeout: 5_000 }).toBe("3");
    const byName = async () => {
      const { totals, names, share } = await panelTexts(tab);
      return [totals?.named, names?.cells, share?.value];
    };
    await expect.poll(byName).toEqual([
      [
        ["ada", "12.5000"],
        ["bob", "0.3000"],
      ],
      [
        ["ada", "1", "12.5000"],
        ["bob", "2", "0.3000"],
      ],
      "100",
    ]);
  });

  it("shows hostile values as what they are", async () => {
    await send([
      { name: hostile.html, amount: "1.0000" },
      { name: hostile.rightToLeft, amount: "-5.0000" },
      { name: "digits", amount: hostile.amount },
      { name: null, amount: "7.0000" },
    ]);
    await expect.poll(async () => (await panelTexts(tab)).names?.cells.length).toBe(6);
    const { names, totals } = await panelTexts(tab);
    const cells = names?.cells.map(([name, , total]) => [name, total]);
    const wanted = [
      [hostile.html, "1.0000"],
      [hostile.rightToLeft, "-5.0000"],
      ["digits", hostile.amount],
    ];
    expect(cells).toEqual(expect.arrayContaining([...wanted, ["no value", "7.0000"]]));
    expect(totals?.named).toEqual(expect.arrayContaining([...wanted, ["none", "7.0000"]]));
    for (const [name, total] of wanted) {
      await panel("Newest")
        .locator("li p[title]", { hasText: `${name}: ` })
        .waitFor();
      expect(await panel("Newest").locator(`bdi[title="${total}"]`).count()).toBeLessThanOrEqual(1);
    }
    expect(await tab.title()).not.toContain("pwned");
    expect(await panel("Newest").locator("img").count()).toBe(0);
    await takePicture(tab, "states-hostile");
    await expectAccessible(tab);
  });

  it("a view that goes is said where it is shown, and shown again when it is back", async () => {
    const file = join(project, "sql/1-orders.sql");
    const less = orders.slice(0, orders.indexOf("CREATE MATERIALIZED VIEW by_name"));
    writeFileSync(file, less);
    await expect.poll(() => stateOf("Names"), { timeout: 20_000 }).toMatch(/^(stopped|failed|broken)$/);
    expect(await stateOf("Orders")).toBe("live");
    await takePicture(tab, "states-view-gone");
    writeFileSync(file, orders);
    await expect
      .poll(async () => (await http.getViews()).views.map(({ name }) => name), { timeout: 20_000 })
      .toContain("by_name");
    for (const title of ["Names", "Totals", "Newest"]) {
      const again = panel(title).getByRole("button", { name: "Try again" });
      const tryAgain = async () => {
        // Panels of one subscription are asked for together: the button may be gone while it is pressed.
        if ((await again.count()) > 0) await Promise.allSettled([again.click({ timeout: 500 })]);
        return stateOf(title);
      };
      await expect.poll(tryAgain, { timeout: 20_000 }).toBe("live");
    }
    await expect.poll(async () => (await panelTexts(tab)).names?.cells.length, { timeout: 20_000 }).toBe(6);
  });

  it("a view that was stopped keeps its last rows, dimmed, and the others go on", async () => {
    await send([{ name: "nothing", amount: null }]);
    await expect.poll(() => stateOf("Share"), { timeout: 5_000 }).toBe("stopped");
    expect(await panel("Share").getAttribute("data-dimmed")).toBe("true");
    await panel("Share")
      .getByText(/This view was stopped, and these are its last rows: .*zero/)
      .waitFor();
    await send([{ name: "ada", amount: "1.0000" }]);
    await expect.poll(() => numberOf("orders")).toBe("9");
    await takePicture(tab, "states-stopped");
  });

  it("S14: says within 2 s that it reconnects, and is current 3 s after the return", async () => {
    await showAsTables(tab, ["Orders per minute"]);
    await server.kill();
    await expect.poll(() => stateOf("Orders"), { timeout: 2_000, interval: 50 }).toBe("reconnecting");
    expect(await panel("Orders").getAttribute("data-dimmed")).toBe("true");
    expect(await numberOf("orders")).toBe("9");
    await tab.getByRole("button", { name: /^Reconnecting/ }).waitFor();
    await takePicture(tab, "states-reconnecting");
    await server.start(["--watch"]);
    await expect.poll(() => stateOf("Orders"), { timeout: 3_000, interval: 50 }).toBe("live");
    await send([{ name: "ada", amount: "1.0000" }]);
    await expect.poll(() => numberOf("orders")).toBe("10");
    const { rows } = await http.getView("per_minute", { limit: 1_000 });
    const points = rows.map(({ window_start, orders: count }) => [String(window_start), String(count)]);
    const { twin } = (await panelTexts(tab))["orders-per-minute"]!;
    const shown = twin?.rows.filter((cells) => cells[2] !== "no row").map((cells) => cells.slice(0, 2));
    expect(shown).toEqual(points);
  });

  it("is loading on a slow network", async () => {
    const slow = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await slow.routeWebSocket(/\/v1\//, (socket) => {
      const toServer = socket.connectToServer();
      toServer.onMessage((message) => void setTimeout(() => socket.send(message), 1_000));
    });
    await slow.goto(`${server.url}/pages/states`);
    await slow.locator("section[data-state=loading]").first().waitFor();
    await takePicture(slow, "states-loading");
    await panelsSettled(slow);
    await slow.close();
  });

  it("code that a server that is away does not give is there when it is back", async () => {
    const away = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    let refused = 0;
    await away.route(
      /\/assets\/(kind|panel-menu|theme-menu|range-picker|connection-popover)-/,
      async (route) => {
        refused += 1;
        await route.abort("connectionrefused");
      },
    );
    await away.goto(`${server.url}/pages/states`);
    await expect.poll(() => refused).toBeGreaterThan(8);
    expect(await away.getByText("This page broke").count()).toBe(0);
    await away.unrouteAll();
    await panelsSettled(away);
    await away.getByRole("button", { name: "Custom" }).click();
    await away.getByRole("dialog").waitFor();
    await away.close();
  });

  it("what an address says that cannot be read is as if it were not there", async () => {
    const other = await browser.newPage();
    await other.goto(`${server.url}/pages/states?tz=Mars&span=9y&at=noon&every=none`);
    await panelsSettled(other);
    expect(await other.getByText("This page broke").count()).toBe(0);
    expect(await other.getByRole("button", { name: "Resume" }).count()).toBe(0);
    await other.close();
  });

  it("a page that does not exist is said to be none, with the way back", async () => {
    const other = await browser.newPage();
    await other.goto(`${server.url}/pages/nowhere`);
    await other.getByRole("heading", { name: "There is nothing here" }).waitFor();
    await other.getByText("There is no page nowhere.", { exact: true }).waitFor();
    await other
      .getByRole("link", { name: /^States/ })
      .first()
      .click();
    await other.getByRole("heading", { name: "States", level: 1 }).waitFor();
    await other.close();
  });
});

describe.skipIf(noBrowser !== undefined)("a project without pages", () => {
  it("says how to make one", async () => {
    const project = projectWith({ "sql/orders.sql": orders });
    const dataFolder = mkdtempSync(join(tmpdir(), "quickwater-states-data-"));
    const server = new ServerProcess({ port: await freePort(), dataFolder, project });
    const [browser] = await Promise.all([launchChromium(), server.start()]);
    const tab = await browser.newPage();
    await tab.goto(server.url);
    await tab.getByRole("heading", { name: "This project has no pages yet" }).waitFor();
    await expectAccessible(tab);
    await takePicture(tab, "states-no-pages");
    await browser.close();
    await server.kill();
    for (const folder of [project, dataFolder]) rmSync(folder, { recursive: true, force: true });
  });
});
