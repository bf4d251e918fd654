import { describe, expect, it } from "vitest";
import type { WhyAnswer } from "../../../src/serving/answers.ts";
import type { ExplainAnswer, ExplainedChange } from "../../../src/serving/explanation.ts";
import type { WireValue } from "../../../src/serving/protocol.ts";
import { answerFacts, answerText, askedWords } from "./answer.ts";
import { inputsOf, lateRowsOf } from "./inputs.ts";
import { rowChanges } from "./row-changes.ts";

type AnyRow = Readonly<Record<string, WireValue>>;

const at = "2026-03-01T12:00:00.000Z";
const eventOf = (id: string, event: AnyRow) =>
  ({ id, step: 1, row: 0, appendedAt: at, eventTime: at, kind: "insert", event, stream: "orders" }) as const;

function answerOf(changes: readonly Partial<ExplainedChange<AnyRow>>[], changeCount = changes.length) {
  const whole = changes.map((change) => ({ cause: "event", step: 1, at, event: null, row: null, ...change }));
  return { view: "sales", changeCount, changes: whole } as unknown as ExplainAnswer<AnyRow>;
}

describe("what each event changed", () => {
  it("is told by the columns that have other values, the last of them first", () => {
    const changes = rowChanges(
      answerOf([
        { effect: "appeared", event: eventOf("1-0", { id: 7 }), row: { n: 1, total: "1.00", $final: false } },
        { effect: "changed", event: eventOf("2-0", {}), row: { n: 2, total: "1.00", $final: false } },
        { effect: "closed", cause: "clock", row: { n: 2, total: "1.00", $final: true } },
        { effect: "left", event: eventOf("3-0", {}), row: null },
      ]),
    );
    expect(changes.map(({ words, differences }) => [words, differences])).toEqual([
      [
        "An event took the row away",
        [
          { column: "n", before: "2", after: undefined },
          { column: "total", before: "1.00", after: undefined },
        ],
      ],
      ["The time that went on closed the row's window by its time", []],
      ["An event changed the row", [{ column: "n", before: "1", after: "2" }]],
      [
        "An event made the row",
        [
          { column: "n", before: undefined, after: "1" },
          { column: "total", before: undefined, after: "1.00" },
        ],
      ],
    ]);
    expect(changes.at(-1)?.event).toEqual({
      id: "1-0",
      stream: "orders",
      cameMs: Date.parse(at),
      json: '{\n  "id": 7\n}',
    });
  });

  it("is told of a correction with where its late rows are", () => {
    const changes = rowChanges(
      answerOf([
        { effect: "closed", event: eventOf("2-0", {}), row: { n: 1 } },
        { effect: "corrected", cause: "correction", row: { n: 2 } },
      ]),
    );
    expect(changes.map(({ words, differences }) => [words, differences])).toEqual([
      ["A correction took late rows into it", [{ column: "n", before: "1", after: "2" }]],
      ["An event closed the row's window by its time", [{ column: "n", before: undefined, after: "1" }]],
    ]);
  });

  it("is not told of the first where there were others before it", () => {
    const [change] = rowChanges(answerOf([{ effect: "changed", row: { n: 1_001 } }], 1_001));
    expect(change?.differences).toEqual([]);
  });
});

describe("what a view reads", () => {
  const input = {
    stream: "orders",
    rowsLogged: 12,
    rowsInFlight: 2,
    watermark: "2026-03-01T11:59:57.000Z",
    dead: { rows: 3, last: null },
  };
  it("has its rows, how far its watermark is behind now, and what could not be taken", () => {
    const other = { ...input, stream: "rates", rowsInFlight: null, watermark: null, dead: null };
    const told = inputsOf({ now: at, inputs: [input, other] } as unknown as WhyAnswer);
    const watermarkMs = Date.parse(input.watermark);
    expect(told).toEqual([
      { stream: "orders", rows: 12, waiting: 2, watermarkMs, behindMs: 3_000, dead: 3 },
      { stream: "rates", rows: 12, waiting: 0, watermarkMs: undefined, behindMs: undefined, dead: undefined },
    ]);
  });

  it("has late rows of all stages, or does not know of any", () => {
    const stages = (...late: readonly (number | null)[]) =>
      ({ stages: late.map((rows) => ({ late: rows === null ? null : { rows } })) }) as unknown as WhyAnswer;
    expect(lateRowsOf(stages(null, 2, 3))).toBe(5);
    expect(lateRowsOf(stages(null))).toBeUndefined();
  });
});

describe("an answer", () => {
  it("is told by what was asked", () => {
    const every = { parameters: { country: "a b" }, everySeconds: 10 };
    expect(askedWords({ over: "endpoint", path: "/totals", ...every })).toBe("GET /totals?country=a+b");
    const analysis = { over: "analysis", name: "buys", kind: "funnel", followsSpan: false } as const;
    expect(askedWords({ ...analysis, ...every, parameters: {} })).toBe("GET /v1/analyses/funnel?name=buys");
  });

  it("is cut to its first fifty rows, and says how many are left", () => {
    const list = Array.from({ length: 53 }, (_, place) => ({ place }));
    const { json, left } = answerText(list);
    expect([JSON.parse(json).length, left]).toEqual([50, 3]);
    const page = answerText({ rows: list, more: null });
    expect([JSON.parse(page.json).rows.length, page.left]).toEqual([50, 3]);
  });

  it("of an analysis says its time and its settings", () => {
    const settings = { steps: ["view", "buy"], within: "1d", by: null };
    expect(answerFacts({ kind: "funnel", from: at, to: at, step: 4, settings, steps: [] })).toEqual([
      ["from", at],
      ["to", at],
      ["step", "4"],
      ["steps", "view, buy"],
      ["within", "1d"],
    ]);
  });
});
