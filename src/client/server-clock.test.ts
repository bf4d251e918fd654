import { expect, it } from "vitest";
import { ServerClock } from "./server-clock.ts";

it("is the client's own clock until the server tells a time", () => {
  const clock = new ServerClock();
  clock.learn(null, 500);
  clock.learn("no time", 500);
  expect(clock.timeAt(1_000)).toBe(1_000);
});

it("keeps the sample that came fastest, for a client that runs ahead and for one that is behind", () => {
  for (const aheadMs of [300_000, -300_000]) {
    const clock = new ServerClock();
    const serverNow = Date.parse("2026-03-01T12:00:00.000Z");
    clock.learn("2026-03-01T12:00:00.000Z", serverNow + aheadMs + 40);
    clock.learn("2026-03-01T12:00:00.000Z", serverNow + aheadMs + 5);
    clock.learn("2026-03-01T12:00:00.000Z", serverNow + aheadMs + 9_000);
    expect(clock.timeAt(serverNow + aheadMs + 1_000)).toBe(serverNow + 995);
    clock.forget();
    expect(clock.timeAt(7)).toBe(7);
  }
});
