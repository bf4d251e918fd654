/** The analyses that packs keep: every one answers, those that documents ask for as counted by hand. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Server } from "../../src/server.ts";
import { projectServer } from "../support/endpoint-server.ts";

const packs = join(import.meta.dirname, "../../packs");
const withAnalyses = readdirSync(packs).filter((pack) => readdirSync(join(packs, pack)).includes("analyses"));

async function packServer(pack: string, sent: Readonly<Record<string, readonly object[]>>): Promise<Server> {
  const folder = join(packs, pack);
  const server = await projectServer(folder, { history: { everyMs: 20 } });
  for (const [stream, events] of Object.entries(sent)) await server.engine.send(stream, events);
  const count = Object.values(sent).flat().length;
  await expect.poll(() => server.history!.state.rowsAdded, { timeout: 20_000 }).toBeGreaterThanOrEqual(count);
  return server;
}

async function get(server: Server, path: string) {
  const answer = await fetch(`${server.url}/v1/analyses${path}`);
  const body = (await answer.json()) as Record<string, unknown>;
  expect(answer.status, `${path}: ${JSON.stringify(body)}`).toBe(200);
  return body;
}

test.each(withAnalyses)("each analysis of %s answers, with nothing in history too", async (pack) => {
  const server = await packServer(pack, {});
  const { analyses } = (await get(server, "")) as { analyses: readonly { kind: string; name: string }[] };
  expect(analyses.length).toBeGreaterThan(0);
  // Which streams there are stands in the journal: history has looked at it.
  await expect.poll(() => server.history!.state.seen, { timeout: 20_000 }).toBeGreaterThan(0);
  for (const { kind, name } of analyses)
    expect(await get(server, `/${kind}?name=${name}`)).toMatchObject({ kind, name });
});

let nextId = 0;
const mailEvent = (
  user: string,
  type: string,
  at: string,
  properties: Readonly<Record<string, string>> = {},
) => ({
  event_id: String(nextId++),
  event_type: type,
  user_id: user,
  timestamp: `2026-${at}Z`,
  properties,
  campaign_id: "spring",
});
const times = (count: number, user: string, type: string) =>
  Array.from({ length: count }, (_, place) =>
    mailEvent(user, type, `03-02T10:${String(place).padStart(2, "0")}:00`),
  );

/** ann does all, bob some, cid opens, dan and eve are silent, fay registers and comes back a month later. */
const mail = {
  "email-events": [
    ...["ann", "bob", "cid", "dan", "eve"].map((user) => mailEvent(user, "email_sent", "03-02T09:00:00")),
    ...[
      ...times(10, "ann", "email_opened"),
      ...times(5, "bob", "email_opened"),
      ...times(1, "cid", "email_opened"),
    ],
    ...["ann", "ann", "ann", "bob"].map((user) => mailEvent(user, "email_clicked", "03-02T10:30:00")),
    mailEvent("fay", "email_opened", "04-03T10:00:00", { client: "web" }),
  ],
  "user-actions": [
    ...["ann", "ann"].map((user) => mailEvent(user, "referral_made", "03-02T11:00:00")),
    mailEvent("fay", "user_registration", "03-02T08:00:00", { source: "ad" }),
  ],
  "conversion-events": [
    mailEvent("ann", "conversion", "03-01T12:00:00", { revenue: "4.00" }),
    mailEvent("ann", "conversion", "03-02T12:00:00", { revenue: "10.00" }),
    mailEvent("ann", "conversion", "03-02T13:00:00", { revenue: "much" }),
    // Euros are not added to dollars.
    mailEvent("ann", "conversion", "03-02T14:00:00", { revenue: "7.00", currency: "EUR" }),
  ],
  "analytics-events": [mailEvent("system", "api_request", "03-02T12:00:00")],
};
const march = "from=2026-02-15T00:00:00Z&to=2026-03-03T00:00:00Z";

