/** Paths of random rows beside walking along each of them. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  AskedRows,
  beginMs,
  hourMs,
  inOrder,
  instantText,
  isEvent,
  minuteMs,
  percent,
  type Row,
  rowsOver,
} from "./asked-rows.ts";

const eventName = fc.constantFrom("a", "b", "c", "ab", "note", "any");
const asked = fc.record({
  start: eventName,
  among: fc.uniqueArray(eventName, { minLength: 1, maxLength: 4 }),
  depth: fc.integer({ min: 1, max: 4 }),
  withinMs: fc.constantFrom(20 * minuteMs, 2 * hourMs, 24 * hourMs),
  fromMs: fc.constantFrom(beginMs, beginMs + 2 * hourMs),
  toMs: fc.constantFrom(beginMs + 5 * hourMs, beginMs + 9 * hourMs),
  limit: fc.constantFrom(1, 3, 1_000),
});
type Asked = typeof asked extends fc.Arbitrary<infer A> ? A : never;

function expected(
  rows: readonly Row[],
  { start, among, depth, withinMs, fromMs, toMs, limit }: Asked,
): unknown {
  const labels: readonly string[] = [...new Set([...among, start])];
  const found: string[][] = [];
  for (const ofActor of Map.groupBy(inOrder(rows), ({ actor }) => actor).values()) {
    const seen = ofActor.filter((row) => labels.some((label) => isEvent(label, row)));
    for (const [at, row] of seen.entries()) {
      if (!isEvent(start, row) || row.atMs < fromMs || row.atMs >= toMs) continue;
      const next = seen.slice(at + 1, at + 1 + depth).filter(({ atMs }) => atMs <= row.atMs + withinMs);
      found.push(next.map((each) => labels.find((label) => isEvent(label, each))!));
    }
  }
  const rankOf = (path: readonly string[]) =>
    Array.from({ length: depth }, (_, place) =>
      path[place] === undefined ? 99 : labels.indexOf(path[place]),
    );
  const groups = [...Map.groupBy(found, (path) => path.join(" ")).values()].sort((one, other) => {
    if (one.length !== other.length) return other.length - one.length;
    const [left, right] = [rankOf(one[0]!), rankOf(other[0]!)];
    const differs = left.findIndex((rank, place) => rank !== right[place]);
    return left[differs]! - right[differs]!;
  });
  const shown = groups.slice(0, limit);
  return {
    starts: found.length,
    paths: shown.map((all) => ({
      events: all[0],
      ends: all[0]!.length < depth,
      count: all.length,
      percent: percent(all.length, found.length),
    })),
    other: { paths: groups.length - shown.length, count: groups.slice(limit).flat().length },
  };
}

test("paths of random rows are those that are walked along", { timeout: 600_000 }, async () => {
  const world = await AskedRows.open();
  const property = fc.asyncProperty(rowsOver(8), asked, async (rows, each) => {
    await world.hold(rows);
    const given = {
      start: each.start,
      among: each.among.join(","),
      depth: String(each.depth),
      within: `${each.withinMs}ms`,
      from: instantText(each.fromMs),
      to: instantText(each.toMs),
      limit: String(each.limit),
    };
    expect(await world.ask({ kind: "paths", given, nowMs: each.toMs })).toEqual(expected(rows, each));
  });
  await fc.assert(property);
});
