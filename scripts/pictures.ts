/**
 * `npm run pictures`: makes the README's picture of the dashboard from an hour of simulated events, sent
 * through the real server and seen by the system's Chromium.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { payments } from "../bench/events.ts";
import { EventGenerator } from "../src/simulate/event-generator.ts";

const root = join(import.meta.dirname, "..");
const images = join(root, "docs", "images");
const minutes = 60;

/** Orders of a minute: a calm wave, so that the picture has something to show. */
function ordersOf(minute: number): number {
  return Math.round(42 + 18 * Math.sin(minute / 9) + 9 * Math.sin(minute / 3.1));
}

async function sendAnHour(url: string): Promise<void> {
  const generator = new EventGenerator(payments(), 11);
  const now = Date.now();
  const firstMinute = Math.floor(now / 60_000) - minutes;
  for (let minute = 0; minute <= minutes; minute++) {
    const start = (firstMinute + minute) * 60_000;
    const count = ordersOf(minute);
    const times = Array.from({ length: count }, (_, index) => start + (index * 60_000) / count);
    const lines = times.filter((time) => time <= now).map((time) => generator.next(time));
    if (lines.length === 0) continue;
    const headers = { "content-type": "application/x-ndjson" };
    const body = lines.join("\n");
    await fetch(`${url}/v1/streams/transaction_events/events`, { method: "POST", headers, body });
  }
}

async function takePicture(url: string, file: string, colorScheme: "light" | "dark"): Promise<void> {
  const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
  ];
  const browser = await chromium.launch({
    executablePath: process.env.QUICKWATER_CHROMIUM ?? "/usr/bin/chromium",
    args,
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme });
  await page.goto(url);
  await page.getByRole("table").first().waitFor();
  await page.waitForTimeout(500);
  await page.screenshot({ path: file });
  await browser.close();
}

const data = mkdtempSync(join(tmpdir(), "quickwater-pictures-"));
const args = [join(root, "bin", "quickwater.js"), "start", "--port", "0", "--data", data, "--no-simulators"];
const server = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
const url = await new Promise<string>((resolve, reject) => {
  let said = "";
  server.stdout.on("data", (text: Buffer) => {
    said += text.toString();
    const found = /Open\s+(http:\S+)/.exec(said)?.[1];
    if (found !== undefined) resolve(found);
  });
  server.once("exit", () => reject(new Error("the server ended")));
});
mkdirSync(images, { recursive: true });
await sendAnHour(url);
await takePicture(url, join(images, "dashboard.png"), "light");
await takePicture(url, join(images, "dashboard-dark.png"), "dark");
server.kill("SIGTERM");
await new Promise((resolve) => server.once("exit", resolve));
rmSync(data, { recursive: true, force: true });
