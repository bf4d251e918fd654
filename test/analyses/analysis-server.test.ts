/** Analyses of a project: over HTTP, as files with mistakes, and while the server runs. */
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkWholeProject } from "../../src/cli/checked-history.ts";
import { checkProject } from "../../src/cli/checked-project.ts";
import { kinds } from "../../src/history/analyses/kinds.ts";
import type { Server } from "../../src/server.ts";
import type { Problem } from "../../src/serving/protocol.ts";
import { projectServer } from "../support/endpoint-server.ts";
import { projectOf } from "../support/project-folder.ts";
import { shopAnalyses } from "../support/shop-analyses.ts";
import { order, shopSql, testServer } from "../support/test-server.ts";

const folderOf = (text: string) => projectOf({ "sql/all.sql": shopSql, "analyses/shop.yaml": text });

/** a orders 1, 2 and 8; b 3; each a second behind the other. */
async function shop(): Promise<Server> {
  const server = await projectServer(folderOf(shopAnalyses), { history: { everyMs: 20 } });
  const orders = [order(1, 1, "a", 1), order(2, 2, "a", 2), order(3, 3, "b", 3), order(4, 4, "a", 8)];
  await server.engine.send("orders", orders);
  await expect.poll(() => server.history!.state.rowsAdded, { timeout: 20_000 }).toBe(4);
  return server;
}

const day = "from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z";

async function get(server: Server, path: string) {
  const answer = await fetch(`${server.url}/v1/analyses${path}`);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> & Problem };
}

test("each kind answers by its saved settings, which a request may change", async () => {
  const server = await shop();
  const step = server.history!.state.position;
  const funnel = await get(server, `/funnel?name=to_large&${day}`);
  expect(funnel).toMatchObject({ status: 200 });
  const [small, large] = [
    {
      event: "ordered",
      actors: 2,
      percentOfFirst: 100,
      percentOfPrevious: null,
      dropOff: null,
      medianMs: null,
      p90Ms: null,
    },
    {
      event: "large",
      actors: 1,
      percentOfFirst: 50,
      percentOfPrevious: 50,
      dropOff: 1,
      medianMs: 2_000,
      p90Ms: 2_000,
    },
  ];
  expect(funnel.body).toEqual({
    kind: "funnel",
    name: "to_large",
    from: "2026-03-01T00:00:00.000Z",
    to: "2026-03-02T00:00:00.000Z",
    timeZone: "UTC",
    step,
    settings: {
      steps: ["ordered", "large"],
      within: "1h",
      order: "loose",
      by: "size",
      limit: 10,
      from: "2026-03-01T00:00:00.000Z",
      to: "2026-03-02T00:00:00.000Z",
    },
    steps: [small, large],
    breakdown: [{ value: "small", isOther: false, steps: [small, large] }],
  });
  const strict = await get(server, `/funnel?steps=large,ordered&order=strict&${day}`);
  expect(strict.body.steps).toMatchObject([{ actors: 1 }, { actors: 0, percentOfFirst: 0 }]);
  const { body: top } = await get(server, `/top?name=best&${day}`);
  expect(top).toMatchObject({
    total: "14.00",
    rows: [{ rank: 1, value: "a", measured: "11.00" }],
    other: { values: 1, measured: "3.00" },
  });
  const { body: buyers } = await get(server, `/segments?name=buyers&${day}`);
  expect(buyers.segments).toEqual([
    {
      segment: "big",
      actors: 1,
      percent: 50,
      averages: [
        { event: "ordered", average: 3 },
        { event: "large", average: 1 },
      ],
    },
    {
      segment: "others",
      actors: 1,
      percent: 50,
      averages: [
        { event: "ordered", average: 1 },
        { event: "large", average: 0 },
      ],
    },
    {
      segment: "regular",
      actors: 0,
      percent: 0,
      averages: [
        { event: "ordered", average: null },
        { event: "large", average: null },
      ],
    },
  ]);
  const { body: daily } = await get(server, "/growth?name=daily&periods=1&to=2026-03-02T12:00:00Z");
  expect(daily.periods).toEqual([
    {
      from: "2026-03-02T00:00:00.000Z",
      to: "2026-03-02T12:00:00.000Z",
      isWhole: false,
      measured: expect.toSatisfy((value: unknown) => Number(value) === 0),
      previous: { from: "2026-03-01T00:00:00.000Z", to: "2026-03-01T12:00:00.000Z", measured: "14.00" },
      growthPercent: -100,
    },
  ]);
});

