import { describe, expect, test } from "vitest";
import type { WhyInput, WhyPartition, WhyShown, WhyStage } from "../../serving/answers.ts";
import { holdersIn } from "./holding-back.ts";
import type { WhyFacts } from "./why-facts.ts";
import { summaryOf } from "./why-summary.ts";

const now = "2026-03-01T12:00:00.000Z";
const at = (time: string) => `2026-03-01T${time}.000Z`;

const partition = (changes: Partial<WhyPartition> = {}): WhyPartition => ({
  partition: 0,
  watermark: at("11:59:00"),
  lastRowAt: at("11:59:58"),
  isIdle: false,
  quietForMs: 2_000,
  holdsBack: false,
  ...changes,
});

const input = (stream: string, changes: Partial<WhyInput> = {}): WhyInput => ({
  stream,
  from: "events",
  rowsLogged: 10,
  rowsInFlight: 0,
  lastRowAt: at("11:59:58"),
  lastEventTime: at("11:59:10"),
  watermark: at("11:59:00"),
  delayMs: 10_000,
  idleTimeoutMs: 5_000,
  inBackfill: false,
  followsQueries: false,
  partitions: [partition()],
  dead: { rows: 0, last: null },
  duplicates: 0,
  lastEvent: null,
  ...changes,
});

const stage = (number: number, word: string, changes: Partial<WhyStage> = {}): WhyStage => ({
  number,
  inputs: number === 1 ? [] : [number - 1],
  stage: word,
  does: "",
  stream: null,
  rowsIn: 10,
  rowsOut: 10,
  lastRowAt: at("11:59:58"),
  watermark: at("11:59:00"),
  held: null,
  filtered: null,
  late: null,
  unmatched: null,
  ...changes,
});

const from = (number: number, stream: string, rows = 10) =>
  stage(number, "FROM", { inputs: [], stream, rowsIn: rows, rowsOut: rows });

const shown = (changes: Partial<WhyShown> = {}): WhyShown => ({
  rows: 0,
  finalRows: 0,
  openRows: 0,
  lastChangeAt: null,
  emit: "changes",
  corrected: null,
  failure: null,
  making: null,
  ...changes,
});

const told = (changes: Partial<WhyFacts>) => {
  const facts: WhyFacts = {
    view: "sales",
    kind: "view",
    step: 100,
    now,
    inputs: [input("orders")],
    stages: [from(1, "orders"), stage(2, "SELECT")],
    shows: shown(),
    ...changes,
  };
  return summaryOf({ ...facts, inputs: holdersIn(facts.inputs) });
};

const held = { rows: 3, until: at("11:59:59"), why: "The window that ends at … closes when …." };
const window = stage(2, "GROUP BY", { rowsOut: 0, held });

describe("nothing came", () => {
  const nothing = { rowsLogged: 0, rowsInFlight: 0, lastRowAt: null, watermark: null, partitions: [] };
  const stages = [from(1, "orders", 0)];

  test.each([
    [
      "send some",
      {},
      "no-events",
      /^No event has come to orders yet\. Send some: POST \/v1\/streams\/orders\/events/,
    ],
    [
      "all had come before",
      { duplicates: 4 },
      "no-events",
      /4 rows of orders had come before and count once\./,
    ],
    [
      "queries write it",
      { from: "queries" },
      "no-events",
      /^orders, which sales is made of, .* GET \/v1\/why\/orders /,
    ],
    [
      "it is kept beside",
      { from: "beside" },
      "no-events",
      /^No event has come to orders yet\. They come by themselves\.$/,
    ],
    [
      "the one was dead",
      { dead: { rows: 1, last: null } },
      "dead",
      /^The one row that came to orders could not be/,
    ],
  ] as const)("%s", (_, changes, cause, summary) => {
    const answer = told({ inputs: [input("orders", { ...nothing, ...changes })], stages });
    expect(answer).toEqual({ cause, summary: expect.stringMatching(summary) });
  });

  test("all were dead, and why the last one", () => {
    const last = { at: at("11:58:00"), code: "row.bad-time", field: "ts", reason: "The field ts is no time" };
    const answer = told({ inputs: [input("orders", { ...nothing, dead: { rows: 7, last } })], stages });
    expect(answer.cause).toBe("dead");
    expect(answer.summary).toContain(
      "All 7 rows that came to orders could not be taken. The last one, at " +
        "2026-03-01T11:58:00.000Z, field ts: The field ts is no time. Send them",
    );
  });

  test("what came was not taken yet", () => {
    const answer = told({ inputs: [input("orders", { rowsInFlight: 10 })], stages });
    expect(answer).toEqual({
      cause: "not-read",
      summary: expect.stringMatching(/^10 rows of orders are logged/),
    });
  });

  test("a view that has rows tells how many it has still to take, where that is more than a moment", () => {
    const inputs = (rowsInFlight: number) => [input("orders", { rowsInFlight }), input("stock")];
    const shows = shown({ rows: 3_600 });
    expect(told({ inputs: inputs(48_211), shows })).toEqual({
      cause: "not-read",
      summary: "sales still takes what came before: 48211 rows of orders wait. It goes on by itself.",
    });
    expect(told({ inputs: inputs(4_999), shows }).cause).toBe("well");
  });

  test("what came was let go before", () => {
    const answer = told({ stages });
    expect(answer).toEqual({
      cause: "no-events",
      summary: expect.stringContaining("let go before it began"),
    });
  });
});

