/** A browser's own EventSource: it hears a view's changes, and goes on behind the last one after a cut. */
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Server } from "../../src/server.ts";
import { order, testServer } from "../support/test-server.ts";
import { launchChromium, noBrowser } from "./chromium.ts";

let browser: Browser;
beforeAll(async () => {
  if (noBrowser === undefined) browser = await launchChromium();
});
afterAll(() => browser?.close());

/** Stands between the browser and the server, and cuts what is open when it is told to. */
async function cuttingProxy(server: Server) {
  const lastIds: (string | undefined)[] = [];
  let cut = () => {};
  const proxy = createServer((asked, answer) => {
    if (!asked.url?.includes("/changes")) {
      answer.setHeader("content-type", "text/html").end("<!doctype html><title>A page</title>");
      return;
    }
    lastIds.push(asked.headers["last-event-id"] as string | undefined);
    const headers = { ...asked.headers, host: new URL(server.url).host };
    delete headers.origin;
    const onward = request(`${server.url}${asked.url}`, { headers, agent: false }, (told) => {
      answer.writeHead(told.statusCode!, told.headers);
      told.pipe(answer);
      told.on("error", () => answer.destroy());
      cut = () => {
        answer.destroy();
        onward.destroy();
      };
    });
    onward.on("error", () => answer.destroy());
    onward.end();
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return { url, lastIds, cut: () => cut() };
}

test.skipIf(noBrowser)("an EventSource that is cut comes back by itself with what it missed", async () => {
  const server = await testServer();
  const proxy = await cuttingProxy(server);
  const page = await browser.newPage();
  await page.goto(proxy.url);
  // As text, because this program is typed without a DOM.
  await page.evaluate(`
    window.heard = [];
    const source = new EventSource("/v1/views/sales/changes?columns=k,n");
    for (const type of ["snapshot", "delta"])
      source.addEventListener(type, ({ data, lastEventId }) =>
        heard.push({ type, lastEventId, rows: JSON.parse(data).rows.map(({ values }) => values) }));
  `);
  const heard = () =>
    page.evaluate("heard") as Promise<{ type: string; lastEventId: string; rows: unknown[][] }[]>;
  await expect.poll(async () => (await heard()).length).toBe(1);
  await server.engine.send("orders", [order(1, 1, "a")]);
  await expect.poll(async () => (await heard()).at(-1)?.rows).toEqual([["a", 1]]);
  const before = (await heard()).at(-1)!.lastEventId;
  proxy.cut();
  await server.engine.send("orders", [order(2, 1, "b")]);
  const patience = { timeout: 20_000 };
  await expect.poll(async () => (await heard()).at(-1)?.rows, patience).toEqual([["b", 1]]);
  expect((await heard()).map(({ type }) => type)).toEqual(["snapshot", "delta", "delta"]);
  expect(proxy.lastIds).toEqual([undefined, before]);
  await page.close();
});