test("an answer as of a moment is what was answered then, whatever came since", async () => {
  const server = await shop();
  const at = new Date().toISOString();
  const spans = [
    "/top?name=best&span=366d",
    "/funnel?name=to_large&span=366d",
    "/segments?name=buyers&span=366d",
  ];
  const then = (path: string) => get(server, `${path}&at=${at}`);
  const before = await Promise.all(spans.map(then));
  expect(before[0]!.body).toMatchObject({ to: at, total: "14.00" });
  // Late for nobody here, and of a time that the answers before were of.
  await server.engine.send("orders", [order(5, 5, "b", 9), order(6, 6, "a", 7)]);
  await expect.poll(() => server.history!.state.rowsAdded, { timeout: 20_000 }).toBe(6);
  const now = await Promise.all(spans.map((path) => get(server, `${path}`)));
  expect(now[0]!.body).toMatchObject({ total: "30.00" });
  for (const [place, path] of spans.entries()) {
    const { step: _, ...told } = (await then(path)).body as Record<string, unknown>;
    const { step: __, ...known } = before[place]!.body as Record<string, unknown>;
    expect([path, told]).toEqual([path, known]);
  }
  const soon = new Date(Date.now() + 60_000).toISOString();
  expect(await get(server, `/top?name=best&at=${soon}`)).toMatchObject({
    status: 400,
    body: { code: "request.bad-parameter", title: expect.stringContaining("has passed") as string },
  });
});

test("events and analyses are listed with their settings", async () => {
  const { body } = await get(await shop(), "");
  expect(body.events).toEqual([
    {
      name: "ordered",
      streams: ["orders"],
      actor: "k",
      at: "ts",
      value: "amount",
      where: null,
      properties: ["size", "latitude"],
    },
    expect.objectContaining({ name: "large", where: "amount > 5" }),
  ]);
  expect(body.analyses).toHaveLength(7);
  expect(body.analyses).toContainEqual({
    name: "coming_back",
    kind: "cohort",
    summary: "Who orders again",
    settings: { first: "ordered", return: "ordered", grain: "day", periods: 3 },
    segments: null,
  });
});

