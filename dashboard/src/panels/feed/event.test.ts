import { expect, it } from "vitest";
import type { FeedAction } from "../../../../src/serving/pages.ts";
import { noon, readingOf } from "../../data/fixture.ts";
import { type EventSource, eventOf, missingAnswers, newId } from "./event.ts";

const { columns, rows } = readingOf(
  { id: "integer", amount: "decimal", place: "row", note: "string", open: "boolean" },
  [[7, "12.50", { country: "DE" }, null, true]],
);
const source: EventSource = {
  columns,
  row: rows[0]!,
  answers: { reviewer: "  Ada ", note: " ", toString: "x" },
  nowMs: noon,
  id: "the-id",
};

function written(event: FeedAction["event"], more: Partial<EventSource> = {}) {
  const action: FeedAction = { title: "Approve", tone: "good", stream: "reviews", event, ask: [] };
  return eventOf(action, { ...source, ...more });
}

it("keeps the type of a value that is alone", () => {
  expect(
    written({ a: "{id}", b: "{amount}", c: "{place}", d: "{note}", e: "{open}", f: "{place.country}" }),
  ).toEqual({
    a: 7,
    b: "12.50",
    c: { country: "DE" },
    d: null,
    e: true,
    f: "DE",
  });
});

it("is a text wherever something stands around a value", () => {
  expect(written({ a: "no {id}", b: "{id}{amount}", c: "approved", d: "{place} ", e: "{{id}" })).toEqual({
    a: "no 7",
    b: "712.50",
    c: "approved",
    d: '{"country":"DE"} ',
    e: "{id}",
  });
});

it("has the moment, an id, and what was answered", () => {
  expect(written({ at: "{$now}", id: "{$id}", who: "{$reviewer}", by: "by {$reviewer}" })).toEqual({
    at: "2026-03-01T12:00:00.000Z",
    id: "the-id",
    who: "Ada",
    by: "by Ada",
  });
});

it("has null where nothing was answered, and of columns that are not there", () => {
  expect(
    written({ a: "{$note}", b: "{$other}", c: "{unknown}", d: "{$constructor}", e: "x{unknown}" }),
  ).toEqual({
    a: null,
    b: null,
    c: null,
    d: null,
    e: "x",
  });
});

it("names what has to be answered and is not", () => {
  const ask = [
    { name: "reviewer", title: "Your name", required: true },
    { name: "why", title: "Why", required: true },
    { name: "note", title: "Note", required: false },
  ];
  expect([...missingAnswers(ask, { reviewer: " " })]).toEqual(["reviewer", "why"]);
  expect([...missingAnswers(ask, { reviewer: "Ada", why: "known" })]).toEqual([]);
});

it("makes ids as UUIDs of version 4 are written, and never the same", () => {
  expect(newId(new Uint8Array(16).fill(0xff))).toBe("ffffffff-ffff-4fff-bfff-ffffffffffff");
  expect(newId(new Uint8Array(16))).toBe("00000000-0000-4000-8000-000000000000");
  expect(new Set(Array.from({ length: 100 }, () => newId())).size).toBe(100);
});
