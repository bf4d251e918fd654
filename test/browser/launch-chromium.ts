/** The system's Chromium by its protocol: for tests, pictures and measurements. */
import { type Browser, chromium } from "playwright-core";

export const executablePath = process.env.QUICKWATER_CHROMIUM ?? "/usr/bin/chromium";

export async function launchChromium(): Promise<Browser> {
  const quiet = ["background-networking", "component-update", "sync", "quic", "gpu"];
  return await chromium.launch({
    executablePath,
    args: ["--headless", "--no-sandbox", "--no-first-run", ...quiet.map((what) => `--disable-${what}`)],
  });
}
