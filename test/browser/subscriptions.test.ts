/** What a page asks for over its live socket, and when: each row once, what is seen first before the rest. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page as BrowserPage } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { QuickwaterHttp } from "../../src/client/index.ts";
import type { SubscribeMessage } from "../../src/serving/protocol.ts";
import { launchChromium, noBrowser } from "./chromium.ts";
import { panelsSettled, panelTexts } from "./oracle/page-texts.ts";
import { freePort, ServerProcess } from "./server-process.ts";

const sql = `CREATE TABLE orders (
  id STRING NOT NULL, name STRING, amount BIGINT, ts TIMESTAMP_LTZ(3) NOT NULL,
  WATERMARK FOR ts AS ts
);
CREATE MATERIALIZED VIEW per_minute AS
SELECT window_start, window_end, COUNT(*) AS orders, SUM(amount) AS total
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;
CREATE MATERIALIZED VIEW names_per_second AS
SELECT window_start, window_end, name, SUM(amount) AS total
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' SECOND)) GROUP BY window_start, window_end, name;
CREATE MATERIALIZED VIEW by_name WITH ('retention' = '1 d') AS
SELECT name, COUNT(*) AS orders FROM orders GROUP BY name;
`;
/** Two numbers of the same rows, then room for more than a window, then what is further down. */
const page = `title: Subscriptions
span: 1h
rows:
  - - { kpi: Orders, view: per_minute, time: window_start, value: latest(orders) }
    - { kpi: Total, view: per_minute, time: window_end, value: latest(total) }
    - { bars: Newest second, view: names_per_second, newest: window_end, by: name, value: sum(total) }
  - - { table: Names, view: by_name, rows: 12, columns: { name: Name, orders: Orders } }
  - - { table: Again, view: by_name, where: orders > 0, rows: 12, columns: { name: Name, orders: Orders } }
  - - { kpi: Last, view: by_name, where: orders >= 0, value: count() }
`;
const hourMs = 3_600_000;

describe.skipIf(noBrowser !== undefined)("what a page asks for", () => {
  const project = mkdtempSync(join(tmpdir(), "quickwater-subscriptions-"));
  const dataFolder = mkdtempSync(join(tmpdir(), "quickwater-subscriptions-data-"));
  let server: ServerProcess;
  let http: QuickwaterHttp;
  let browser: Browser;
  let tab: BrowserPage;
  let asked: SubscribeMessage[];

  beforeAll(async () => {
    for (const [path, text] of [
      ["quickwater.yaml", "name: subscriptions\n"],
      ["sql/orders.sql", sql],
      ["dashboards/page.yaml", page],
    ] as const) {
      mkdirSync(join(project, path, ".."), { recursive: true });
      writeFileSync(join(project, path), text);
    }
    server = new ServerProcess({ port: await freePort(), dataFolder, project });
    http = new QuickwaterHttp({ url: server.url });
    [browser] = await Promise.all([launchChromium(), server.start()]);
    for (const [name, hoursAgo] of [
      ["oldest", 9],
      ["older", 8],
      ["old", 7],
    ] as const) {
      await send(name, -hoursAgo * hourMs);
    }
  });

  afterAll(async () => {
    await browser?.close();
    await server?.kill();
    for (const folder of [project, dataFolder]) rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    tab = await browser.newPage({ viewport: { width: 1280, height: 600 }, locale: "en-US" });
    asked = [];
    tab.on("websocket", (socket) => socket.on("framesent", ({ payload }) => hear(String(payload))));
  });

  function hear(text: string): void {
    const message = JSON.parse(text) as SubscribeMessage;
    if (message.type === "subscribe") asked.push(message);
  }

  async function send(name: string, agoMs: number): Promise<void> {
    const event = { id: name, name, amount: 1, ts: new Date(Date.now() + agoMs).toISOString() };
    const { accepted } = await http.sendEvents("orders", [event], { wait: "by_name" });
    expect(accepted).toBe(1);
  }

  const open = async () => {
    await tab.goto(`${server.url}/pages/page`);
    await panelsSettled(tab);
  };
  const of = (view: string) => asked.filter((each) => each.view === view);

  it("rows that two numbers are of come once, with the columns of both", async () => {
    await open();
    expect(of("per_minute").map(({ columns }) => columns)).toEqual([
      ["orders", "total", "window_end", "window_start"],
    ]);
  });

  it("what is further down is asked for behind what is seen, and is there all the same", async () => {
    // What is seen has not answered for a while.
    let pass = (): void => {};
    const held = new Promise<void>((resolve) => {
      pass = resolve;
    });
    tab.removeAllListeners("websocket");
    await tab.routeWebSocket(/\/v1\/live$/, (route) => {
      const to = route.connectToServer();
      route.onMessage((message) => {
        hear(String(message));
        to.send(message);
      });
      to.onMessage((message) => {
        if (JSON.parse(String(message)).type === "hello") route.send(message);
        else void held.then(() => route.send(message));
      });
    });
    await tab.goto(`${server.url}/pages/page`);
    await expect.poll(() => of("by_name").length).toBe(1);
    await tab.waitForTimeout(500);
    expect(of("by_name").map(({ where }) => where)).toEqual([undefined]);
    pass();
    await expect.poll(() => of("by_name").length).toBe(3);
    await panelsSettled(tab);
    expect((await panelTexts(tab)).last?.value).toBe("3");
  });

  it("of the newest moment only rows of a while are asked for, and all where those are none", async () => {
    await open();
    const bounds = () => of("names_per_second").map(({ where }) => where !== undefined);
    expect(bounds()).toEqual([true, false]);
    expect((await panelTexts(tab))["newest-second"]?.named).toEqual([["old", "1"]]);
    await send("new", 0);
    // By the clock.
    const closed = async () => (await http.getView("names_per_second")).rows.map(({ name }) => name);
    await expect.poll(closed, { timeout: 15_000 }).toContain("new");
    asked = [];
    await open();
    expect(bounds()).toEqual([true]);
    expect((await panelTexts(tab))["newest-second"]?.named).toEqual([["new", "1"]]);
  });
});
