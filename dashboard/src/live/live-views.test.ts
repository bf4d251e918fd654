import { afterEach, expect, it, vi } from "vitest";
import type { LiveConnection } from "../../../src/client/index.ts";
import { LiveViews } from "./live-views.ts";

vi.stubGlobal("requestAnimationFrame", () => 0);
afterEach(() => vi.useRealTimers());

const connection = {
  state: { status: "connecting" },
  serverNow: () => 0,
  subscribe: () => ({ state: { status: "waiting" }, close: () => {} }),
} as unknown as LiveConnection;

it("rows that nobody shows any more are not kept", () => {
  vi.useFakeTimers();
  const live = new LiveViews(connection);
  const view = live.view({ view: "v", where: "since one hour" });
  const stop = view.state.subscribe(() => {});
  expect(live.view({ view: "v", where: "since one hour" })).toBe(view);
  stop();
  vi.runAllTimers();
  expect(live.view({ view: "v", where: "since one hour" })).not.toBe(view);
});

it("who ceases and begins anew in one go goes on with the same", () => {
  vi.useFakeTimers();
  const live = new LiveViews(connection);
  const view = live.view({ view: "v" });
  view.state.subscribe(() => {})();
  view.state.subscribe(() => {});
  vi.runAllTimers();
  expect(live.view({ view: "v" })).toBe(view);
});
