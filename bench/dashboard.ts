/** How the dashboard keeps pace: pages of the demo, and one of twenty panels, in the system's Chromium. */
import { cpus, loadavg } from "node:os";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../test/browser/launch-chromium.ts";
import { freePort, ServerProcess } from "../test/browser/server-process.ts";
import { measureHours, updateMs } from "./dashboard/eight-hours.ts";
import { browsers, measureFiftyBrowsers } from "./dashboard/fifty-browsers.ts";
import { atMost, type Figure } from "./dashboard/figure.ts";
import { measureFirstViews, rounds, slowdown } from "./dashboard/first-view.ts";
import { demoFolder, lines, readingsOf, send, sendSteadily, writeLivePage } from "./dashboard/live-page.ts";
import { measureOutage, measureSaves, type Outage } from "./dashboard/outage.ts";
import { watchRedraws } from "./dashboard/redraws.ts";
import { waitsToPixel } from "./dashboard/to-pixel.ts";
import { median, quantile, type Report, thousands } from "./report.ts";

/** Of simulated time; as fast as the page takes it that is a minute or so an hour. */
const hours = Number(process.env.DASHBOARD_HOURS ?? 8);
const events = 250;
const perSecond = 10;
const watchSeconds = 10;
const demoPages = [
  "overview",
  "commerce",
  "fraud",
  "inventory",
  "clickstream",
  "segments",
  "email",
  "stores",
];
const viewport = { width: 1280, height: 900 };
const filledMsMax = 300_000;

export async function benchDashboard(): Promise<Report> {
  const browser = await launchChromium();
  try {
    const figures = [...(await withDemo(browser)), ...(await withTwentyPanels(browser))];
    const missed = figures.filter(({ isReached }) => isReached === false);
    return {
      title: "The dashboard",
      command: "npm run bench -- dashboard",
      method: method(browser.version()),
      columns: ["what", "measured", "asked"],
      rows: figures.map(({ what, measured, asked, isReached }) => [
        what,
        isReached === undefined ? measured : `**${measured}**`,
        asked,
      ]),
      findings: [
        missed.length === 0
          ? "All that is asked for is reached."
          : `Missed: ${missed.map(({ what, measured }) => `${what} (${measured})`).join("; ")}.`,
        `Programs that wanted a core in the end: ${loadavg()[0]!.toFixed(1)}, of ${cpus().length}.`,
      ],
    };
  } finally {
    await browser.close();
  }
}

function method(version: string): string {
  return [
    `Chromium ${version} without a window, ${viewport.width} × ${viewport.height}, beside the server on this`,
    "machine; the server is a process of its own. The demo has a day of past and its simulators run.",
    `First views are medians of ${rounds} with nothing cached and the page's processor slowed down`,
    `${slowdown} times: the numbers are there when no panel in the window loads any more, and then a key is`,
    "pressed, which counts as answered in the frame after the one that handled it; panels further down",
    "follow by themselves.",
    `To the pixel: ${events} events, one after the other, from just before the request until the frame with`,
    "their number is drawn. The page of twenty panels has eight numbers, six charts, three of bars, two",
    "tables and a feed, each of rows of its own; every update changes all of them. Simulated hours: the",
    "page's own code on a clock that runs as fast as it can draw, what the server says made in the page,",
    `each panel updated every ${updateMs / 1_000} s; the heap after a collection.`,
    `The ${browsers} browsers are clients with the subscriptions of that page, in one process.`,
  ].join(" ");
}

/** The demo, and beside it a view that counts what is sent here. */
async function withDemo(browser: Browser): Promise<Figure[]> {
  const project = writeLivePage({ include: [demoFolder], backfill: { span: "1d", events: 150_000 } });
  const server = new ServerProcess({
    port: await freePort(),
    dataFolder: project.data,
    project: project.folder,
  });
  try {
    await server.start(["--watch"]);
    await server.says("Filled with", filledMsMax);
    await untilCaughtUp(browser, server.url);
    const first = await measureFirstViews(browser, server.url, demoPages);
    const page = await browser.newPage({ viewport });
    await page.goto(`${server.url}/pages/one`);
    const waits = await waitsToPixel(page, server.url, "readings", events);
    const saves = await measureSaves(page, project, "counted", 5);
    await page.close();
    return [
      ...first,
      atMost("event to pixel, p50", quantile(waits, 0.5), 60, "ms"),
      atMost("event to pixel, p95", quantile(waits, 0.95), 100, "ms"),
      { what: "event to pixel, longest", measured: `${Math.max(...waits).toFixed(0)} ms`, asked: "" },
      atMost("saved SQL on the page, project that includes the demo", median(saves), 300, "ms"),
    ];
  } finally {
    await server.kill();
    project.remove();
  }
}

