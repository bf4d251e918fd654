/**
 * `npm run pictures`: makes the pictures of the README and of the packs' pages: the demo with a day of past,
 * seen by the system's Chromium. Its events come as thinly as those of the past, so that no chart has a step.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { launchChromium } from "../test/browser/launch-chromium.ts";

const root = join(import.meta.dirname, "..");
const images = join(root, "docs", "images");
/** A day of 150,000 events has so many a second. */
const rate = "1.7";
const settleMs = 20_000;

interface Picture {
  readonly page: string;
  readonly file: string;
  readonly colorScheme?: "dark";
}

const pictures: readonly Picture[] = [
  { page: "overview", file: "dashboard.png" },
  { page: "overview", file: "dashboard-dark.png", colorScheme: "dark" },
  { page: "fraud", file: "fraud.png" },
  { page: "clickstream", file: "clickstream.png" },
  { page: "email", file: "email.png" },
];

async function takePicture(
  browser: Browser,
  url: string,
  { page: name, file, colorScheme = undefined }: Picture,
) {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 900 },
    colorScheme: colorScheme ?? "light",
  });
  await page.goto(`${url}/pages/${name}`);
  await page.locator("[data-state]").first().waitFor();
  await page.locator("[data-state=loading]").first().waitFor({ state: "detached" });
  // The views take the past meanwhile.
  await page.getByText("No rows yet").first().waitFor({ state: "detached", timeout: 120_000 });
  await page.waitForTimeout(2_000);
  await page.screenshot({ path: join(images, file) });
  await page.close();
}

const data = mkdtempSync(join(tmpdir(), "quickwater-pictures-"));
const args = [join(root, "bin", "quickwater.js"), "start", "--port", "0", "--data", data, "--rate", rate];
const server = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
const url = await new Promise<string>((resolve, reject) => {
  let said = "";
  let filled: string | undefined;
  server.stdout.on("data", (text: Buffer) => {
    said += text.toString();
    filled = /Filled with/.exec(said)?.[0];
    const found = /Open\s+(http:\S+)/.exec(said)?.[1];
    if (found !== undefined && filled !== undefined) resolve(found);
  });
  server.once("exit", () => reject(new Error(`the server ended: ${said}`)));
});
mkdirSync(images, { recursive: true });
try {
  await sleep(settleMs);
  const browser = await launchChromium();
  for (const picture of pictures) await takePicture(browser, url, picture);
  await browser.close();
} finally {
  server.kill("SIGTERM");
  await new Promise((resolve) => server.once("exit", resolve));
  rmSync(data, { recursive: true, force: true });
}
