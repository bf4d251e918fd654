/** `start --backfill` as a real process: the past is filled in order, once, and the present goes on. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { type Thinning, thinning } from "../../src/cli/simulation/backfill.ts";
import { type Running, runToEnd, start } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const dayMs = 86_400_000;

const sql = `
CREATE TABLE looks (id STRING NOT NULL, ts TIMESTAMP_LTZ(3) NOT NULL, WATERMARK FOR ts AS ts)
WITH ('dedup-key' = 'id');
CREATE TABLE sales (id STRING NOT NULL, amount DECIMAL(10, 2) NOT NULL, ts TIMESTAMP_LTZ(3) NOT NULL,
  WATERMARK FOR ts AS ts);
CREATE MATERIALIZED VIEW bought WITH ('max-rows' = '100000') AS
SELECT window_start, window_end, COUNT(*) AS n, SUM(s.amount) AS total
FROM TABLE(TUMBLE((SELECT l.ts, s.amount FROM looks AS l JOIN sales AS s ON l.id = s.id
  AND s.ts BETWEEN l.ts AND l.ts + INTERVAL '5' MINUTE), DESCRIPTOR(ts), INTERVAL '1' HOUR)) AS s
GROUP BY window_start, window_end;`;

const world = (rate: number) => `
rate: ${rate}
curves: { day: { hours: [1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 4, 3, 2, 1] } }
journeys:
  visit:
    weight: 1
    curve: day
    steps:
      - let: { id: { uuid: true } }
      - send: looks
        fields: { id: { get: id }, ts: { now: true } }
      - wait: { from: 1 s, to: 4 min }
      - chance: 0.5
        then:
          - send: sales
            fields: { id: { get: id }, amount: { decimal: { from: 1, to: 9, scale: 2 } }, ts: { now: true } }
faults:
  looks: { duplicate: 0.1, broken: 0.1 }
`;

function project(rate: number): { project: string; data: string } {
  const scratch = scratchFolder();
  const folder = join(scratch, "shop");
  for (const name of ["sql", "simulators"]) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, "sql", "all.sql"), sql);
  writeFileSync(join(folder, "simulators", "shop.yaml"), world(rate));
  return { project: folder, data: join(scratch, "data") };
}

const command = (folder: string, data: string, ...more: string[]) => [
  join(projectRoot, "node_modules", "node", "bin", "node"),
  join(projectRoot, "bin", "run-main.js"),
  join(projectRoot, "src", "cli", "main.ts"),
  ...["start", folder, "--port", "0", "--data", data, ...more],
];

async function begin(
  folder: string,
  data: string,
  ...more: string[]
): Promise<{ running: Running; url: string }> {
  const running = start(command(folder, data, ...more), { cwd: projectRoot });
  const [, url] = await running.waitForOutput(/Read\s+(http:\S+)\/v1\/views/);
  return { running, url: url! };
}

async function stop({ child, finished }: Running): Promise<void> {
  child.kill("SIGINT");
  expect((await finished).code).toBe(0);
}

/** What `/metrics` says of a stream or a view. */
async function metric(url: string, name: string, labels: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split("\n").find((each) => each.startsWith(`quickwater_${name}{${labels}}`));
  return Number(line?.split(" ").at(-1));
}

const logged = (url: string, stream: string) => metric(url, "stream_rows_total", `stream="${stream}"`);

async function openBrackets(url: string): Promise<number> {
  const answer = (await (await fetch(`${url}/v1/streams`)).json()) as { streams: { backfill: unknown }[] };
  return answer.streams.filter(({ backfill }) => backfill !== null).length;
}

test("the past is filled in order and once, and the present goes on", async () => {
  const { project: folder, data } = project(2);
  const first = await begin(folder, data, "--backfill", "2d");
  const [, told = ""] = await first.running.waitForOutput(/Filled with ([\d,]+) events in [\d.]+ s\./);
  const events = Number(told.replaceAll(",", ""));
  const expected = 2 * 2 * 86_400;
  expect(Math.abs(events / expected - 1)).toBeLessThan(0.1);
  const [looks, sales] = [await logged(first.url, "looks"), await logged(first.url, "sales")];
  expect(looks + sales).toBeGreaterThanOrEqual(events);
  expect(await openBrackets(first.url)).toBe(0);
  // Of two days more than 45 hours are closed, none of their rows was late, and each sale found its look.
  const view = async () => {
    const answer = await fetch(`${first.url}/v1/views/bought?limit=1000`);
    return ((await answer.json()) as { rows: { window_start: string; n: number }[] }).rows;
  };
  await expect.poll(async () => (await view()).length, { timeout: 20_000 }).toBeGreaterThan(45);
  await expect
    .poll(async () => (await view()).reduce((sum, { n }) => sum + n, 0), { timeout: 20_000 })
    .toBeGreaterThan(sales * 0.98);
  const starts = (await view()).map(({ window_start }) => Date.parse(window_start)).sort();
  expect(Date.now() - starts[0]!).toBeGreaterThan(1.9 * dayMs);
  expect(await metric(first.url, "view_rows_late_total", 'view="bought"')).toBe(0);
  await expect.poll(() => logged(first.url, "looks"), { timeout: 20_000 }).toBeGreaterThan(looks);
  await stop(first.running);
  const second = await begin(folder, data, "--backfill", "2d");
  await second.running.waitForOutput(/looks has events already: the past is not filled again\./);
  const again = (await logged(second.url, "looks")) + (await logged(second.url, "sales"));
  expect(again).toBeLessThan(events + 500);
  await stop(second.running);
}, 90_000);

