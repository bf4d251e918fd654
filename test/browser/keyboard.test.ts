/** The demo's pages by keyboard alone: every control, menus, dialogs, the numbers of a chart. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page as BrowserPage } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { QuickwaterHttp } from "../../src/client/index.ts";
import type { PageSummary } from "../../src/serving/pages.ts";
import { launchChromium, noBrowser } from "./chromium.ts";
import { expectReachedByTab, focused } from "./keyboard.ts";
import { panelsSettled, panelTexts } from "./oracle/page-texts.ts";
import { freePort, ServerProcess } from "./server-process.ts";

/** What has the focus, where that is not within the dialog. */
const outsideDialog = `(() => {
  const element = document.activeElement;
  return element.closest("[role=dialog]") === null ? element.outerHTML.slice(0, 300) : null;
})()`;

describe.skipIf(noBrowser !== undefined)("pages of the demo, by keyboard alone", () => {
  const dataFolder = mkdtempSync(join(tmpdir(), "quickwater-keyboard-"));
  let server: ServerProcess;
  let browser: Browser;
  let page: BrowserPage;
  let pages: readonly PageSummary[];

  beforeAll(async () => {
    server = new ServerProcess({ port: await freePort(), dataFolder });
    [browser] = await Promise.all([launchChromium(), server.start(["--backfill", "1h", "--rate", "1"])]);
    await server.says("Filled with", 150_000);
    // Rows that come would be new controls between two others.
    await server.stop();
    await server.start();
    await server.says("Quickwater runs", 150_000);
    ({ pages } = await new QuickwaterHttp({ url: server.url }).getPages());
  }, 200_000);
  afterAll(async () => {
    await browser?.close();
    await server?.kill();
    rmSync(dataFolder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    page = await browser.newPage({
      viewport: { width: 1360, height: 900 },
      locale: "en-US",
      timezoneId: "UTC",
    });
  });
  afterEach(() => page.close());

  async function open(name: string): Promise<void> {
    await page.goto(`${server.url}/pages/${name}`);
    await panelsSettled(page);
    await page
      .getByRole("button", { name: "Theme", exact: true })
      .and(page.locator("[aria-haspopup]"))
      .waitFor();
    await page
      .getByRole("button", { name: /^What to do with/ })
      .first()
      .waitFor();
  }

  it("every control of every page is reached in the order of the page, and marked", async () => {
    expect(pages.length).toBe(8);
    for (const { name } of pages) {
      await open(name);
      await expectReachedByTab(page);
    }
  });

  /** The item of a menu that Enter chooses: it is there a moment behind the menu. */
  const highlighted = (name: string) =>
    page.getByRole("menuitem", { name }).and(page.locator("[data-highlighted]"));

  it("menus and dialogs open and close by keys, and give the focus back", async () => {
    await open("fraud");
    const closes = async (trigger: string | RegExp, role: "menu" | "dialog", key = "Enter") => {
      const opener = page
        .getByRole("button", { name: trigger, exact: true })
        .and(page.locator("[aria-haspopup]"));
      await opener.focus();
      await page.keyboard.press(key);
      await page.getByRole(role).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole(role).waitFor({ state: "detached" });
      await expect.poll(() => focused(page)).toMatch(trigger);
    };
    await closes("Theme", "menu");
    await closes(/^(Live|Connected)/, "dialog", "Space");
    await closes("What to do with Blocked", "menu");
    await page.getByRole("button", { name: "What to do with Blocked" }).focus();
    await page.keyboard.press("Enter");
    await highlighted("Explain").waitFor();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Blocked" });
    await dialog.waitFor();
    for (let stops = 0; stops < 30; stops++) {
      await page.keyboard.press("Tab");
      // Behind its last control a guard has the focus for a moment, and leads back to the first.
      await expect.poll(() => page.evaluate(outsideDialog), { timeout: 3_000, interval: 20 }).toBeNull();
    }
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await expect.poll(() => focused(page)).toBe("What to do with Blocked");
  });

  it("a chart tells its points to arrow keys, and is a table by its menu", async () => {
    await open("fraud");
    const panel = page.getByRole("region", { name: "Payments by decision", exact: true });
    await panel.getByRole("application").focus();
    await page.keyboard.press("End");
    const said = (await panel.locator("[aria-live=polite]").textContent()) ?? "";
    await page.getByRole("button", { name: "What to do with Payments by decision" }).focus();
    await page.keyboard.press("Enter");
    await highlighted("Explain").waitFor();
    await page.keyboard.press("s");
    await highlighted("Show as a table").waitFor();
    await page.keyboard.press("Enter");
    const table = panel.getByRole("region", { name: "Payments by decision, as a table" });
    await table.focus();
    expect(await page.evaluate("document.activeElement.tabIndex")).toBe(0);
    const last = (await panelTexts(page))["payments-by-decision"]?.twin?.rows.findLast(
      ([, count]) => count !== "",
    );
    expect(said).toContain(`Approved ${last?.[1]}`);
  });
});
