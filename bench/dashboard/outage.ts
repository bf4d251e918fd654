/** What an open page shows of a server that is killed and comes back, and of SQL that is saved. */
import type { Page } from "playwright-core";
import type { ServerProcess } from "../../test/browser/server-process.ts";
import { type LivePage, readingsOf, send } from "./live-page.ts";

const timeoutMs = 60_000;

/** Resolves with the time, by the machine's clock, of the frame in which `condition` of a panel holds. */
function momentOf(page: Page, panel: string, condition: string): Promise<number> {
  return page.evaluate(`new Promise((resolve, reject) => {
    const endMs = performance.now() + ${timeoutMs};
    const look = () => {
      const panel = document.getElementById(${JSON.stringify(panel)});
      const number = Number(panel?.querySelector("p[title]")?.title);
      if (panel !== null && (${condition})) resolve(performance.timeOrigin + performance.now());
      else if (performance.now() > endMs) reject(new Error("never: " + panel?.innerText));
      else requestAnimationFrame(look);
    };
    look();
  })`) as Promise<number>;
}

const now = () => performance.timeOrigin + performance.now();

export interface Outage {
  readonly noticedMs: number;
  /** Since the server listens again. */
  readonly currentMs: number;
}

/** `panel` counts readings of the line `pixel`. */
export async function measureOutage(
  page: Page,
  server: ServerProcess,
  panel: string,
  settings: readonly string[],
): Promise<Outage> {
  const before = Number(await page.locator(`#${panel} p[title]`).getAttribute("title"));
  const noticed = momentOf(page, panel, `panel.dataset.state === "reconnecting"`);
  const killedMs = now();
  await server.kill();
  const noticedMs = (await noticed) - killedMs;
  await page.waitForTimeout(4_000);
  const current = momentOf(page, panel, `panel.dataset.state === "live" && number === ${before + 1}`);
  await server.start(settings);
  const backMs = now();
  await send(server.url, readingsOf(["pixel"]));
  return { noticedMs, currentMs: (await current) - backMs };
}

/** From saving the file of a view until the page shows what it answers now. */
export async function measureSaves(
  page: Page,
  project: LivePage,
  panel: string,
  times: number,
): Promise<number[]> {
  const waits: number[] = [];
  for (let time = 1; time <= times; time++) {
    const from = time * 1_000_000;
    const shown = momentOf(page, panel, `number >= ${from} && number < ${from + 1_000_000}`);
    const savedMs = now();
    project.countFrom(from);
    waits.push((await shown) - savedMs);
    await page.waitForTimeout(1_000);
  }
  return waits;
}
