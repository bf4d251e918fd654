/** Top-N, deduplication, and both in windows, against plain lists that take rows one at a time. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type InputRow,
  PlanRun,
  type PlanRunOptions,
  planOf,
  rowsInTime,
  type ToldRow,
} from "../../../test/support/plan-run.ts";
import type { SqlValue } from "../../values/sql-value.ts";

const table = `CREATE TABLE sales (
  shop STRING, item STRING, n INT, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts - INTERVAL '0.020' SECOND
);`;

const row = fc.record({
  shop: fc.constantFrom("a", "b", null),
  item: fc.constantFrom("", "fig", "a text that is longer than sixteen bytes", "é"),
  n: fc.option(fc.integer({ min: -3, max: 3 }), { nil: null }),
  step: fc.integer({ min: -30, max: 12 }),
});

/** Times go on, with rows out of order and some that are late. */
const rows = fc.array(row, { maxLength: 60 }).map((all) => {
  let now = 1_000;
  return all.map(({ step, ...rest }): InputRow => {
    now += 4;
    return { ...rest, ts: now + step };
  });
});

const timeOf = ({ ts }: InputRow) => ts as number;
const isNullFirst = (value: SqlValue | undefined) =>
  value === null ? Number.NEGATIVE_INFINITY : (value as number);
/** Descending, NULL last; rows that are equal stay as they came. */
const byNumber = (left: InputRow, right: InputRow) => {
  const [before, after] = [isNullFirst(left.n), isNullFirst(right.n)];
  return before === after ? 0 : before > after ? -1 : 1;
};
const cells = ({ shop = null, item = null, n = null }: InputRow) => [shop, item, n];

function groupsOf(all: readonly InputRow[], keyOf: (row: InputRow) => string): readonly InputRow[][] {
  const groups = new Map<string, InputRow[]>();
  for (const each of all) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return [...groups.values()];
}

const shopOf = ({ shop }: InputRow) => JSON.stringify(shop);

/** What a reader of the changes has at their end; each row that is taken back was there. */
function standing(told: readonly ToldRow[]): string[] {
  const left: string[] = [];
  for (const { kind, values } of told) {
    const text = JSON.stringify(values, (_, value) => (typeof value === "bigint" ? `${value}` : value));
    if (kind === "+I" || kind === "+U") left.push(text);
    else {
      expect(left).toContain(text);
      left.splice(left.indexOf(text), 1);
    }
  }
  return left.toSorted();
}

/** Updates come in pairs, side by side. */
function expectPairs(told: readonly ToldRow[]): void {
  for (const [index, { kind }] of told.entries()) {
    if (kind === "-U") expect(told[index + 1]?.kind).toBe("+U");
    if (kind === "+U") expect(told[index - 1]?.kind).toBe("-U");
  }
}

const text = (values: readonly (SqlValue | number)[]) => JSON.stringify(values);

