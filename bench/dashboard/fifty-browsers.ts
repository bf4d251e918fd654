/** As many as fifty open pages: clients with the subscriptions that a browser made, on one server. */
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Browser } from "playwright-core";
import { LiveConnection, QuickwaterHttp, type Subscription } from "../../src/client/index.ts";
import type { SubscribeMessage } from "../../src/serving/protocol.ts";
import { lines, readingsOf, send } from "./live-page.ts";

export const browsers = 50;
const settleMs = 3_000;

export interface FiftyBrowsers {
  readonly subscriptions: number;
  readonly updates: number;
  /** From posting an update until a client has it, over all clients and updates. */
  readonly waits: readonly number[];
  /** Subscriptions whose rows are not those of the view in the end. */
  readonly lost: readonly string[];
}

export async function measureFiftyBrowsers(
  browser: Browser,
  url: string,
  perSecond: number,
  seconds: number,
): Promise<FiftyBrowsers> {
  const asked = await subscriptionsOfPage(browser, `${url}/pages/twenty`);
  const sentAtMs: number[] = [];
  const waits: number[] = [];
  let readingsBefore = 0;
  const connections = Array.from({ length: browsers }, () => {
    const connection = new LiveConnection({ url: `${url.replace("http", "ws")}/v1/live` });
    let seen = 0;
    const watched = asked.findIndex(
      ({ view, where }) => view === "totals" && where?.includes(`'${lines[0]}'`),
    );
    const subscriptions = asked.map(
      (shape, place): Subscription =>
        connection.subscribe(shape, () => {
          if (place !== watched || sentAtMs.length === 0) return;
          const readings = Number(subscriptions[place]!.rows()[0]?.readings ?? 0);
          for (const nowMs = performance.now(); seen < readings - readingsBefore; seen++) {
            waits.push(nowMs - sentAtMs[seen]!);
          }
        }),
    );
    return { connection, subscriptions };
  });
  const all = connections.flatMap(({ subscriptions }) => subscriptions);
  while (all.some(({ state }) => state.status !== "current")) await sleep(50);
  const http = new QuickwaterHttp({ url });
  const { rows } = await http.getView("totals", { where: `line = '${lines[0]}'` });
  readingsBefore = Number(rows[0]?.readings ?? 0);
  const startedMs = performance.now();
  for (let number = 0; number < seconds * perSecond; number++) {
    await sleep(Math.max(0, startedMs + (number * 1_000) / perSecond - performance.now()));
    sentAtMs.push(performance.now());
    await send(url, readingsOf(lines));
  }
  await sleep(settleMs);
  const lost: string[] = [];
  for (const [place, shape] of asked.entries()) {
    const wanted = await rowsOf(http, shape);
    for (const [client, { subscriptions }] of connections.entries()) {
      const rows = sorted(subscriptions[place]!.rows());
      if (!isDeepStrictEqual(rows, wanted)) lost.push(`client ${client}: ${shape.view} ${shape.where ?? ""}`);
    }
  }
  for (const { connection } of connections) connection.close();
  return { subscriptions: all.length, updates: sentAtMs.length, waits, lost };
}

/** What a browser subscribes to that opens the page. */
async function subscriptionsOfPage(browser: Browser, url: string): Promise<readonly SubscribeMessage[]> {
  const page = await browser.newPage();
  const asked: SubscribeMessage[] = [];
  page.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => {
      const message = JSON.parse(String(payload)) as SubscribeMessage;
      if (message.type === "subscribe") asked.push(message);
    });
  });
  await page.goto(url);
  await page.waitForTimeout(settleMs);
  await page.close();
  return asked;
}

async function rowsOf(http: QuickwaterHttp, { view, where, columns, emit }: SubscribeMessage) {
  const { rows } = await http.getView(view, { where, emit, limit: 10_000 });
  const shown = (row: object) =>
    columns === undefined
      ? row
      : Object.fromEntries(
          Object.entries(row).filter(([name]) => name.startsWith("$") || columns.includes(name)),
        );
  return sorted(rows.map(shown));
}

function sorted(rows: readonly object[]): readonly object[] {
  const texts = rows.map((row) => JSON.stringify(Object.entries(row).toSorted()));
  return texts
    .toSorted()
    .map((text) => Object.fromEntries(JSON.parse(text) as [string, unknown][]) as object);
}
