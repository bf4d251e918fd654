/** A session without rights, and a server of another version: the page stays, and each panel says why. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { fileScratchFolder } from "../support/scratch-folder.ts";
import { type BetweenProxy, proxyBefore } from "./between-proxy.ts";
import { expectAccessible, noBrowser, takePicture } from "./chromium.ts";
import { type ShownProject, showProject } from "./shown-project.ts";

const files = {
  "quickwater.yaml": "name: small",
  "sql/all.sql": `CREATE TABLE orders (shop STRING NOT NULL, amount DECIMAL(10, 2) NOT NULL);
CREATE MATERIALIZED VIEW open_to_all WITH ('retention' = '1 d') AS
SELECT shop, COUNT(*) AS orders FROM orders GROUP BY shop;
CREATE MATERIALIZED VIEW salaries WITH ('retention' = '1 d') AS
SELECT shop, SUM(amount) AS paid FROM orders GROUP BY shop;
`,
  "endpoints/paid.yaml": "path: /paid\nsummary: All that was paid\nsql: SELECT paid FROM salaries\n",
  "dashboards/shop.yaml": `title: Shop
rows:
  - - kpi: Orders
      view: open_to_all
      value: sum(orders)
    - kpi: Paid
      view: salaries
      value: sum(paid)
    - kpi: Asked
      endpoint: /paid
      value: sum(paid)
`,
};

const refusal = {
  message: "This session may not read salaries.",
  hint: "Ask who keeps the keys for the right to it.",
};
const problem = {
  type: "urn:quickwater:error:request.forbidden",
  title: refusal.message,
  status: 403,
  detail: refusal.hint,
  code: "request.forbidden",
};
/** A page that is loaded anew asks for all of it, on a machine that does other things too. */
const slow = { timeout: 15_000 };
const forbidden = { status: 403, body: problem };

describe.skipIf(noBrowser !== undefined)("between the page and its server", () => {
  const [folder, data] = [fileScratchFolder(), fileScratchFolder()];
  let shown: ShownProject;
  let proxy: BetweenProxy;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    shown = await showProject(files, { folder, data });
    ({ browser } = shown);
    proxy = await proxyBefore(shown.server.url);
    await shown.server.engine.send("orders", [
      { shop: "north", amount: "7.50" },
      { shop: "south", amount: "1.00" },
    ]);
  });

  afterAll(async () => {
    await proxy?.close();
    await shown?.close();
  });

  afterEach(async () => {
    proxy.between = {};
    await page.close();
  });

  const panel = (title: string) => page.getByRole("region", { name: title, exact: true });
  const stateOf = (title: string) => panel(title).getAttribute("data-state");
  const numberOf = (title: string) => panel(title).locator("[data-number]").first().textContent();

  async function open(path = "/pages/shop"): Promise<void> {
    page = await browser.newPage({
      viewport: { width: 1280, height: 800 },
      locale: "en-US",
      timezoneId: "UTC",
    });
    await page.goto(proxy.url + path);
  }

  it("a view and an endpoint that the session may not read say so, and the others go on", async () => {
    proxy.between = {
      answer: (path) => (/^\/paid|^\/v1\/(views|why|explain)\/salaries/.test(path) ? forbidden : undefined),
      fromPage: ({ type, view, id }) =>
        type === "subscribe" && view === "salaries"
          ? { type: "error", id, code: problem.code, ...refusal }
          : undefined,
    };
    await open();
    for (const title of ["Paid", "Asked"]) {
      await panel(title).getByRole("alert").getByText(refusal.message).waitFor();
      await panel(title).getByText(refusal.hint).waitFor();
      expect(await stateOf(title)).toBe("failed");
    }
    await expect.poll(() => numberOf("Orders"), slow).toBe("2");
    expect(await stateOf("Orders")).toBe("live");
    await takePicture(page, "rights-refused");
    await expectAccessible(page);
    // As it was then it may not be read either.
    await page.goto(`${proxy.url}/pages/shop?at=${new Date().toISOString()}`);
    await panel("Paid").getByRole("alert").getByText(refusal.message).waitFor();
    await expect.poll(() => numberOf("Orders"), slow).toBe("2");
    // Somebody gives the right to it: the panel has its rows without the page being loaded again.
    await page.goto(`${proxy.url}/pages/shop`);
    await panel("Paid").getByRole("alert").waitFor();
    proxy.between = {};
    await panel("Paid").getByRole("button", { name: "Try again" }).click();
    await expect.poll(() => numberOf("Paid"), slow).toBe("8.5");
  });

  it("pages that the session may not see are said to be so, and can be asked for again", async () => {
    proxy.between = { answer: (path) => (path.startsWith("/v1/pages") ? forbidden : undefined) };
    await open("/");
    await page.getByRole("alert").getByText(refusal.message).waitFor();
    proxy.between = {};
    await page.getByRole("button", { name: "Try again" }).click();
    await panel("Orders").waitFor();
  });

  it("a server that became another version leaves the last values, dimmed, and wants a reload", async () => {
    await open();
    await expect.poll(() => numberOf("Paid"), slow).toBe("8.5");
    proxy.between = {
      fromServer: (message) => (message.type === "hello" ? { ...message, protocol: 2 } : undefined),
    };
    proxy.cut();
    await expect.poll(() => stateOf("Paid"), { timeout: 10_000 }).toBe("disconnected");
    expect(await panel("Paid").getAttribute("data-dimmed")).toBe("true");
    await panel("Paid")
      .getByText(/^another version, reload/)
      .waitFor();
    expect(await numberOf("Paid")).toBe("8.5");
    await page.getByRole("button", { name: "Reload: the server is another version" }).waitFor();
    // What is asked by itself is of no version.
    await expect.poll(() => stateOf("Asked"), slow).toBe("live");
    await takePicture(page, "version-other");
  });

  it("a page that was never of the server's version says so in each panel", async () => {
    proxy.between = {
      fromServer: (message) => (message.type === "hello" ? { ...message, protocol: 2 } : undefined),
    };
    await open();
    for (const title of ["Orders", "Paid"]) {
      await panel(title).getByText("The server is of another version than this page.").waitFor();
      expect(await stateOf(title)).toBe("disconnected");
    }
    await expectAccessible(page);
    proxy.between = {};
    await panel("Paid").getByRole("button", { name: "Load again" }).click();
    await expect.poll(() => numberOf("Paid"), slow).toBe("8.5");
  });

  it("a kind of panel that the page does not know is said in its place", async () => {
    await open();
    const told = await (await fetch(`${proxy.url}/v1/pages/shop`)).json();
    const body = JSON.parse(JSON.stringify(told).replace('"kind":"kpi"', '"kind":"hologram"')) as object;
    proxy.between = { answer: (path) => (path === "/v1/pages/shop" ? { status: 200, body } : undefined) };
    await page.reload();
    await panel("Orders")
      .getByText(/older than its server: it does not know panels of the kind hologram/)
      .waitFor();
    await expect.poll(() => numberOf("Paid"), slow).toBe("8.5");
  });
});
