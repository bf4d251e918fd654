import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import {
  type InputRow,
  PlanRun,
  type PlanRunOptions,
  planOf,
  rowsInTime,
} from "../../../test/support/plan-run.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { RowStore } from "./row-store.ts";

const table = `CREATE TABLE pays (
  card STRING, n INT, x DOUBLE, s STRING, ts TIMESTAMP(3) NOT NULL,
  WATERMARK FOR ts AS ts - INTERVAL '0.020' SECOND
);`;
const exact = "SUM(n) OVER w, COUNT(n) OVER w, AVG(n) OVER w, COUNT(*) OVER w";
const extremes = "MIN(n) OVER w, MAX(s) OVER w";
const ends = "FIRST_VALUE(n) OVER w, LAST_VALUE(s) OVER w";
const sums = "SUM(x) OVER w";

interface Frame {
  readonly text: string;
  readonly unit: "ROWS" | "RANGE";
  readonly preceding: number;
}

const frames: readonly Frame[] = [
  { text: "", unit: "RANGE", preceding: Number.POSITIVE_INFINITY },
  { text: "ROWS UNBOUNDED PRECEDING", unit: "ROWS", preceding: Number.POSITIVE_INFINITY },
  { text: "ROWS 0 PRECEDING", unit: "ROWS", preceding: 0 },
  { text: "ROWS BETWEEN 3 PRECEDING AND CURRENT ROW", unit: "ROWS", preceding: 3 },
  { text: "RANGE INTERVAL '0.000' SECOND PRECEDING", unit: "RANGE", preceding: 0 },
  { text: "RANGE INTERVAL '0.015' SECOND PRECEDING", unit: "RANGE", preceding: 15 },
];

const row = fc.record({
  card: fc.constantFrom("a", "b", null),
  n: fc.option(fc.integer({ min: -50, max: 50 }), { nil: null }),
  x: fc.constantFrom(0.1, 0.2, 1e300, -1e-9, null),
  s: fc.constantFrom("", "fig", "a text that is longer than sixteen bytes", "é", null),
  step: fc.integer({ min: -30, max: 12 }),
});

/** Times go on, with rows out of order, of the same time, and some that are late. */
const rows = fc.tuple(fc.array(row, { maxLength: 60 }), fc.constantFrom(1, 10)).map(([all, gridMs]) => {
  let now = 1_000;
  return all.map(({ step, ...rest }): InputRow => {
    now += 4;
    return { ...rest, ts: Math.floor((now + step) / gridMs) * gridMs };
  });
});

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const present = (values: readonly (SqlValue | undefined)[]) =>
  values.filter((value) => value !== null) as never[];

/** What the frame's rows give, computed from nothing but them. */
function answers(frame: readonly InputRow[], calls: string): SqlValue[] {
  const n: readonly number[] = present(frame.map((each) => each.n));
  const x: readonly number[] = present(frame.map((each) => each.x));
  const s: readonly string[] = present(frame.map((each) => each.s));
  const greatest = s.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right))).at(-1);
  const isEmpty = n.length === 0;
  const told: readonly (readonly [string, readonly SqlValue[]])[] = [
    [
      exact,
      [
        isEmpty ? null : sum(n),
        BigInt(n.length),
        isEmpty ? null : Math.trunc(sum(n) / n.length) + 0,
        BigInt(frame.length),
      ],
    ],
    [extremes, [isEmpty ? null : Math.min(...n), greatest ?? null]],
    [ends, [n[0] ?? null, s.at(-1) ?? null]],
    [sums, [x.length === 0 ? null : sum(x)]],
  ];
  return told.flatMap(([of, values]) => (calls.includes(of) ? values : []));
}

const timeOf = ({ ts }: InputRow) => ts as number;

/** The frame of a row among those that are known, in the order of time, rows of one time as they came. */
function frameOf(of: InputRow, known: readonly InputRow[], { unit, preceding }: Frame): readonly InputRow[] {
  const sorted = known.filter(({ card }) => card === of.card).toSorted((a, b) => timeOf(a) - timeOf(b));
  if (unit === "RANGE") {
    return sorted.filter((each) => timeOf(each) <= timeOf(of) && timeOf(each) >= timeOf(of) - preceding);
  }
  const at = sorted.indexOf(of);
  return sorted.slice(Math.max(0, at - preceding), at + 1);
}

