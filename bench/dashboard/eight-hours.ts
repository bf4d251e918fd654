/**
 * A page that is open for hours: its own code, on a clock that runs as fast as it can draw. What the server
 * would say is made in the page: an update of every panel every five seconds, windows that end, rows that
 * leave.
 */
import type { Browser, CDPSession } from "playwright-core";
import { heartbeatMs, protocolVersion } from "../../src/serving/protocol.ts";
import { lines } from "./live-page.ts";

/** Of time that passes in one go. */
const strideMs = 60_000;
const hourMs = 3_600_000;
export const updateMs = 5_000;

export interface HourOfPage {
  readonly hour: number;
  /** After a collection of garbage. */
  readonly heapMegabytes: number;
  readonly elements: number;
}

/**
 * In place of the browser's WebSocket, evaluated in the page. Rows of the two views of `live-page.ts`, as the
 * server writes them; windows of ten seconds are final when the next begins, and stay for an hour.
 */
const hourlySocket = `(() => {
  const windowMs = 10_000, keptMs = ${hourMs};
  const lines = ${JSON.stringify(lines)};
  const text = (ms) => new Date(ms).toISOString();
  const column = (name, type, sqlType) => ({ name, type, sqlType, nullable: true });
  const counts = [column("readings", "integer", "BIGINT"), column("total", "integer", "BIGINT")];
  const line = column("line", "string", "STRING");
  const columnsOf = {
    totals: [line, ...counts, column("newest", "timestamp", "TIMESTAMP_LTZ(3)")],
    per_ten_seconds: [
      column("window_start", "timestamp", "TIMESTAMP(3)"), column("window_end", "timestamp", "TIMESTAMP(3)"),
      line, ...counts,
    ],
  };
  let step = 1, second = 0;
  window.updates = 0;
  const windowRow = (fromMs, name, final, readings) => ({
    key: fromMs + name, final, revision: 0,
    values: [text(fromMs), text(fromMs + windowMs), name, readings, readings * 7],
  });
  const changesOf = {
    totals: (names, nowMs) => ({
      removed: [],
      rows: names.map((name) => ({
        key: name, final: false, revision: second, values: [name, second, second * 7, text(nowMs)],
      })),
    }),
    per_ten_seconds(names, nowMs) {
      const fromMs = Math.floor(nowMs / windowMs) * windowMs;
      const isNew = nowMs - fromMs < ${updateMs};
      const readings = 1 + Math.floor((nowMs - fromMs) / 1_000);
      const rows = names.map((name) => windowRow(fromMs, name, false, readings));
      if (!isNew) return { removed: [], rows };
      const ended = names.map((name) => windowRow(fromMs - windowMs, name, true, 10));
      return { rows: [...rows, ...ended], removed: names.map((name) => fromMs - keptMs + name) };
    },
  };
  class HourlySocket extends EventTarget {
    readyState = 1;
    #subscriptions = [];
    constructor() {
      super();
      setTimeout(() => this.#say({
        type: "hello", protocol: ${protocolVersion}, incarnation: "hours", heartbeatMs: ${heartbeatMs},
      }), 1);
      setInterval(() => this.#say({ type: "heartbeat", time: text(Date.now()), step }), ${heartbeatMs});
      setInterval(() => this.#update(), ${updateMs});
    }
    close() {
      throw new Error("the page gave the connection up");
    }
    send(message) {
      const { type, id, view, where, columns } = JSON.parse(message);
      if (type !== "subscribe") return;
      const all = columnsOf[view];
      const shown = columns?.map((name) => all.find((each) => each.name === name)) ?? all;
      const named = lines.filter((name) => where?.includes("'" + name + "'"));
      const places = shown.map((each) => all.indexOf(each));
      this.#subscriptions.push({ id, view, names: named.length === 0 ? lines : named, places });
      setTimeout(() => this.#say({
        type: "snapshot", id, view, columns: shown, keyColumns: [], rows: [], ...this.#stand(),
      }), 1);
    }
    #stand() {
      const nowMs = Date.now();
      return { step, resume: "hours", freshness: { lastRowAt: text(nowMs), watermark: text(nowMs - 1_000) } };
    }
    #say(message) {
      this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) }));
    }
    #update() {
      step++;
      second++;
      for (const { id, view, names, places } of this.#subscriptions) {
        const { rows, removed } = changesOf[view](names, Date.now());
        const shown = rows.map((row) => ({ ...row, values: places.map((place) => row.values[place]) }));
        this.#say({ type: "delta", id, rows: shown, removed, ...this.#stand() });
        updates++;
      }
    }
  }
  window.WebSocket = HourlySocket;
})()`;

export interface LongPage {
  readonly hours: readonly HourOfPage[];
  /** Of one panel each. */
  readonly updates: number;
  readonly seconds: number;
}

export async function measureHours(
  browser: Browser,
  url: string,
  panels: number,
  hours: number,
): Promise<LongPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, timezoneId: "UTC" });
  try {
    const page = await context.newPage();
    const startedMs = performance.now();
    await page.clock.install();
    await page.addInitScript(hourlySocket);
    await page.goto(url);
    await page.clock.pauseAt(Date.now() + 2_000);
    while ((await page.locator("section[data-state=live]").count()) < panels) await page.clock.runFor(1_000);
    const session = await context.newCDPSession(page);
    const seen: HourOfPage[] = [];
    for (let hour = 1; hour <= hours; hour++) {
      for (let ms = 0; ms < hourMs; ms += strideMs) await page.clock.runFor(strideMs);
      seen.push({ hour, ...(await weightOf(session)) });
    }
    const updates = (await page.evaluate("updates")) as number;
    return { hours: seen, updates, seconds: (performance.now() - startedMs) / 1_000 };
  } finally {
    await context.close();
  }
}

async function weightOf(session: CDPSession): Promise<Omit<HourOfPage, "hour">> {
  // What a first collection frees may have held more.
  for (let time = 0; time < 3; time++) await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  const { nodes } = await session.send("Memory.getDOMCounters");
  return { heapMegabytes: usedSize / 1024 ** 2, elements: nodes };
}
