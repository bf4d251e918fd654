import { expect, it } from "vitest";
import type { EventsAnswer } from "../../../../src/serving/answers.ts";
import type { Detail } from "../../../../src/serving/pages.ts";
import { readingOf } from "../../data/fixture.ts";
import { detailQuestion, readingOfEvents } from "./shape.ts";

const detail: Detail = {
  title: "Last payments",
  source: { over: "view", view: "payments", where: null, emit: null, columns: [], time: null },
  match: { customer_id: "customer" },
  columns: [],
  time: "timestamp",
  limit: 10,
};
const { columns, rows } = readingOf({ customer: "string", total: "integer" }, [["o'hara", 2 ** 60]]);
const row = rows[0]!;

it("asks for the newest rows that match", () => {
  expect(detailQuestion(detail, columns, row, undefined)).toEqual({
    is: "question",
    of: "view",
    name: "payments",
    query: { where: "(`customer_id` = 'o''hara'\n)", order: "`timestamp` DESC", limit: 10, emit: undefined },
  });
});

it("keeps to what the source itself is limited to, whatever that ends with", () => {
  const source = {
    ...detail.source,
    over: "view",
    view: "v",
    where: "a OR b -- both",
    emit: "final",
    time: null,
  } as const;
  expect(
    detailQuestion({ ...detail, source: { ...source, columns: [] }, time: null }, columns, row, undefined),
  ).toMatchObject({
    query: { where: "(a OR b -- both\n) AND (`customer_id` = 'o''hara'\n)", order: undefined, emit: "final" },
  });
});

it("asks nothing that would find other rows", () => {
  expect(detailQuestion({ ...detail, match: { total: "total" } }, columns, row, undefined)).toMatchObject({
    is: "unaskable",
    why: expect.stringContaining("total"),
  });
});

it("asks a stream for what was written, and has it by the columns that are shown", () => {
  const source = { over: "stream", stream: "payments", where: "amount > 1", columns: ["amount"] } as const;
  const shown = ["amount", "location.country"].map((column) => ({
    column,
    title: column,
    format: { as: "text", currency: null, digits: null } as const,
    levels: [],
  }));
  expect(detailQuestion({ ...detail, source }, columns, row, undefined)).toEqual({
    is: "question",
    of: "stream",
    name: "payments",
    query: { where: "(amount > 1\n) AND (`customer_id` = 'o''hara'\n)", limit: 10 },
  });
  const events = [
    { id: "7-1", event: { amount: "12.50", location: { country: "DE" }, more: 1 } },
    { id: "7-0", event: { location: null } },
  ] as unknown as EventsAnswer["events"];
  const reading = readingOfEvents({ events } as EventsAnswer, { ...detail, source, columns: shown });
  expect(reading.columns.map(({ name }) => name)).toEqual(["amount", "location"]);
  expect(reading.rows.map(({ key, values }) => [key, values])).toEqual([
    ["7-1", ["12.50", { country: "DE" }]],
    ["7-0", [null, null]],
  ]);
});

it("asks on a page that stands for what there was then, what came at that moment with it", () => {
  const at = "2026-03-01T12:00:00.000Z";
  expect(detailQuestion(detail, columns, row, at)).toMatchObject({ query: { at } });
  const source = { over: "stream", stream: "payments", where: null, columns: [] } as const;
  expect(detailQuestion({ ...detail, source }, columns, row, at)).toMatchObject({
    query: { appendedTo: "2026-03-01T12:00:00.001Z" },
  });
});
