/** What happened to the server itself, across restarts, and whatever became of the file. */
import { readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratchFolder } from "../../test/support/scratch-folder.ts";
import { Chronicle, chronicleFile } from "./chronicle.ts";

const noonMs = Date.parse("2026-03-01T12:00:00Z");
const all = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

function world() {
  const path = join(scratchFolder(), chronicleFile);
  const problems: string[] = [];
  const clock = { ms: noonMs };
  const statements = new Map([["sales", "SELECT 1"]]);
  const open = () =>
    new Chronicle({
      path,
      statements: () => statements,
      onProblem: (problem) => void problems.push(problem),
      now: () => clock.ms,
    });
  return { path, problems, clock, statements, open };
}

test("a server was away from its last look to its next start, however it ended", () => {
  const { clock, open } = world();
  const first = open();
  expect(first.between(...all)).toEqual([]);
  clock.ms += 60_000;
  first.look();
  // Killed: nobody closes it.
  clock.ms += 90_000;
  const second = open();
  const away = { kind: "away", from: "2026-03-01T12:01:00.000Z", to: "2026-03-01T12:02:30.000Z" };
  expect(second.between(...all)).toEqual([away]);
  clock.ms += 10_000;
  second.close();
  // Too short to be seen.
  clock.ms += 5_000;
  expect(open().between(...all)).toEqual([away]);
});

test("a server without views was away too, and nothing is wrong with it", () => {
  const { problems, clock, statements, open } = world();
  statements.clear();
  open().close();
  clock.ms += 60_000;
  const second = open();
  const away = { kind: "away", from: "2026-03-01T12:00:00.000Z", to: "2026-03-01T12:01:00.000Z" };
  expect(second.between(...all)).toEqual([away]);
  second.close();
  expect(problems).toEqual([]);
});

test("a view's query is another one when its statement says something else", () => {
  const { clock, statements, open } = world();
  const first = open();
  statements.set("sales", "SELECT\n  1").set("stock", "SELECT 2");
  first.look();
  expect(first.between(...all)).toEqual([]);
  clock.ms += 2_000;
  statements.set("sales", "SELECT 3");
  first.look();
  first.look();
  const changed = (at: string, ...views: string[]) => ({ kind: "changed", at, views });
  expect(first.between(...all)).toEqual([changed("2026-03-01T12:00:02.000Z", "sales")]);
  clock.ms += 1_000;
  statements.set("sales", "SELECT 4").set("stock", "SELECT 5");
  expect(
    open()
      .between(...all)
      .slice(1),
  ).toEqual([changed("2026-03-01T12:00:03.000Z", "sales", "stock")]);
});

test("what touches a time is told, of what is over or to come nothing", () => {
  const { clock, statements, open } = world();
  open();
  clock.ms += 60_000;
  const chronicle = open();
  clock.ms += 60_000;
  statements.set("sales", "SELECT 2");
  chronicle.look();
  const kinds = (from: number, to: number) =>
    chronicle.between(noonMs + from, noonMs + to).map(({ kind }) => kind);
  expect(kinds(0, 120_001)).toEqual(["away", "changed"]);
  expect(kinds(30_000, 40_000)).toEqual(["away"]);
  expect(kinds(60_001, 120_000)).toEqual([]);
  expect(kinds(120_000, 130_000)).toEqual(["changed"]);
});

test("a file that is broken begins anew, one that cannot be written is told once", () => {
  const { path, problems, clock, statements, open } = world();
  writeFileSync(path, '{"entries":');
  utimesSync(path, 0, 0);
  const chronicle = open();
  expect(chronicle.between(...all)).toEqual([]);
  expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ entries: [] });
  rmSync(join(path, ".."), { recursive: true });
  statements.set("sales", "SELECT 2");
  clock.ms += 2_000;
  chronicle.look();
  chronicle.look();
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain("cannot be written");
  expect(chronicle.between(...all)).toHaveLength(1);
});

test("the last thousand entries stay", () => {
  const { clock, statements, open } = world();
  const chronicle = open();
  for (let change = 0; change < 1_005; change++) {
    clock.ms += 1_000;
    statements.set("sales", `SELECT ${change + 2}`);
    chronicle.look();
  }
  const entries = chronicle.between(...all);
  expect(entries).toHaveLength(1_000);
  expect(entries.at(-1)).toMatchObject({ at: new Date(clock.ms).toISOString() });
});