test.each(["SIGINT", "SIGKILL"] as const)(
  "broken off by %s, the next start ends its brackets",
  async (signal) => {
    const { project: folder, data } = project(50);
    const first = await begin(folder, data, "--backfill", "2d");
    await expect.poll(() => logged(first.url, "looks"), { timeout: 20_000 }).toBeGreaterThan(0);
    expect(await openBrackets(first.url)).toBe(2);
    await sleep(50);
    first.running.child.kill(signal);
    const { stdout } = await first.running.finished;
    expect(stdout.includes("Filled with")).toBe(false);
    const second = await begin(folder, data, "--backfill", "2d");
    await second.running.waitForOutput(/the past is not filled again\./);
    if (signal === "SIGKILL") await second.running.waitForOutput(/It was broken off the last time/);
    await expect.poll(() => openBrackets(second.url)).toBe(0);
    await stop(second.running);
  },
  60_000,
);

test("the settings say it too, the command line otherwise", async () => {
  const { project: folder, data } = project(2);
  writeFileSync(join(folder, "quickwater.yaml"), "backfill:\n  span: 1 h\n  events: 500\n");
  const without = await begin(folder, `${data}-none`, "--backfill", "none");
  await expect.poll(() => logged(without.url, "looks"), { timeout: 20_000 }).toBeGreaterThan(0);
  without.running.child.kill("SIGINT");
  expect((await without.running.finished).stdout).not.toContain("the past");
  const first = await begin(folder, data);
  const [, told = ""] = await first.running.waitForOutput(/Filled with ([\d,]+) events in [\d.]+ s\./);
  // At some hours a tenth of the others happens.
  expect(Number(told)).toBeGreaterThan(20);
  expect(Number(told)).toBeLessThanOrEqual(500);
  await stop(first.running);
  const second = await begin(folder, data);
  second.running.child.kill("SIGINT");
  expect((await second.running.finished).stdout).not.toContain("the past");
}, 60_000);

test("what is recent is as dense as the present, the rest is thin", async () => {
  const { project: folder, data } = project(5);
  writeFileSync(join(folder, "quickwater.yaml"), "backfill: { span: 1d, events: 4000, recent: 5min }\n");
  const { running, url } = await begin(folder, data);
  const [, told = ""] = await running.waitForOutput(/Filled with ([\d,]+) events in [\d.]+ s\./);
  expect(Number(told.replaceAll(",", ""))).toBeLessThanOrEqual(4_000);
  const nowMs = Date.now();
  const looks = async (fromMinutes: number, toMinutes: number) => {
    const instant = (minutes: number) => new Date(nowMs - minutes * 60_000).toISOString();
    const span = `eventFrom=${instant(fromMinutes)}&eventTo=${instant(toMinutes)}&limit=1000`;
    const answer = await fetch(`${url}/v1/streams/looks/events?${span}`);
    return ((await answer.json()) as { events: readonly unknown[] }).events.length;
  };
  const [recent, before] = [await looks(4.5, 0.5), await looks(10, 6)];
  expect(recent).toBeGreaterThan(100);
  expect(recent).toBeGreaterThan(5 * before);
  await stop(running);
}, 60_000);

test.each([
  ["backfill: { span: 1h, recent: 2h }", "backfill.recent must be a time from 1min to the whole span"],
  ["backfill: soon", 'backfill must be a time from 1min to 366d, such as 7d, this is "soon"'],
  ["backfill: { events: 200 }", "backfill.span must be a text, this is missing"],
  ["backfill: { span: 1d, event: 200 }", "there is no setting backfill.event"],
])("%s is refused", async (settings, said) => {
  const { project: folder, data } = project(1);
  writeFileSync(join(folder, "quickwater.yaml"), settings);
  const { code, stderr } = await runToEnd(command(folder, data), { cwd: projectRoot });
  expect([code, stderr.includes(said)], stderr).toEqual([1, true]);
});

test("of more events than may be only each so many-th happens", () => {
  const week = { spanMs: 7 * dayMs, eventsMax: 1_000_000, recentMs: 0 };
  const eventsOf = ({ share, recentMs }: Thinning, rate: number) =>
    [(share * rate * (week.spanMs - recentMs)) / 1000, (rate * recentMs) / 1000] as const;
  expect(thinning([1], week)).toEqual({ share: 1, recentMs: 0 });
  expect(eventsOf(thinning([10, 40], week), 50)[0]).toBeCloseTo(850_000, 0);
  expect(eventsOf(thinning([10, 40], { ...week, eventsMax: 100_000 }), 50)[0]).toBeCloseTo(85_000, 0);
  // An hour at 50 a second: reserved twice.
  const recent = thinning([10, 40], { ...week, recentMs: 3_600_000 });
  expect(recent.recentMs).toBe(3_600_000);
  expect(eventsOf(recent, 50)).toEqual([expect.closeTo(850_000 - 360_000, 0) as number, 180_000]);
  // A day of them would be too many.
  const long = thinning([10, 40], { ...week, recentMs: dayMs });
  expect(eventsOf(long, 50)).toEqual([expect.closeTo(425_000, 0) as number, 212_500]);
  // There are so few that all of them are recent.
  expect(thinning([1], { ...week, recentMs: dayMs })).toEqual({ share: 1, recentMs: 0 });
});

test.each([
  ["soon", "--backfill must be a time from 1min to 366d, such as 7d, or none"],
  ["1s", "--backfill must be a time from 1min to 366d"],
])("--backfill %s is refused", async (span, said) => {
  const { project: folder, data } = project(1);
  const { code, stderr } = await runToEnd(command(folder, data, "--backfill", span), { cwd: projectRoot });
  expect([code, stderr.includes(said)]).toEqual([1, true]);
});