describe.each(["compiled", "interpreted"] as const)("OVER, %s", (mode) => {
  const options: PlanRunOptions = { mode, timeColumn: "ts", delayMs: 20 };

  const kinds = [exact, `${exact}, ${extremes}`, `${exact}, ${ends}`, `${exact}, ${extremes}, ${sums}`];
  test.each(frames.flatMap((frame) => kinds.map((calls) => ({ frame, calls }))))(
    "gives what each row's frame gives ($frame.text, $calls), however rows are cut, wherever it goes on",
    ({ frame, calls }) => {
      const plan = planOf(
        `${table} SELECT card, s, ${calls} FROM pays
          WINDOW w AS (PARTITION BY card ORDER BY ts ${frame.text})`,
      );
      fc.assert(
        fc.property(rows, fc.nat(), (all, cut) => {
          const inTime = rowsInTime(all, options, (time, watermark) => time > watermark);
          const told = (of: InputRow, known: readonly InputRow[]) => {
            return [of.card ?? null, of.s ?? null, ...answers(frameOf(of, known, frame), calls)];
          };
          const sorted = inTime.toSorted((left, right) => timeOf(left) - timeOf(right));
          const finals = sorted.map((each) => told(each, inTime));
          const firsts = inTime.map((each, index) => told(each, inTime.slice(0, index + 1)));
          const runs = [1, 7, 1024].flatMap((batchRows) => [
            { batchRows, firstAnswers: "shown" as const },
            { batchRows, firstAnswers: "taken" as const },
          ]);
          for (const { batchRows, firstAnswers } of runs) {
            const run = new PlanRun(plan, { ...options, firstAnswers });
            const middle = cut % (all.length + 1);
            run.feed(all.slice(0, middle), batchRows);
            run.moveElsewhere(all.slice(0, 5));
            run.feed(all.slice(middle), batchRows);
            run.end();
            expect(run.finals.map(({ values }) => values)).toEqual(firstAnswers === "shown" ? finals : []);
            expect(run.firsts.map(({ values }) => values)).toEqual(firsts);
            expect(run.rowsLate).toBe(all.length - inTime.length);
          }
        }),
        { numRuns: 25 },
      );
    },
  );

  test("a frame of time frees its keys when it has passed them", () => {
    const window = "PARTITION BY card ORDER BY ts RANGE INTERVAL '0.015' SECOND PRECEDING";
    const run = new PlanRun(planOf(`${table} SELECT card, SUM(n) OVER (${window}) FROM pays`), options);
    const of = (card: string, ts: number): InputRow => ({ card, n: 1, ts });
    run.feed([of("a", 100), of("b", 105), of("c", 140)], 1);
    // The watermark is 120: a row of a at 121 would see nothing of 100 any more, b's would see 105 no more.
    expect(run.slotCount).toBe(2);
    run.end();
    expect(run.slotCount).toBe(0);
    expect(run.finals.map(({ values }) => values)).toEqual([
      ["a", 1],
      ["b", 1],
      ["c", 1],
    ]);
  });

  test.each(frames.flatMap((frame) => [`${exact}, ${extremes}`, sums].map((calls) => ({ frame, calls }))))(
    "a row costs the same however many have its time ($frame.text, $calls)",
    ({ frame, calls }) => {
      const plan = planOf(
        `${table} SELECT card, ${calls} FROM pays
          WINDOW w AS (PARTITION BY card ORDER BY ts ${frame.text})`,
      );
      const steps = vi.spyOn(RowStore.prototype, "number");
      const run = new PlanRun(plan, options);
      const all = Array.from({ length: 2_000 }, (_, at): InputRow => {
        return { card: "a", n: at % 9, x: 0.1, s: "s", ts: 1_000 };
      });
      run.feed(all, 100);
      run.end();
      const stepsPerRow = steps.mock.calls.length / all.length;
      steps.mockRestore();
      expect([run.firsts.length, run.finals.length]).toEqual([all.length, all.length]);
      // Most are of the heap and of the trees of extremes, which grow with the logarithm.
      expect(stepsPerRow).toBeLessThan(250);
    },
  );
});
