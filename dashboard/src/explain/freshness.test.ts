import { expect, it } from "vitest";
import type { ViewSummary, WhyAnswer } from "../../../src/serving/answers.ts";
import { around } from "../data/fixture.ts";
import { freshNow, freshThen } from "./freshness.ts";

const freshness = { lastRowAt: "2026-03-01T11:59:58.000Z", watermark: "2026-03-01T11:59:00.000Z" };
const { times } = around;
const [lastRow, watermark] = [freshness.lastRowAt, freshness.watermark].map((text) =>
  times.moment(Date.parse(text)),
);

it("is told of now by the server's clock", () => {
  const now = "2026-03-01T12:00:00.000Z";
  const shows = { lastChangeAt: null };
  const why = { step: 7, now, shows, stages: [{ late: { rows: 2 } }] } as unknown as WhyAnswer;
  expect(freshNow(why, { freshness } as ViewSummary, times)).toEqual([
    ["As of step", "7"],
    ["Last row taken", `${lastRow}, 2 s ago`],
    ["Watermark", `${watermark}, 1 min ago`],
    ["Last change", "none yet"],
    ["Came late", "2"],
  ]);
});

it("is told of a moment by what had been taken then, and what is not known of then says so", () => {
  const then = { step: 5, freshness, counters: { rowsTaken: 40, rowsFiltered: 3, rowsLate: 1 } };
  expect(freshThen(then, "2026-03-01T12:00:03.000Z", times)).toEqual([
    ["As of step", "5"],
    ["Last row taken", `${lastRow}, 5 s before`],
    ["Watermark", `${watermark}, 1 min before`],
    ["Rows taken", "40"],
    ["Came late", "1"],
    ["Last change", "not known of then"],
  ]);
});
