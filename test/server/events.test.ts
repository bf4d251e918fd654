/** What a stream was given, through a real server: newest first, by conditions, and what became of each. */
import { expect, test } from "vitest";
import type { Server } from "../../src/server.ts";
import type { EventJourneyAnswer, EventsAnswer } from "../../src/serving/answers.ts";
import type { Problem } from "../../src/serving/protocol.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { order, shopSql, testServer } from "../support/test-server.ts";

type Asked = Readonly<Record<string, string | number>>;

async function ask(server: Server, path: string, asked: Asked = {}): Promise<Response> {
  const query = new URLSearchParams(
    Object.entries(asked).map(([name, value]) => [name, String(value)] as [string, string]),
  );
  return await fetch(`${server.url}/v1/streams/${path}?${query}`);
}

async function eventsOf(server: Server, stream: string, asked: Asked = {}): Promise<EventsAnswer> {
  const answer = await ask(server, `${stream}/events`, asked);
  expect(answer.status, JSON.stringify(asked)).toBe(200);
  return (await answer.json()) as EventsAnswer;
}

async function journeyOf(server: Server, stream: string, id: string): Promise<EventJourneyAnswer> {
  const answer = await ask(server, `${stream}/events/${id}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as EventJourneyAnswer;
}

async function problemOf(server: Server, path: string, asked: Asked = {}): Promise<Problem> {
  const answer = await ask(server, path, asked);
  expect(answer.headers.get("content-type")).toContain("application/problem+json");
  return (await answer.json()) as Problem;
}

async function send(server: Server, body: string, stream = "orders"): Promise<void> {
  await fetch(`${server.url}/v1/streams/${stream}/events`, { method: "POST", body });
}

const lines = (...rows: readonly object[]) => JSON.stringify(rows);
const ids = ({ events }: EventsAnswer) => events.map(({ event }) => event.id);
const instant = (second: number) => new Date(Date.UTC(2026, 2, 1) + second * 1000).toISOString();

/** Until the engine has taken what was sent, as the view shows it. */
async function taken(server: Server, rows: number, view = "sales"): Promise<void> {
  const of = () => server.engine.view(view)!.counters;
  await expect.poll(() => of().rowsTaken + of().rowsFiltered + of().rowsLate, { timeout: 10_000 }).toBe(rows);
}

test("the newest come first, each with its place and its times, and pages go back", async () => {
  const server = await testServer();
  await send(server, lines(order(1, 1), order(2, 2), order(3, 3)));
  await send(server, lines(order(4, 4), order(5, 5)));
  const first = await eventsOf(server, "orders", { limit: 2 });
  expect(ids(first)).toEqual([5, 4]);
  expect(first).toMatchObject({ stream: "orders", order: "newest", stopped: "limit" });
  expect(ids(await eventsOf(server, "orders", { q: "}{" }))).toEqual([]);
  const [newest] = first.events;
  expect(newest).toMatchObject({ row: 1, eventTime: instant(5), kind: "insert", event: order(5, 5) });
  expect(newest!.id).toBe(`${newest!.step}-1`);
  expect(Math.abs(Date.parse(newest!.appendedAt) - Date.now())).toBeLessThan(60_000);
  await send(server, lines(order(6, 6)));
  const second = await eventsOf(server, "orders", { limit: 2, after: first.next! });
  expect(ids(second)).toEqual([3, 2]);
  const last = await eventsOf(server, "orders", { limit: 2, after: second.next! });
  expect([ids(last), last.stopped, last.next]).toEqual([[1], null, null]);
  const oldest = await eventsOf(server, "orders", { order: "oldest", limit: 4 });
  expect(ids(oldest)).toEqual([1, 2, 3, 4]);
  const behind = await eventsOf(server, "orders", { order: "oldest", after: oldest.events.at(-1)!.id });
  expect(ids(behind)).toEqual([5, 6]);
});

test("by conditions over columns, those that are computed, and what the log knows", async () => {
  const sql = `CREATE TABLE orders (id BIGINT NOT NULL, k STRING, amount DECIMAL(10, 2),
    place ROW<lat DOUBLE>, twice AS amount * 2, came TIMESTAMP_LTZ(3) METADATA FROM 'timestamp',
    millis BIGINT, ts AS TO_TIMESTAMP_LTZ(millis, 3), WATERMARK FOR ts AS ts);`;
  const server = await testServer({ sql });
  const row = (id: number, more: object = {}) => ({ id, k: "a", amount: 1, millis: id * 1000, ...more });
  await send(server, lines(row(1), row(2, { amount: 4, place: { lat: 7 } }), row(3, { k: null })));
  const big = '{"id": 9007199254740993, "k": "\\u00e9\\n", "millis": 4000, "other": [1, {"x": null}]}';
  await send(server, big);
  const found = async (where: string) => ids(await eventsOf(server, "orders", { where, order: "oldest" }));
  expect(await found("twice > 7")).toEqual([2]);
  expect(await found("place.lat = 7")).toEqual([2]);
  expect(await found("k IS NULL")).toEqual([3]);
  expect(await found("`$row` = 2")).toEqual([3]);
  expect(await found("came > CURRENT_TIMESTAMP - INTERVAL '1' HOUR AND id < 3")).toEqual([1, 2]);
  expect(await found("`$appended_at` > CURRENT_TIMESTAMP")).toEqual([]);
  expect(await found("ts >= TO_TIMESTAMP_LTZ(3000, 3) AND id < 10")).toEqual([3]);
  const answer = await ask(server, "orders/events", { where: "k = 'é\n' AND id = 9007199254740993" });
  const text = await answer.text();
  expect(text).toContain(`"event":${big}`);
  expect(JSON.parse(text).events[0].eventTime).toBe("1970-01-01T00:00:04.000Z");
});

test("by a text, by event times and by when they were written", async () => {
  const server = await testServer();
  for (const second of [10, 20, 30]) {
    await send(server, lines(order(second, second, `k${second}`)));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const all = await eventsOf(server, "orders", { order: "oldest" });
  const [first, second, third] = all.events.map(({ appendedAt }) => appendedAt);
  expect(new Set([first, second, third]).size).toBe(3);
  for (const [asked, wanted] of [
    [{ q: '"k20"' }, [20]],
    [{ q: "nobody" }, []],
    [{ eventFrom: instant(20) }, [30, 20]],
    [{ eventTo: instant(20) }, [10]],
    [{ eventFrom: instant(11), eventTo: instant(30) }, [20]],
    [{ appendedFrom: second! }, [30, 20]],
    [{ appendedTo: second! }, [10]],
    [{ appendedFrom: second!, appendedTo: third!, q: "k" }, [20]],
  ] as const) {
    expect(ids(await eventsOf(server, "orders", asked as Asked)), JSON.stringify(asked)).toEqual(wanted);
  }
});

test("rows of an earlier schema have what they were declared with", async () => {
  const data = scratchFolder();
  const table = (columns: string) => `CREATE TABLE orders (id INT NOT NULL${columns});`;
  const first = await testServer({ data, sql: table("") });
  await send(first, '{"id":1,"note":{"anything":[]}}');
  await first.close();
  const server = await testServer({ data, sql: table(", note STRING") });
  await send(server, '{"id":2,"note":"n"}');
  expect(ids(await eventsOf(server, "orders", { where: "note IS NULL" }))).toEqual([1]);
  expect(ids(await eventsOf(server, "orders", { where: "note = 'n'" }))).toEqual([2]);
});

test("of a table with a primary key also what takes a row back", async () => {
  const sql = `CREATE TABLE source (id INT NOT NULL, n INT NOT NULL, PRIMARY KEY (id) NOT ENFORCED);
    CREATE TABLE lasting (id INT NOT NULL, total INT NOT NULL, PRIMARY KEY (id) NOT ENFORCED);
    INSERT INTO lasting SELECT id, n FROM source WHERE n > 0;`;
  const server = await testServer({ sql });
  await send(server, lines({ id: 1, n: 5 }, { id: 1, n: 0 }), "source");
  const kinds = async (asked: Asked) =>
    (await eventsOf(server, "lasting", asked)).events.map(({ kind }) => kind);
  await expect.poll(() => kinds({})).toEqual(["delete", "insert"]);
  expect(await kinds({ where: "id = 1" })).toEqual(["delete", "insert"]);
});

test("bounds end an answer early, which says so and goes on from there", async () => {
  const rows = Array.from({ length: 50 }, (_, id) => order(id, id));
  const server = await testServer({ query: { answerBytesMax: 500 } });
  await send(server, lines(...rows));
  const found: unknown[] = [];
  let after: string | null = null;
  do {
    const page: EventsAnswer = await eventsOf(server, "orders", after === null ? {} : { after });
    expect(page.events.length).toBeLessThan(50);
    expect(page.stopped).toBe(page.next === null ? null : "bytes");
    found.push(...ids(page));
    after = page.next;
  } while (after !== null);
  expect(found).toEqual(rows.map(({ id }) => id).reverse());
});

test("what cannot be meant is a problem, with its place", async () => {
  const server = await testServer();
  await send(server, lines(order(1, 1)));
  for (const [path, asked, status, code] of [
    ["nobody/events", {}, 404, "request.unknown-stream"],
    ["sales/events", {}, 404, "request.unknown-stream"],
    ["orders/events", { where: "nobody = 1" }, 400, "sql.unknown-column"],
    ["orders/events", { where: "amount" }, 400, "sql.not-boolean"],
    ["orders/events", { where: "k IN (SELECT k FROM orders)" }, 400, "sql.not-supported-yet"],
    ["orders/events", { where: "1 / (id - 1) > 0" }, 400, "sql.division-by-zero"],
    ["orders/events", { limit: 1_000_000_000 }, 400, "request.bad-parameter"],
    ["orders/events", { limit: 0 }, 400, "request.bad-parameter"],
    ["orders/events", { order: "best" }, 400, "request.bad-parameter"],
    ["orders/events", { after: "last" }, 400, "request.bad-parameter"],
    ["orders/events", { appendedFrom: "yesterday" }, 400, "request.bad-parameter"],
    ["orders/events", { appendedFrom: "2016-12-31T23:59:60Z" }, 400, "request.bad-parameter"],
    ["orders/events", { q: "" }, 400, "request.bad-parameter"],
    ["orders/events", { were: "id = 1" }, 400, "request.bad-parameter"],
    ["orders/events/1-0", {}, 404, "request.unknown-event"],
    ["orders/events/99999999-0", {}, 404, "request.unknown-event"],
    ["orders/events/last", {}, 404, "request.unknown-event"],
    ["nobody/events/1-0", {}, 404, "request.unknown-stream"],
  ] as const) {
    const problem = await problemOf(server, path, asked as unknown as Asked);
    expect([problem.status, problem.code], `${path} ${JSON.stringify(asked)}`).toEqual([status, code]);
  }
  const { position } = await problemOf(server, "orders/events", { where: "id = 1 AND nobody = 1" });
  expect(position).toMatchObject({ line: 1, column: 12 });
  expect((await problemOf(server, "order/events")).detail).toContain("Did you mean orders?");
  const { events } = await eventsOf(server, "orders");
  expect((await problemOf(server, `orders/events/${events[0]!.step}-1`)).code).toBe("request.unknown-event");
});

/** However slow the machine is, no clock closes a window. */
const neverIdle = shopSql.replace("FOR ts AS ts\n)", "FOR ts AS ts\n) WITH ('idle-timeout' = '1 h')");

const fates = ({ readers }: EventJourneyAnswer) =>
  Object.fromEntries(readers.map(({ name, status }) => [name, status]));

test("the journey of an event through the queries that read its stream", async () => {
  const sql = `${neverIdle}
    CREATE MATERIALIZED VIEW picked AS SELECT window_start, window_end, COUNT(*) AS n
    FROM TABLE(HOP(TABLE orders, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND))
    WHERE k <> 'x' AND amount > 0.5 GROUP BY window_start, window_end;
    CREATE TABLE bigger (id INT NOT NULL, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts);
    INSERT INTO bigger SELECT id, ts FROM orders WHERE amount >= 100;
    CREATE MATERIALIZED VIEW biggest WITH ('retention' = '1 h') AS SELECT id, COUNT(*) AS n FROM bigger
    GROUP BY id;`;
  const server = await testServer({ sql });
  await send(server, lines(order(1, 1), order(2, 2, "x", 100), order(3, 3, "a", 0.25)));
  await send(server, lines(order(4, 41)));
  await send(server, lines(order(5, 4)));
  await taken(server, 5, "picked");
  const all = (await eventsOf(server, "orders", { order: "oldest" })).events;
  const journeys = await Promise.all(all.map(({ id }) => journeyOf(server, "orders", id)));
  expect(journeys.map(fates)).toEqual([
    { sales: "taken", closed: "taken", picked: "taken", bigger: "filtered" },
    { sales: "taken", closed: "taken", picked: "filtered", bigger: "taken" },
    { sales: "taken", closed: "taken", picked: "filtered", bigger: "filtered" },
    { sales: "waiting", closed: "waiting", picked: "waiting", bigger: "filtered" },
    { sales: "late", closed: "late", picked: "late", bigger: "filtered" },
  ]);
  const [first, second, third, fourth, fifth] = journeys as [EventJourneyAnswer, ...EventJourneyAnswer[]] &
    EventJourneyAnswer[];
  const of = (journey: EventJourneyAnswer | undefined, name: string) =>
    journey!.readers.find((reader) => reader.name === name)!;
  expect(of(second, "picked").predicate).toBe("k <> 'x'");
  expect(of(third, "picked").predicate).toBe("amount > 0.5");
  expect(first).toMatchObject({ stream: "orders", number: 0, event: order(1, 1), letter: null });
  expect(of(first, "picked").windows).toEqual([
    { start: instant(-5), end: instant(5), isOpen: false },
    { start: instant(0), end: instant(10), isOpen: false },
  ]);
  expect(of(fourth, "sales").windows).toEqual([{ start: instant(40), end: instant(50), isOpen: true }]);
  expect(of(fourth, "sales").why).toContain(instant(50));
  expect(of(fifth, "sales").windows).toEqual([{ start: instant(0), end: instant(10), isOpen: false }]);
  expect(of(fifth, "sales").why).toContain("37000 ms behind the watermark");
  const [written] = (await eventsOf(server, "bigger")).events;
  const derived = await journeyOf(server, "bigger", written!.id);
  expect(derived.causedBy).toBe(second!.step);
  expect(fates(derived)).toEqual({ biggest: "taken" });
  const [late] = (await eventsOf(server, "sales$late")).events;
  expect(late!.event).toMatchObject({ id: 5, late_by_ms: 37_000 });
});

test("an event that is like a late one in nothing but its step is not late", async () => {
  const server = await testServer({ sql: neverIdle });
  await send(server, lines(order(1, 100)));
  await send(server, lines(order(2, 3), order(3, 101)));
  await taken(server, 3);
  const [onTime, late] = (await eventsOf(server, "orders", { limit: 2 })).events;
  expect(fates(await journeyOf(server, "orders", onTime!.id)).sales).toBe("waiting");
  expect(fates(await journeyOf(server, "orders", late!.id)).sales).toBe("late");
});

test("a condition on the watermark is not guessed", async () => {
  const sql = `${shopSql.split("CREATE MATERIALIZED")[0]}
    CREATE MATERIALIZED VIEW early WITH ('retention' = '1 h') AS SELECT k, COUNT(*) AS n FROM orders
    WHERE CURRENT_WATERMARK(ts) IS NULL GROUP BY k;`;
  const server = await testServer({ sql });
  await send(server, lines(order(1, 1)));
  await taken(server, 1, "early");
  const [event] = (await eventsOf(server, "orders")).events;
  const [reader] = (await journeyOf(server, "orders", event!.id)).readers;
  expect(reader).toMatchObject({ name: "early", status: "unknown" });
  expect(reader!.why).toContain("watermark");
});

test("a dead letter says why, and whether it was sent again since", async () => {
  const server = await testServer();
  await send(server, '[{"id": "x"}, {"id": 2}]');
  const list = await server.engine.deadLetters("orders");
  const [newest, oldest] = list.letters;
  expect((await eventsOf(server, "orders$dead")).events.map(({ id }) => id)).toEqual([
    newest!.id,
    oldest!.id,
  ]);
  const before = await journeyOf(server, "orders$dead", oldest!.id);
  expect(before.letter).toMatchObject({
    code: "row.wrong-type",
    field: "id",
    replayed: "no",
    replayedAt: null,
  });
  const edited = new Map([[oldest!.number, JSON.stringify(order(1, 1))]]);
  const choice = { numbers: new Set(edited.keys()) };
  expect(await server.engine.replay("orders", { choice, edited, force: true })).toMatchObject({ taken: 1 });
  const after = await journeyOf(server, "orders$dead", oldest!.id);
  expect(after.letter).toMatchObject({ replayed: "yes" });
  expect(Math.abs(Date.parse(after.letter!.replayedAt!) - Date.now())).toBeLessThan(60_000);
  expect((await journeyOf(server, "orders$dead", newest!.id)).letter!.replayed).toBe("no");
});

test("many questions at once are answered by one thread, and too many are refused", async () => {
  const server = await testServer();
  await send(server, lines(...Array.from({ length: 500 }, (_, id) => order(id, id))));
  const statuses = await Promise.all(
    Array.from({ length: 200 }, async () => (await ask(server, "orders/events", { where: "id = 7" })).status),
  );
  expect(new Set(statuses).has(200)).toBe(true);
  expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
});

test("a question that is not answered when the server stops is answered that", async () => {
  const server = await testServer();
  await send(server, lines(order(1, 1)));
  const asked = server.engine.events.page("orders", { newestFirst: true, limit: 1 });
  const told = asked.then(
    () => "answered",
    (error: { readonly code: string }) => error.code,
  );
  await server.close();
  expect(["answered", "request.query-ended"]).toContain(await told);
  await expect(async () =>
    server.engine.events.page("orders", { newestFirst: true, limit: 1 }),
  ).rejects.toThrow("stopping");
});