async function withTwentyPanels(browser: Browser): Promise<Figure[]> {
  const project = writeLivePage();
  const server = new ServerProcess({
    port: await freePort(),
    dataFolder: project.data,
    project: project.folder,
  });
  try {
    await server.start(["--watch"]);
    await send(server.url, readingsOf([...lines, "pixel"]));
    const page = await browser.newPage({ viewport });
    const figures = [
      ...(await whileOutage(page, server)),
      atMost(
        "saved SQL on the page, project of three views",
        median(await measureSaves(page, project, "counted", 5)),
        300,
        "ms",
      ),
    ];
    figures.push(...(await whileTwentyAreLive(browser, page, server.url)));
    await page.close();
    const fifty = await measureFiftyBrowsers(browser, server.url, perSecond, watchSeconds);
    figures.push(
      {
        what: `${browsers} browsers, ${thousands(fifty.subscriptions)} subscriptions: those that lost a row`,
        measured: String(fifty.lost.length),
        asked: "0",
        isReached: fifty.lost.length === 0,
      },
      {
        what: `${browsers} browsers: event to client, p50 and p99 of ${thousands(fifty.waits.length)}`,
        measured: [0.5, 0.99].map((share) => `${quantile(fifty.waits, share).toFixed(0)} ms`).join(", "),
        asked: "",
      },
    );
    return [...figures, ...(await overHours(browser, server.url))];
  } finally {
    await server.kill();
    project.remove();
  }
}

async function whileOutage(page: Page, server: ServerProcess): Promise<Figure[]> {
  await page.goto(`${server.url}/pages/one`);
  await page.locator("#counted p[title]").waitFor();
  const outages: Outage[] = [];
  for (let round = 0; round < 3; round++) {
    outages.push(await measureOutage(page, server, "readings", ["--no-simulators", "--watch"]));
  }
  const worst = (part: "noticedMs" | "currentMs") => Math.max(...outages.map((outage) => outage[part]));
  return [
    atMost("a killed server is said, longest of three", worst("noticedMs"), 2_000, "ms"),
    atMost("current after its return, longest of three", worst("currentMs"), 3_000, "ms"),
  ];
}

async function whileTwentyAreLive(browser: Browser, page: Page, url: string): Promise<Figure[]> {
  const load = sendSteadily(url, perSecond);
  await page.goto(`${url}/pages/twenty`);
  await page.waitForTimeout(5_000);
  const seen = await watchRedraws(browser, page, watchSeconds);
  await load.end();
  const what = `twenty panels, ${perSecond} updates/s`;
  return [
    atMost(`${what}: writes of React to the page in one frame, most`, seen.writesOfFrameMax, 1, ""),
    atMost(`${what}: drawings of one chart in one frame, most`, seen.drawingsOfFrameMax, 1, ""),
    atMost(`${what}: longest task`, seen.longestTaskMs, 100, "ms"),
    { what: `${what}: frames/s`, measured: (seen.frames / seen.seconds).toFixed(0), asked: "" },
    { what: `${what}: of a core`, measured: `${(seen.rendererShare * 100).toFixed(0)} %`, asked: "" },
  ];
}

async function overHours(browser: Browser, url: string): Promise<Figure[]> {
  const { hours: each, updates } = await measureHours(browser, `${url}/pages/twenty`, 20, hours);
  const span = `${hours} simulated hours`;
  // Within it charts have filled up.
  const [early, last] = [each[0]!, each.at(-1)!];
  const grown = last.heapMegabytes / early.heapMegabytes - 1;
  const megabytes = [early, last].map(({ heapMegabytes }) => heapMegabytes.toFixed(1)).join(" to ");
  return [
    {
      what: `${span}, ${thousands(updates)} updates of panels: heap of hour ${early.hour} to last`,
      measured: `${megabytes} MB (${(grown * 100).toFixed(1)} %)`,
      asked: "flat (5 %)",
      isReached: grown <= 0.05,
    },
    {
      what: `${span}: nodes of the document`,
      measured: `${early.elements} to ${last.elements}`,
      asked: "",
    },
  ];
}

/** Views take the past after it has been filled. */
async function untilCaughtUp(browser: Browser, url: string): Promise<void> {
  const page = await browser.newPage();
  await page.goto(`${url}/pages/${demoPages[0]}`);
  await page.locator("section[data-state=live]").first().waitFor();
  await page.getByText("No rows yet").first().waitFor({ state: "detached", timeout: filledMsMax });
  await page.waitForTimeout(10_000);
  await page.close();
}