describe("a stage gives nothing", () => {
  test("its condition leaves all out", () => {
    const filtered = { rows: 10, predicate: "amount > 5" };
    const stages = [from(1, "orders"), stage(2, "WHERE", { rowsOut: 0, filtered })];
    const all = "All 10 rows that came to WHERE (stage 2) were left out by the condition amount > 5.";
    const bare = told({ stages });
    expect(bare).toEqual({ cause: "filtered", summary: expect.stringContaining(all) });
    expect(bare.summary).toContain("GET /v1/streams/orders/events shows them");
    const lastEvent = { id: "9-0", status: "filtered", why: null, predicate: "amount > 5" } as const;
    expect(told({ stages, inputs: [input("orders", { lastEvent })] }).summary).toContain(
      "The newest event of orders does not fulfil amount > 5 (GET /v1/streams/orders/events/9-0 shows it).",
    );
  });

  test("a condition is blamed too where rows that became several are not counted behind it", () => {
    const filtered = { rows: 10, predicate: "amount > 5" };
    const where = stage(2, "WHERE", { rowsOut: null, filtered });
    const group = stage(3, "GROUP BY", {
      rowsIn: null,
      rowsOut: 0,
      held: { rows: 0, until: null, why: null },
    });
    expect(told({ stages: [from(1, "orders"), where, group] }).cause).toBe("filtered");
    const open = { ...group, held };
    expect(told({ stages: [from(1, "orders"), where, open] }).cause).toBe("waiting");
  });

  test("all rows were late for it", () => {
    const late = { rows: 10, lastAt: null };
    const stages = [from(1, "orders"), stage(2, "GROUP BY", { rowsOut: 0, late })];
    const answer = told({ stages });
    expect(answer.cause).toBe("late");
    expect(answer.summary).toContain("It lets rows come 10 s behind the newest one");
    expect(answer.summary).toContain("POST /v1/views/sales/replay");
    expect(told({ stages, inputs: [input("orders", { delayMs: 0 })] }).summary).toContain(
      "It lets no row come behind",
    );
    expect(told({ stages, kind: "stream", shows: null }).summary).toContain("/v1/streams/sales$late/events");
  });

  test("a list without elements, and what nobody knows the reason of", () => {
    const of = (word: string) => told({ stages: [from(1, "orders"), stage(2, word, { rowsOut: 0 })] });
    expect(of("UNNEST")).toEqual({ cause: "empty", summary: expect.stringContaining("have no elements") });
    expect(of("TOP-N")).toEqual({
      cause: "empty",
      summary: expect.stringMatching(/^TOP-N \(stage 2\) was given 10 /),
    });
  });

  test("all were taken back", () => {
    expect(told({})).toEqual({
      cause: "empty",
      summary: expect.stringContaining("'retention' or 'max-rows'"),
    });
  });
});