test("E15, E16: the funnel of mails and the segments of readers are as counted by hand", async () => {
  const server = await packServer("email", mail);
  const { steps } = (await get(server, `/funnel?name=email_conversion&${march}`)) as {
    steps: readonly { event: string; actors: number; percentOfFirst: number }[];
  };
  expect(steps.map(({ event, actors, percentOfFirst }) => [event, actors, percentOfFirst])).toEqual([
    ["email_sent", 5, 100],
    ["email_opened", 3, 60],
    ["email_clicked", 2, 40],
    ["conversion", 1, 20],
  ]);
  const referral = await get(server, `/funnel?name=referral_conversion&${march}`);
  expect(referral.steps).toMatchObject([{ actors: 1 }, { actors: 1, medianMs: 3_600_000 }]);
  const onboarding = await get(server, `/funnel?name=user_onboarding&${march}&within=60d`);
  expect(onboarding.steps).toMatchObject([{ actors: 1 }, { actors: 1 }, { actors: 0 }, { actors: 0 }]);
  const { segments } = (await get(server, `/segments?name=behavioral&${march}`)) as {
    segments: readonly { segment: string; actors: number; averages: readonly { average: number | null }[] }[];
  };
  const told = segments.map(({ segment, actors, averages }) => [
    segment,
    actors,
    ...averages.map((each) => each.average),
  ]);
  expect(told).toEqual([
    ["Inactive Users", 3, 0, 0],
    ["Power Users", 1, 4, 2],
    ["Active Users", 1, 0, 0],
    ["Engaged Users", 1, 0, 0],
  ]);
});

test("E8, E14: growth and cohorts of the newsletter are as counted by hand", async () => {
  const server = await packServer("email", mail);
  const growth = await get(server, "/growth?name=revenue_growth&to=2026-03-03T00:00:00Z");
  expect(growth.periods).toMatchObject([
    {
      from: "2026-03-02T00:00:00.000Z",
      measured: "10.00",
      previous: { measured: "4.00" },
      growthPercent: 150,
    },
  ]);
  const users = await get(server, "/growth?name=user_growth&to=2026-03-03T00:00:00Z");
  // ann, bob, cid and fay after ann alone.
  expect(users.periods).toMatchObject([{ measured: 4, previous: { measured: 1 }, growthPercent: 300 }]);
  const cohorts = await get(server, `/cohort?name=user_registration&${march}&periods=3`);
  const period = (active: number) => ({ active, isFinal: true, percent: active * 100 });
  expect(cohorts.cohorts).toMatchObject([
    { begin: "2026-03-01T00:00:00.000Z", size: 1, periods: [period(1), period(1), period(0)] },
  ]);
});

test("K6: the funnel of the site is of sessions, and its span is a parameter", async () => {
  const event = (session: string, type: string, minute: number) => ({
    event_id: `${session}${type}`,
    event_type: type,
    event_ts: new Date(Date.UTC(2026, 2, 2, 9, minute)).toISOString(),
    user_id: "u1",
    session_id: session,
    price: 1,
    currency: "EUR",
  });
  const server = await packServer("clickstream", {
    clickstream_events: [
      ...[event("s1", "page_view", 1), event("s1", "add_to_cart", 2), event("s1", "purchase", 3)],
      ...[event("s2", "page_view", 40), event("s2", "purchase", 41)],
    ],
  });
  const stepsOf = async (span: string) => {
    const path = `/funnel?name=site_conversion&to=2026-03-02T10:00:00Z&span=${span}`;
    const { steps } = (await get(server, path)) as { steps: readonly { actors: number; dropOff: number }[] };
    return steps.map(({ actors, dropOff }) => [actors, dropOff]);
  };
  expect(await stepsOf("1h")).toEqual([
    [2, null],
    [1, 1],
    [1, 0],
  ]);
  expect(await stepsOf("30min")).toEqual([
    [1, null],
    [0, 1],
    [0, 0],
  ]);
});