/** What is asked, and what is said of it. */
const refused: readonly (readonly [string, number, string, string])[] = [
  ["/funnel", 400, "request.bad-parameter", "The parameter steps must be given: 1 to 10 names of events"],
  ["/funnel?steps=ordered,lrge", 400, "request.bad-parameter", "must be names of events"],
  ["/funnel?steps=", 400, "request.bad-parameter", "must be names of events"],
  [`/funnel?steps=${"ordered,".repeat(10)}ordered`, 400, "request.bad-parameter", "must be 1 to 10 names"],
  ["/funnel?name=to_larg", 404, "request.unknown-analysis", "There is no funnel analysis to_larg."],
  ["/funnel?name=best", 404, "request.unknown-analysis", "There is no funnel analysis best."],
  ["/funnel?name=to_large&stpes=ordered", 400, "request.unknown-parameter", "has no parameter stpes"],
  ["/funnel?name=to_large&limit=1000000000", 400, "request.bad-parameter", "from 1 to 100"],
  ["/funnel?name=to_large&limit=1e1", 400, "request.bad-parameter", "limit must be a whole number"],
  ["/funnel?name=to_large&limit=1&limit=2", 400, "request.bad-parameter", "limit must be given once"],
  [
    "/funnel?name=to_large&within=soon",
    400,
    "request.bad-parameter",
    "within must be a time from 1ms to 3660d",
  ],
  ["/funnel?name=to_large&within=99999d", 400, "request.bad-parameter", "within must be a time"],
  ["/funnel?name=to_large&order=random", 400, "request.bad-parameter", "be one of loose, strict, any"],
  [
    "/funnel?name=to_large&by=nothing",
    400,
    "request.bad-parameter",
    "a property of ordered or a column of orders",
  ],
  ["/funnel?name=to_large&by=%22", 400, "request.bad-parameter", "a property of ordered"],
  ["/funnel?name=to_large&from=yesterday", 400, "request.bad-parameter", "from must be an instant such as"],
  [
    "/funnel?name=to_large&from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z",
    400,
    "request.bad-parameter",
    "from must be before to",
  ],
  [`/funnel?name=to_large&${day}&span=1d`, 400, "request.bad-parameter", "span must be left out"],
  ["/cohort?name=coming_back&grain=year", 400, "request.bad-parameter", "be one of day, week, month"],
  ["/segments?population=ordered", 400, "request.bad-parameter", "name must be given"],
  ["/top?event=ordered", 400, "request.bad-parameter", "by must be given"],
  ["/top?name=best&event=large&by=place", 400, "request.bad-parameter", "a property of large"],
  ["/heat-map?event=Ordered", 400, "request.bad-parameter", "event must be the name of an event"],
  ["/growth?name=daily&from=2026-03-01T00:00:00Z", 400, "request.unknown-parameter", "has no parameter from"],
  ["/paths?name=afterwards&depth=6", 400, "request.bad-parameter", "from 1 to 5"],
  ["/guess", 404, "request.unknown-route", "There is nothing at GET /v1/analyses/guess"],
];

test("what cannot be answered is a problem that says why", async () => {
  const server = await shop();
  for (const [path, status, code, title] of refused) {
    const { body } = await get(server, path);
    expect([path, body.status, body.code], body.title).toEqual([path, status, code]);
    expect(body.title).toContain(title);
  }
  const { body } = await get(server, "/funnel?steps=ordered,lrge");
  expect(body.detail).toMatch("Did you mean large?");
});

test("whatever a request holds, it is no fault of the server", { timeout: 60_000 }, async () => {
  const server = await shop();
  const names = [
    ...new Set(Object.values(kinds).flatMap(({ settings }) => settings.map(({ name }) => name))),
  ];
  const value = fc.oneof(
    fc.constantFrom(
      "ordered",
      "large",
      "ordered,large",
      "sum",
      "k",
      "place",
      "ts",
      "day",
      "1",
      "0",
      "1d",
      "-1d",
      "any",
    ),
    fc.constantFrom(
      "0001-01-01T00:00:00Z",
      "9999-12-31T23:59:59Z",
      "2026-03-01T00:00:00Z",
      "$from",
      "'",
      '"',
      "\0",
    ),
    fc.string({ maxLength: 20 }),
  );
  const query = fc.array(fc.tuple(fc.constantFrom("name", ...names), value), { maxLength: 8 });
  const kind = fc.constantFrom(...Object.keys(kinds));
  const property = fc.asyncProperty(kind, query, async (asked, parameters) => {
    const { status, body } = await get(server, `/${asked}?${new URLSearchParams(parameters)}`);
    expect(status, JSON.stringify(body)).toBeLessThan(500);
    if (status !== 200) expect(body.code).toMatch(/^request\./);
  });
  await fc.assert(property, { numRuns: 300 });
});

test("without history there is nothing to analyse", async () => {
  const { body } = await get(await testServer(), "/growth?event=x");
  expect(body.code).toBe("request.bad-parameter");
  const server = await projectServer(folderOf(shopAnalyses));
  expect((await get(server, "/top?name=best")).body).toMatchObject({
    status: 409,
    code: "request.no-history",
  });
});

const event = (more: string) => `events:\n  o: { stream: orders, actor: k, ${more} }\n`;
const analysis = (more: string) => `${event("value: amount")}analyses:\n  x: { summary: X, ${more} }\n`;
const rules = (more: string) => analysis(`kind: segments, population: [o], ${more}`);