describe("what waits", () => {
  test("a window is open: what moves the watermark, and when the clock does", () => {
    const answer = told({ stages: [from(1, "orders"), window] });
    expect(answer.cause).toBe("waiting");
    // Until 11:59:59, with the delay of 10 s; the clock is 5 s behind that.
    expect(answer.summary).toBe(
      "3 groups wait in GROUP BY (stage 2). The window that ends at … closes when …. An event " +
        "of orders at 2026-03-01T12:00:09.000Z or later moves it there; if none comes, the clock " +
        "does in 14 s ('idle-timeout' is 5 s).",
    );
  });

  test("'emit' = 'final' does not show it", () => {
    const answer = told({ stages: [from(1, "orders"), window], shows: shown({ emit: "final" }) });
    expect(answer.cause).toBe("not-final");
    expect(answer.summary).toContain("'emit' = 'final' shows closed windows only");
  });

  test("what is between keeps the watermark back", () => {
    const join = stage(2, "INTERVAL JOIN", { watermark: at("11:58:30") });
    const answer = told({ stages: [from(1, "orders"), join, { ...window, number: 3, inputs: [2] }] });
    expect(answer.summary).toContain("An event of orders at 2026-03-01T12:00:39.000Z or later");
  });

  test("in a backfill no clock counts; where queries write the stream they say what time it is", () => {
    const stages = [from(1, "orders"), window];
    const waits = (changes: Partial<WhyInput>) =>
      told({ stages, inputs: [input("orders", changes)] }).summary;
    expect(waits({ inBackfill: true })).toContain("A backfill of orders is open");
    expect(waits({ followsQueries: true })).toContain("GET /v1/why/orders");
  });

  const both = (
    behind: Partial<WhyPartition>,
    ahead: Partial<WhyPartition> = {},
    changes: Partial<WhyInput> = {},
  ) => [
    input("orders", { partitions: [partition({ watermark: at("12:00:00"), ...ahead })] }),
    input("payments", { partitions: [partition(behind)], ...changes }),
  ];
  const union = [
    from(1, "orders"),
    from(2, "payments"),
    stage(3, "UNION ALL", { inputs: [1, 2], watermark: at("11:59:00") }),
    { ...window, number: 4, inputs: [3] },
  ];

  test("a stream is behind the others, and lets go when it is idle", () => {
    const answer = told({ inputs: both({}), stages: union });
    expect(answer.cause).toBe("held-back");
    expect(answer.summary).toBe(
      "3 groups wait in GROUP BY (stage 4) for the watermark, and payments is at " +
        "2026-03-01T11:59:00.000Z and has had no row since 2026-03-01T11:59:58.000Z. Send newer " +
        "events to payments, or wait 3 s: then it counts as idle ('idle-timeout' is 5 s) and " +
        "holds nobody back. A shorter 'idle-timeout' of the table lets go sooner.",
    );
    const never = both(
      { watermark: null, lastRowAt: null, quietForMs: 0 },
      {},
      { idleTimeoutMs: 86_400_000 },
    );
    expect(told({ inputs: never, stages: union }).summary).toMatch(
      /payments has had no row yet\. .* wait 1 d:/,
    );
    const partitions = [partition({ watermark: at("12:00:00") }), partition({ partition: 1 })];
    const parted = told({ inputs: [input("orders", { partitions })], stages: [from(1, "orders"), window] });
    expect(parted.summary).toContain("partition 1 of orders is at");
  });

  test("where nobody has come so far, nobody holds anybody back", () => {
    const answer = told({ inputs: both({}, { watermark: at("11:59:30") }), stages: union });
    expect(answer.cause).toBe("waiting");
    const idle = told({ inputs: both({ isIdle: true }), stages: union });
    expect(idle.cause).toBe("waiting");
  });

  test("a view that has rows says who holds the next ones back", () => {
    const shows = shown({ rows: 2, finalRows: 2, lastChangeAt: at("11:00:00") });
    const answer = told({ inputs: both({}), stages: union, shows });
    expect(answer.cause).toBe("held-back");
    expect(answer.summary).toMatch(
      /^sales shows 2 rows, the last change 1 h ago\. 3 groups wait .* payments is at/,
    );
  });

  const unmatched = { left: 0, right: null, leftKeys: ["'a'", "'b'"], rightKeys: ["'A'"] };
  const temporal = (changes: Partial<WhyStage> = {}) => [
    from(1, "orders"),
    from(2, "payments"),
    stage(3, "JOIN FOR SYSTEM_TIME AS OF", {
      inputs: [1, 2],
      rowsOut: 0,
      held: { ...held, why: "The next one goes on when …." },
      unmatched,
      ...changes,
    }),
  ];

  test("the versions of a temporal join are behind", () => {
    const answer = told({ inputs: both({}), stages: temporal() });
    expect(answer.cause).toBe("version-behind");
    expect(answer.summary).toMatch(/^3 rows wait in JOIN FOR SYSTEM_TIME AS OF \(stage 3\)/);
  });

  test("a join has met nobody", () => {
    const passed = temporal({ unmatched: { ...unmatched, left: 4 } });
    expect(told({ inputs: both({}), stages: passed })).toEqual({
      cause: "no-match",
      summary:
        "JOIN FOR SYSTEM_TIME AS OF (stage 3) has found no two rows that belong together. 4 rows " +
        "of the left met nobody. Only on the left, and not on the right: 'a' and 'b'. Only on " +
        "the right, and not on the left: 'A'. Compare the keys of the two sides: letters, types " +
        "and blanks count.",
    });
    // Pairs of an interval join do not wait: who waits has met nobody.
    expect(told({ inputs: both({}), stages: temporal({ stage: "INTERVAL JOIN" }) }).cause).toBe("no-match");
    const empty = temporal().map((each) => (each.stream === "payments" ? from(2, "payments", 0) : each));
    expect(told({ inputs: both({}), stages: empty }).summary).toContain("its right side has no rows.");
  });
});