describe.each(["compiled", "interpreted"] as const)("a row number with a limit, %s", (mode) => {
  const options: PlanRunOptions = { mode, timeColumn: "ts", delayMs: 20 };

  /** Runs the query cut into batches of several sizes and moved in the middle; all tell the same. */
  function check(
    sql: string,
    expected: (all: readonly InputRow[], run: PlanRun) => void,
    numRuns = 60,
  ): void {
    const plan = planOf(`${table} ${sql}`);
    fc.assert(
      fc.property(rows, fc.nat(), (all, cut) => {
        const runs = [1, 7, 1024].map((batchRows) => {
          const run = new PlanRun(plan, options);
          const middle = cut % (all.length + 1);
          run.feed(all.slice(0, middle), batchRows);
          run.deliverOpen();
          run.moveElsewhere(all.slice(0, 5));
          run.feed(all.slice(middle), batchRows);
          run.end();
          return run;
        });
        for (const run of runs) {
          expect(run.finals).toEqual(runs[0]!.finals);
          expect(run.rowsLate).toBe(runs[0]!.rowsLate);
        }
        expectPairs(runs[0]!.finals);
        expected(all, runs[0]!);
      }),
      { numRuns },
    );
  }

  const ranked = (order: string, limit: string, columns = "shop, item, n") => `SELECT ${columns} FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY shop ORDER BY ${order}) AS rn FROM sales) WHERE ${limit}`;

  test.each([
    { limit: "rn <= 3", from: 1, to: 3 },
    { limit: "rn BETWEEN 2 AND 4", from: 2, to: 4 },
    { limit: "rn = 1", from: 1, to: 1 },
    { limit: "rn = 2", from: 2, to: 2 },
  ])("leaves the rows of the ranks, with and without the number ($limit)", ({ limit, from, to }) => {
    const best = (all: readonly InputRow[]) =>
      groupsOf(all, shopOf).flatMap((group) =>
        group
          .toSorted(byNumber)
          .slice(from - 1, to)
          .map((each, index) => [...cells(each), `${from + index}`]),
      );
    check(ranked("n DESC", limit, "shop, item, n, rn"), (all, run) => {
      expect(standing(run.finals)).toEqual(best(all).map(text).toSorted());
    });
    check(ranked("n DESC", limit), (all, run) => {
      const expected = best(all).map((values) => text(values.slice(0, 3)));
      expect(standing(run.finals)).toEqual(expected.toSorted());
    });
  });

  test.each(["rn <= 2", "rn BETWEEN 2 AND 3"])("follows rows that change (%s)", (limit) => {
    const [from, to] = limit === "rn <= 2" ? [1, 2] : [2, 3];
    // Which of two equal totals is ahead is decided by when they came to be, which the number of rows tells.
    const sql = `FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY shop ORDER BY total DESC, item DESC) AS rn
      FROM (SELECT shop, item, SUM(n) AS total FROM sales GROUP BY shop, item)) WHERE ${limit}`;
    const best = (all: readonly InputRow[]) =>
      groupsOf(all, shopOf).flatMap((ofShop) => {
        const totals = groupsOf(ofShop, ({ item }) => item as string).map((ofItem): InputRow => {
          const present = ofItem.map(({ n }) => n).filter((n) => n !== null) as number[];
          const total = present.length === 0 ? null : present.reduce((left, right) => left + right, 0);
          return { shop: ofShop[0]!.shop!, item: ofItem[0]!.item!, n: total };
        });
        const descending = (left: InputRow, right: InputRow) =>
          byNumber(left, right) ||
          Buffer.compare(Buffer.from(right.item as string), Buffer.from(left.item as string));
        return totals
          .toSorted(descending)
          .slice(from! - 1, to)
          .map((each, index) => [...cells(each), `${from! + index}`]);
      });
    check(`SELECT shop, item, total, rn ${sql}`, (all, run) => {
      expect(standing(run.finals)).toEqual(best(all).map(text).toSorted());
    });
    check(`SELECT shop, item, total ${sql}`, (all, run) => {
      const expected = best(all).map((values) => text(values.slice(0, 3)));
      expect(standing(run.finals)).toEqual(expected.toSorted());
    });
  });

  test("keeps the first row of each key, for ever, when the watermark has passed it", () => {
    check(ranked("ts", "rn = 1"), (all, run) => {
      const inTime = rowsInTime(all, options, (time, watermark) => time >= watermark);
      const order = new Map(inTime.map((each, index) => [each, index]));
      const earlier = (left: InputRow, right: InputRow) =>
        timeOf(left) - timeOf(right) || order.get(left)! - order.get(right)!;
      const firsts = groupsOf(inTime, shopOf).map((group) => group.toSorted(earlier)[0]!);
      const expected = firsts.toSorted(earlier).map((each) => ({ kind: "+I", values: cells(each) }));
      expect(run.finals).toEqual(expected);
      expect(run.rowsLate).toBe(all.length - inTime.length);
      // What is left is that the keys were given.
      expect(run.slotCount).toBe(firsts.length);
    });
  });

  test("keeps the last row of each key, of equal times the one that came last", () => {
    check(ranked("ts DESC", "rn = 1"), (all, run) => {
      const lasts = groupsOf(all, shopOf).map((group) =>
        group.reduce((last, each) => (timeOf(each) >= timeOf(last) ? each : last)),
      );
      expect(standing(run.finals)).toEqual(lasts.map((each) => text(cells(each))).toSorted());
      expect(run.slotCount).toBe(lasts.length * 2);
    });
  });

  test.each([
    { order: "n DESC", limit: "rn <= 2", from: 1, to: 2 },
    { order: "n DESC", limit: "rn BETWEEN 2 AND 3", from: 2, to: 3 },
    { order: "ts DESC", limit: "rn = 1", from: 1, to: 1 },
    { order: "ts", limit: "rn = 1", from: 1, to: 1 },
  ])(
    "gives the rows of a window when it closes, and keeps nothing ($order, $limit)",
    ({ order, limit, from, to }) => {
      const sql = `SELECT shop, item, n, window_end, rn FROM (
      SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, shop ORDER BY ${order}) AS rn
      FROM TABLE(TUMBLE(TABLE sales, DESCRIPTOR(ts), INTERVAL '0.025' SECOND))) WHERE ${limit}`;
      const endOf = (each: InputRow) => Math.floor(timeOf(each) / 25) * 25 + 25;
      const sort = (group: readonly InputRow[]) => {
        if (order === "n DESC") return group.toSorted(byNumber);
        if (order === "ts") return group.toSorted((left, right) => timeOf(left) - timeOf(right));
        return group.toReversed().toSorted((left, right) => timeOf(right) - timeOf(left));
      };
      check(sql, (all, run) => {
        const inTime = rowsInTime(
          all,
          options,
          (time, watermark) => Math.floor(time / 25) * 25 + 24 > watermark,
        );
        const expected = groupsOf(inTime, (each) => `${endOf(each)} ${shopOf(each)}`)
          .toSorted((left, right) => endOf(left[0]!) - endOf(right[0]!))
          .flatMap((group) =>
            sort(group)
              .slice(from - 1, to)
              .map((each, index) => ({
                kind: "+I",
                values: [...cells(each), endOf(each), BigInt(from + index)],
              })),
          );
        expect(run.finals).toEqual(expected);
        expect(run.rowsLate).toBe(all.length - inTime.length);
        expect(run.slotCount).toBe(0);
      });
    },
  );

  test("shows the ranks of open windows as they change, once each, and all again elsewhere", () => {
    const sql = `${table} SELECT shop, item, window_end, rn FROM (
      SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, shop ORDER BY n DESC) AS rn
      FROM TABLE(TUMBLE(TABLE sales, DESCRIPTOR(ts), INTERVAL '0.025' SECOND))) WHERE rn <= 2`;
    const run = new PlanRun(planOf(sql), options);
    const shown = () => {
      run.deliverOpen();
      return run.opens.splice(0).map(({ values }) => values);
    };
    const of = (shop: string, item: string, n: number, ts: number): InputRow => ({ shop, item, n, ts });
    run.feed([of("a", "x", 1, 1_001), of("b", "y", 1, 1_002), of("a", "z", 2, 1_003)], 2);
    const ofA = [
      ["a", "z", 1_025, 1n],
      ["a", "x", 1_025, 2n],
    ];
    expect(shown()).toEqual([...ofA, ["b", "y", 1_025, 1n]]);
    expect(shown()).toEqual([]);
    run.feed([of("a", "less", 0, 1_004)], 1);
    expect(shown()).toEqual([]);
    run.feed([of("b", "more", 5, 1_004), of("a", "later", 5, 1_060)], 1);
    // The first window is closed: what is final is not open any more.
    expect(shown()).toEqual([["a", "later", 1_075, 1n]]);
    expect(run.finals.splice(0).map(({ values }) => values)).toEqual([
      ...ofA,
      ["b", "more", 1_025, 1n],
      ["b", "y", 1_025, 2n],
    ]);
    run.moveElsewhere([]);
    expect(shown()).toEqual([["a", "later", 1_075, 1n]]);
  });
});
