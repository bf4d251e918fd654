/** Properties of events through a real server: numbers and truths are the texts that they were sent as. */
import { expect, test } from "vitest";
import type { Server } from "../../src/server.ts";
import type { EventsAnswer } from "../../src/serving/answers.ts";
import { testServer } from "../support/test-server.ts";

const sql = `CREATE TABLE seen (
  id INT NOT NULL, properties MAP<STRING, STRING>, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts
) WITH ('dedup-key' = 'id');
CREATE TABLE sold LIKE seen (EXCLUDING OPTIONS);
INSERT INTO sold SELECT id, properties, ts FROM seen WHERE properties['vip'] = 'true';
CREATE MATERIALIZED VIEW bags WITH ('retention' = '24 h') AS
SELECT id, properties, COUNT(properties['none']) AS n,
  SUM(CAST(properties['amount'] AS DECIMAL(9, 3))) AS amount
FROM sold GROUP BY id, properties;`;
const ts = '"ts":"2026-03-01T00:00:01"';
const bag = '{"amount":12.50,"vip":true,"none":null,"big":1e3}';

async function send(server: Server, body: string): Promise<unknown> {
  const answer = await fetch(`${server.url}/v1/streams/seen/events?wait=bags`, { method: "POST", body });
  return await answer.json();
}

async function eventsOf(server: Server, where: string): Promise<EventsAnswer> {
  const query = new URLSearchParams({ where });
  const answer = await fetch(`${server.url}/v1/streams/seen/events?${query}`);
  expect(answer.status, where).toBe(200);
  return (await answer.json()) as EventsAnswer;
}

test("S1, E1: a view reads them as texts, through a stream that a query writes", async () => {
  const server = await testServer({ sql });
  const answer = await send(
    server,
    `[{"id":1,"properties":${bag},${ts}},{"id":1,"properties":{"vip":1},${ts}}]`,
  );
  expect(answer).toMatchObject({ accepted: 1, duplicates: 1, rejected: [] });
  expect(server.engine.rows("bags")).toMatchObject([
    {
      id: 1,
      properties: { amount: "12.50", vip: "true", none: null, big: "1e3" },
      amount: "12.500",
      n: 0,
    },
  ]);
});

test("a search finds them by their text, and shows what was sent", async () => {
  const server = await testServer({ sql });
  await send(server, `{"id":1,"properties":${bag},${ts}}`);
  const found = await eventsOf(server, "properties['amount'] = '12.50' AND properties['big'] = '1e3'");
  expect(found.events.map(({ event }) => event)).toEqual([
    { id: 1, properties: { amount: 12.5, vip: true, none: null, big: 1000 }, ts: "2026-03-01T00:00:01" },
  ]);
  expect((await eventsOf(server, "properties['amount'] = '12.5'")).events).toEqual([]);
  const { id } = found.events[0]!;
  const journey = await (await fetch(`${server.url}/v1/streams/seen/events/${id}`)).text();
  expect(journey).toContain(bag);
  expect(JSON.parse(journey)).toMatchObject({ readers: [{ name: "sold", status: "taken" }] });
});

test("an object or an array as a property is a dead letter, with what it must be", async () => {
  const server = await testServer({ sql });
  const bad = ['{"a":{"b":1}}', '{"a":[1]}'].map((each) => `{"id":2,"properties":${each},${ts}}`);
  expect(await send(server, `[${bad}]`)).toMatchObject({
    rejected: ['{"b":1}', "[1]"].map((found, index) => ({
      index,
      code: "row.wrong-type",
      message: `The field properties must be MAP<STRING, STRING>, this is ${found}.`,
    })),
  });
  expect(await server.engine.deadLetters("seen")).toMatchObject({ open: 2 });
});

test("/openapi.json lets them be sent so, and says that they are written as texts", async () => {
  const server = await testServer({ sql });
  const document = JSON.stringify(await (await fetch(`${server.url}/openapi.json`)).json());
  const text = '{"anyOf":[{"type":"string"},{"type":"null"}]}';
  expect(document).toContain(
    `"additionalProperties":{"anyOf":[${text},{"type":"number"},{"type":"boolean"}]}`,
  );
  expect(document).toContain(`"additionalProperties":${text}`);
});