describe("the view itself", () => {
  test("was stopped, and why", () => {
    const answer = told({ shows: shown({ failure: "Division by zero", rows: 4 }), stages: [] });
    expect(answer.cause).toBe("stopped");
    expect(answer.summary).toMatch(/^sales was stopped: Division by zero\. /);
    expect(told({ stages: [], shows: null, kind: "stream" }).summary).toMatch(/^sales does not run/);
  });

  test("is being made", () => {
    const shows = shown({ rows: 4, making: { done: 0.428, remainingMs: 125_000 } });
    const answer = told({ shows });
    expect(answer.cause).toBe("making");
    expect(answer.summary).toContain("(42 %, about 2 min 5 s more)");
  });

  test("is well: what it shows, since when, and what is not in it", () => {
    const late = { rows: 2, lastAt: null };
    const stages = [from(1, "orders"), stage(2, "GROUP BY", { rowsOut: 4, held, late })];
    const shows = shown({ rows: 5, finalRows: 4, openRows: 1, lastChangeAt: at("11:59:57") });
    const lastEvent = { id: "9-0", status: "filtered", why: null, predicate: "k = 1" } as const;
    expect(told({ stages, shows, inputs: [input("orders", { lastEvent })] })).toEqual({
      cause: "well",
      summary:
        "sales shows 5 rows, 1 of them not final yet, the last change 3 s ago. The window that " +
        "ends at … closes when …. 2 rows came late and are not in it: GET /v1/views/sales/late " +
        "lists them. The newest event of orders does not fulfil k = 1 (GET " +
        "/v1/streams/orders/events/9-0 shows it).",
    });
  });

  test.each([
    [
      1,
      0,
      "1 row came late; the correction 1 min ago took it in, as far as the journal had its window whole.",
    ],
    [
      2,
      1,
      "2 rows came late; the correction 1 min ago took them in, as far as the journal had their windows " +
        "whole. Behind it 1 row came late and is not in it: GET /v1/views/sales/late lists it.",
    ],
    [0, 2, "2 rows came late and are not in it: GET /v1/views/sales/late lists them."],
  ])("what a correction took in (%i) is in it, what came behind it (%i) is not", (rows, open, words) => {
    const stages = [from(1, "orders"), stage(2, "GROUP BY", { late: { rows: rows + open, lastAt: null } })];
    const shows = shown({ rows: 5, finalRows: 5, corrected: { at: at("11:59:00"), rows, open } });
    expect(told({ stages, shows }).summary).toBe(`sales shows 5 rows. ${words}`);
  });

  test("a stream has what all of its queries gave", () => {
    const stages = [from(1, "orders"), from(2, "payments", 5)];
    const answer = told({ stages, shows: null, kind: "stream" });
    expect(answer).toEqual({ cause: "well", summary: "sales was given 15 rows, the last change 2 s ago." });
  });
});
