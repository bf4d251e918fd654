/** The page of twenty panels that the benchmark of the dashboard has, and a server that can be killed. */
import type { Browser, Page as BrowserPage } from "playwright-core";
import { expect } from "vitest";
import { type LivePage, lines, sendSteadily, writeLivePage } from "../../bench/dashboard/live-page.ts";
import { QuickwaterHttp } from "../../src/client/index.ts";
import { launchChromium } from "./chromium.ts";
import { panelsSettled, panelTexts, showAsTables } from "./oracle/page-texts.ts";
import { freePort, ServerProcess } from "./server-process.ts";

export interface OpenLivePage {
  readonly browser: Browser;
  readonly server: ServerProcess;
  readonly page: BrowserPage;
  close(): Promise<void>;
}

export async function openLivePage(): Promise<OpenLivePage> {
  const project: LivePage = writeLivePage();
  const server = new ServerProcess({
    port: await freePort(),
    dataFolder: project.data,
    project: project.folder,
  });
  const [browser] = await Promise.all([launchChromium(), server.start()]);
  const viewport = { width: 1280, height: 900 };
  const page = await browser.newPage({ viewport, locale: "en-US", timezoneId: "UTC" });
  await page.goto(`${server.url}/pages/twenty`);
  return {
    browser,
    server,
    page,
    async close() {
      await browser.close();
      await server.kill();
      project.remove();
    },
  };
}

/** Charts that show every window of a line, as tables show them exactly. */
const charts = lines.slice(0, 6).map((line) => ({ line, title: `${line} by time`, id: `${line}-by-time` }));

/**
 * The server is killed and started again while readings come; then every point of every chart is a row of the
 * view, and every row a point.
 */
export async function expectWholeAfterOutage({ page, server }: OpenLivePage, seconds: number): Promise<void> {
  const load = sendSteadily(server.url, 10, "goes on");
  await page.waitForTimeout(3_000);
  await panelsSettled(page);
  await showAsTables(
    page,
    charts.map(({ title }) => title),
  );
  const states = async () => [...new Set(Object.values(await panelTexts(page)).map(({ state }) => state))];
  await expect.poll(states).toEqual(["live"]);
  await server.kill();
  await page.waitForTimeout(seconds * 1_000);
  expect(await states()).toEqual(["reconnecting"]);
  await server.start();
  await expect.poll(states, { timeout: 10_000 }).toEqual(["live"]);
  await page.waitForTimeout(3_000);
  const { sent, failed } = await load.end();
  expect(sent).toBeGreaterThan(20);
  expect(failed).toBeGreaterThan(0);
  const http = new QuickwaterHttp({ url: server.url });
  for (const [place, { line, id }] of charts.entries()) {
    const where = `line = '${line}'`;
    const value = place < 3 ? "readings" : "total";
    const points = async () => {
      const shown = (await panelTexts(page))[id]?.twin?.rows ?? [];
      return shown.filter((cells) => cells[2] !== "no row").map((cells) => cells.slice(0, 2));
    };
    const rows = async () => {
      const answer = await http.getView("per_ten_seconds", { where, limit: 1_000 });
      return answer.rows.map((row) => [String(row.window_start), String(row[value])]).toSorted();
    };
    const wanted = await rows();
    expect(wanted.length).toBeGreaterThan(1);
    await expect.poll(async () => (await points()).toSorted(), { timeout: 10_000 }).toEqual(wanted);
  }
}
