import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { beatMsOf, defaultLiveSettings } from "../feed/live-settings.ts";
import { MetricSocket } from "./metric-socket.ts";

const settings = { ...defaultLiveSettings, bufferedBytesSoft: 1_000, blockedMsMax: 500, heartbeatMs: 200 };

/** A socket whose peer does not read, and the feeds that it is told of. */
function stalled() {
  const sent: string[] = [];
  const closed: string[] = [];
  let tell: (metric: unknown, points: unknown, step: number) => void = () => {};
  const socket = Object.assign(new EventEmitter(), {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    send: (text: string) => void sent.push(text),
    ping: () => {},
    close: (code: number, reason: string) => {
      socket.readyState = 2;
      closed.push(`${code} ${reason}`);
    },
  });
  const feeds = {
    stateText: () => "{}",
    refuseUnknown: () => {},
    listen: (listener: typeof tell) => {
      tell = listener;
      return () => {
        tell = () => {};
      };
    },
  };
  const client = new MetricSocket(socket as never, feeds as never, settings);
  const metric = { spec: { name: "sales", view: "sales_per_minute" } };
  const change = (key: string) => tell(metric, [{ key, members: '"value":1', timestamp: '"t"' }], 7);
  const wait = (ms: number) => {
    for (let waited = 0; waited < ms; waited += beatMsOf(settings)) client.beat(0);
  };
  return { socket, sent, closed, change, wait };
}

test("S13: who does not read is told nothing more, then cut off with the reason", () => {
  const { socket, sent, closed, change, wait } = stalled();
  change("a");
  expect(sent.length).toBe(2);
  socket.bufferedAmount = 2_000;
  for (let round = 0; round < 1_000; round++) change(`b${round % 10}`);
  expect(sent.length).toBe(2);
  wait(400);
  expect(closed).toEqual([]);
  wait(200);
  expect(closed).toEqual(["1008 live.too-slow"]);
  expect(sent.at(-1)).toContain("live.too-slow");
  change("c");
  expect(sent.length).toBe(3);
});

test("S13: who reads again in time is told each row as it is now, once", () => {
  const { socket, sent, closed, change, wait } = stalled();
  socket.bufferedAmount = 2_000;
  for (let round = 0; round < 100; round++) change(`b${round % 10}`);
  wait(400);
  socket.bufferedAmount = 0;
  change("b0");
  expect(sent.filter((text) => text.includes("metric_update")).length).toBe(10);
  wait(1_000);
  expect(closed).toEqual([]);
});
