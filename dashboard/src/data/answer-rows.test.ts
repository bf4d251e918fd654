import { expect, it } from "vitest";
import type { ViewAnswer } from "../../../src/serving/answers.ts";
import { readViewAnswer } from "./answer-rows.ts";
import { readingOf } from "./fixture.ts";

it("has the rows of a view's answer by column, under the keys that live rows have", () => {
  const { columns } = readingOf({ window_end: "timestamp", customer: "string", total: "integer" }, []);
  const window_end = "2026-03-01T12:00:00.000Z";
  const answer = {
    columns,
    keyColumns: [0, 1],
    freshness: { lastRowAt: null, watermark: window_end },
    rows: [
      { total: 1, customer: "a", window_end, $final: true, $revision: 2 },
      { customer: "b", window_end, $final: false, $revision: 0 },
    ],
  } as Partial<ViewAnswer> as ViewAnswer;
  expect(readViewAnswer(answer)).toEqual({
    columns,
    hadRows: false,
    rows: [
      { key: `["${window_end}","a"]`, values: [window_end, "a", 1], final: true, revision: 2 },
      { key: `["${window_end}","b"]`, values: [window_end, "b", null], final: false, revision: 0 },
    ],
    watermarkMs: Date.parse(window_end),
  });
});
