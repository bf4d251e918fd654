import { expect, it } from "vitest";
import { timesIn } from "../time/times.ts";
import { axisTimes } from "./axis-times.ts";

const at = (text: string): number => Date.parse(text) / 1_000;

it("marks name the day at midnight of the page's zone, and seconds only where marks are close", () => {
  const evening = [at("2026-03-01T22:00:00Z"), at("2026-03-01T23:00:00Z"), at("2026-03-02T00:00:00Z")];
  expect(axisTimes(evening, 3_600, timesIn("UTC"))).toEqual(["22:00", "23:00", "Mar 2"]);
  expect(axisTimes(evening, 3_600, timesIn("Europe/Berlin"))).toEqual(["23:00", "Mar 2", "01:00"]);
  expect(axisTimes([at("2026-03-01T11:00:30Z")], 30, timesIn("UTC"))).toEqual(["11:00:30"]);
  expect(axisTimes([at("2026-03-01T11:00:00Z")], 86_400, timesIn("UTC"))).toEqual(["Mar 1"]);
});