/** What is written, and what is said of it. */
const mistakes: readonly (readonly [string, string])[] = [
  ["event: {}\n", ":1: there is no setting event."],
  ["events:\n  o: { stream: ordrs, actor: k }\n", ":2: events.o.stream must be a stream"],
  ["events:\n  o: { stream: orders }\n", ":2: events.o.actor must be a text, this is missing"],
  [
    "events:\n  o: { stream: orders, actor: amount }\n",
    "events.o.actor must be a column of orders that is a text or a whole",
  ],
  ["events:\n  a b: { stream: orders, actor: k }\n", "a name of letters, digits"],
  [event("at: k"), "events.o.at must be a column of orders that is a time"],
  [event("value: k"), "events.o.value must be a column of orders that is a number"],
  [event("were: k"), "there is no setting events.o.were."],
  [event("where: amount >"), ":2: events.o.where must be a condition of DuckDB"],
  [event("where: amont > 1"), "events.o.where must be a condition of DuckDB"],
  [event("where: k"), "events.o.where must be a condition of DuckDB"],
  [event("where: id IN (FROM read_csv('/etc/passwd'))"), "events.o.where must be a condition of DuckDB"],
  [event("properties: { p: nothing + 1 }"), "events.o.properties.p must be an expression of DuckDB"],
  [analysis("kind: funel, steps: [o]"), "analyses.x.kind must be one of funnel, cohort"],
  [analysis("kind: funnel"), "analyses.x.steps must be given: 1 to 10 names of events"],
  [analysis("kind: funnel, steps: [o, p]"), "analyses.x.steps must be names of events"],
  [analysis("kind: funnel, steps: [o], setps: [o]"), "there is no setting analyses.x.setps"],
  [analysis("kind: funnel, steps: [o], within: 7 days"), "analyses.x.within must be a time from"],
  [
    analysis("kind: funnel, steps: [o], by: q"),
    "analyses.x.by must be a property of o or a column of orders",
  ],
  [analysis("kind: top, event: o, by: k, limit: 0"), "analyses.x.limit must be a whole number from 1"],
  [analysis("kind: funnel, steps: [o], else: y"), "there is no setting analyses.x.else"],
  [rules("else: y"), "analyses.x.segments must be a list"],
  [rules("segments: [{ name: a, when: { o: { min: 1 } } }]"), "analyses.x.else must be a text"],
  [rules("else: y, segments: [{ name: a, when: {} }]"), "when must be 1 to 20 conditions"],
  [rules("else: y, segments: [{ name: a, when: { o: {} } }]"), "when.o must be min or max"],
  [rules("else: y, segments: [{ name: a, when: { o: { is: [b] } } }]"), "there is no setting"],
  [
    rules("else: y, segments: [{ name: a, when: { p: { min: 1 } } }]"),
    "analyses.x.segments must be of events, p is none",
  ],
  [
    rules("else: y, segments: [{ name: a, when: { o.q: { min: 1 } } }]"),
    "analyses.x.segments must be a property of o",
  ],
];

test.each(mistakes)("%j", async (text, told) => {
  let found: readonly string[];
  try {
    found = (await checkWholeProject(folderOf(text))).mistakes;
  } catch (error) {
    found = [(error as Error).message];
  }
  expect(found.join("\n")).toContain("shop.yaml");
  expect(found.join("\n")).toContain(told);
});

test("an event or analysis of two files is told at the second", () => {
  const text = analysis("kind: funnel, steps: [o]");
  const folder = projectOf({ "sql/all.sql": shopSql, "analyses/a.yaml": text, "analyses/b.yaml": text });
  expect(checkProject(folder).mistakes.join("\n")).toContain(
    `${join("analyses", "b.yaml")}:2: a name in events must be a name`,
  );
});

test("what is saved anew is asked from then on", async () => {
  const server = await shop();
  expect((await get(server, "/top?name=worst")).status).toBe(404);
  const { analyses } = checkProject(folderOf(shopAnalyses.replace("best:", "worst:")));
  server.analyses.replace(analyses);
  expect((await get(server, `/top?name=worst&${day}`)).status).toBe(200);
});
