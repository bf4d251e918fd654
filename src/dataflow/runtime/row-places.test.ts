import { expect, test } from "vitest";
import type { Step } from "../../log/event-log.ts";
import { RowPlaces } from "./row-places.ts";

const rows = (streamId: number, firstRowOffset: number, rowCount: number) =>
  ({ streamId, firstRowOffset, rowCount }) as unknown as Step;

test("rows that went before their turn are counted, at the front and within", () => {
  const places = new RowPlaces();
  places.declare(1, 100);
  places.declare(2, 0);
  expect(places.of(1)).toEqual({ next: 100, gone: 100 });
  places.pass(rows(1, 100, 5));
  places.declare(1, 900);
  places.pass(rows(1, 125, 5));
  expect([places.of(1), places.of(2)]).toEqual([
    { next: 130, gone: 120 },
    { next: 0, gone: 0 },
  ]);
});

test("after a restart it goes on; what was not told is not known", () => {
  const places = new RowPlaces();
  places.restore(1, 50);
  places.pass(rows(1, 50, 5));
  places.pass(rows(2, 50, 5));
  expect([places.of(1), places.of(2)]).toEqual([{ next: 55, gone: 0 }, undefined]);
});
