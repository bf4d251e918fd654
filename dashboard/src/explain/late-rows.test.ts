import { expect, it } from "vitest";
import type { ExplainedChange } from "../../../src/serving/explanation.ts";
import type { WireValue } from "../../../src/serving/protocol.ts";
import { lateEvents } from "./late-rows.ts";

type AnyRow = Readonly<Record<string, WireValue>>;

const at = "2026-03-01T12:00:00.000Z";
const row = { window_start: at, window_end: "2026-03-01T12:05:00.000Z", shop: "north", n: 2 };
const keyNames = ["window_start", "window_end", "shop"];

function late(...events: readonly AnyRow[]): NonNullable<ExplainedChange<AnyRow>["late"]> {
  return events.map((event, place) => ({
    lateByMs: 1_000 * place,
    event: {
      id: `7-${place}`,
      step: 7,
      row: place,
      appendedAt: at,
      eventTime: at,
      kind: "insert",
      stream: "orders",
      event,
    },
  }));
}

const ids = (of: readonly AnyRow[], of_row: AnyRow | null = row) => {
  const { events, ofWindow } = lateEvents(late(...of), of_row, keyNames);
  return [events.map(({ id }) => id), ofWindow];
};

it("are those that have the row's key, as far as events have columns of it", () => {
  expect(ids([{ shop: "north" }, { shop: "south" }, { amount: "1.00" }])).toEqual([["7-0", "7-2"], false]);
  expect(ids([{ shop: "south" }], null)).toEqual([["7-0"], false]);
});

it("are all of the window where none has the key as the row has it", () => {
  expect(ids([{ shop: "NORTH" }, { shop: "SOUTH" }])).toEqual([["7-0", "7-1"], true]);
  expect(ids([])).toEqual([[], false]);
});

it("are told as they were sent, with when they came and how late that was", () => {
  expect(lateEvents(late({}, { id: 7 }), row, keyNames).events[1]).toEqual({
    id: "7-1",
    cameMs: Date.parse(at),
    lateByMs: 1_000,
    stream: "orders",
    json: '{\n  "id": 7\n}',
  });
});
