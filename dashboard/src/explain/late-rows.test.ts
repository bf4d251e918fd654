import { expect, it } from "vitest";
import type { EventsAnswer } from "../../../src/serving/answers.ts";
import type { WireValue } from "../../../src/serving/protocol.ts";
import { lateEvents, lateQuestion } from "./late-rows.ts";

type AnyRow = Readonly<Record<string, WireValue>>;
const row: AnyRow = { window_end: "2026-03-01T12:01:00.000Z", shop: "north", revenue: "32.75" };

it("asks for late rows of the window, since the correction before", () => {
  expect(lateQuestion("sales", row, 12, 7)).toEqual({
    stream: "sales$late",
    where: "`$step` > 7 AND `$step` < 12 AND late_window_end = TIMESTAMP '2026-03-01 12:01:00.000'",
  });
  expect(lateQuestion("totals", { shop: "north" }, 12, 0).where).toBe("`$step` > 0 AND `$step` < 12");
});

it("tells those with the row's key as they were sent, the first of them first", () => {
  const event = (id: string, second: number, own: AnyRow) => ({
    id,
    appendedAt: `2026-03-01T12:02:0${second}.000Z`,
    event: { ...own, late_stream: "orders", late_by_ms: 2_000 },
  });
  const answer = {
    events: [
      event("9-0", 2, { id: "a-4", shop: "north" }),
      event("8-0", 1, { id: "a-3", shop: "north" }),
      event("7-0", 0, { id: "b-2", shop: "south" }),
    ],
  } as unknown as EventsAnswer<AnyRow>;
  const told = lateEvents(answer, row, ["window_start", "shop"]);
  expect(told.map(({ id }) => id)).toEqual(["8-0", "9-0"]);
  expect(told[0]).toMatchObject({
    stream: "orders",
    lateByMs: 2_000,
    json: '{\n  "id": "a-3",\n  "shop": "north"\n}',
  });
});
