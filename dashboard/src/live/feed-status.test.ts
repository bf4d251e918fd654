import { expect, it } from "vitest";
import { feedStatus } from "./feed-status.ts";

const live = { status: "live", incarnation: "i1" } as const;
const at = (ms: number): string => new Date(ms).toISOString();
const now = { serverMs: 100_000, clientMs: 500_000 };

it("is live with a new row, and without any row", () => {
  expect(feedStatus(live, at(95_000), now)).toEqual({ status: "live" });
  expect(feedStatus(live, at(101_000), now)).toEqual({ status: "live" });
  expect(feedStatus(live, null, now)).toEqual({ status: "live" });
});

it("is stale when the last row is older than ten seconds, and says how old", () => {
  expect(feedStatus(live, at(90_000), now)).toEqual({ status: "live" });
  expect(feedStatus(live, at(88_000), now)).toEqual({ status: "stale", ageMs: 12_000 });
});

it("counts down to the next try by this machine's clock, and never below zero", () => {
  const lost = { status: "reconnecting", since: 490_000, attempt: 2, loss: "silence" } as const;
  expect(feedStatus({ ...lost, nextTryAt: 503_000 }, at(70_000), now)).toEqual({
    status: "reconnecting",
    retryInMs: 3_000,
    ageMs: 30_000,
  });
  expect(feedStatus({ ...lost, nextTryAt: 499_000 }, null, now)).toMatchObject({ retryInMs: 0 });
});

it("tells why the connection ended for good", () => {
  const closed = { status: "closed", because: "protocol-version" } as const;
  expect(feedStatus(closed, null, now)).toEqual({ status: "disconnected", because: "protocol-version" });
  expect(feedStatus({ status: "connecting" }, null, now)).toEqual({ status: "connecting" });
});
