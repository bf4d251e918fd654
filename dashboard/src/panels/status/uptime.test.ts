import { expect, it } from "vitest";
import { uptimeAt } from "./uptime.ts";

const health = { startedAt: "2026-03-01T12:00:00.500Z", uptimeSeconds: 90 };

it("is what the server says now, and counted from its start on a page that stands", () => {
  expect(uptimeAt(health, undefined)).toBe(90);
  expect(uptimeAt(health, "2026-03-01T12:00:31.000Z")).toBe(30);
  expect(uptimeAt(health, "2026-03-01T12:00:00.500Z")).toBe(0);
});

it("is not known of a moment before the process began", () => {
  expect(uptimeAt(health, "2026-03-01T12:00:00.499Z")).toBeUndefined();
});
