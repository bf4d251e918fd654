/** What is shown of HOP and CUMULATE before their windows close. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { boundProject, EngineWorld, LogWorld } from "../../../test/support/engine-world.ts";
import { type InputRow, PlanRun, planOf, rowsInTime } from "../../../test/support/plan-run.ts";

const base = Date.UTC(2026, 2, 1);

function open(window: string, second = "MAX(n)") {
  const { tables, views } = boundProject(`
    CREATE TABLE t (k STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts);
    CREATE MATERIALIZED VIEW v AS SELECT window_end, window_start, k, SUM(n) AS s, ${second} AS m
    FROM TABLE(${window}) GROUP BY window_start, window_end, k;`);
  const files = new LossyFileLayer();
  const log = new LogWorld("/data", tables, base, files);
  const engine = new EngineWorld("/data", views, "compiled", files);
  const send = (rows: readonly (readonly [k: string, n: number, second: number])[]) =>
    log.send(
      "t",
      rows.map(([k, n, second]) => ({ k, n, ts: new Date(base + second * 1000).toISOString().slice(0, -1) })),
    );
  /** `key end sum max`, with a ! where it is final. */
  const shown = () =>
    engine
      .catchUp()
      .rows("v")
      .map(({ k, window_end: end, s, m, $final }) => {
        const second = (Date.parse(String(end)) - base) / 1000;
        return `${k} ${second} ${s} ${m}${$final ? "!" : ""}`;
      })
      .sort();
  return { send, shown };
}

test("a key shows the window that is next to close, closed slices and the open one together", () => {
  const { send, shown } = open("HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '15' SECOND)");
  send([["a", 1, 1]]);
  expect(shown()).toEqual(["a 5 1 1"]);
  send([["a", 2, 2]]);
  expect(shown()).toEqual(["a 5 3 2"]);
  // The window up to 5 s closes; the next one holds what it held, and the row that closed it.
  send([["a", 4, 6]]);
  expect(shown()).toEqual(["a 10 7 4", "a 5 3 2!"]);
  send([["b", 8, 7]]);
  expect(shown()).toEqual(["a 10 7 4", "a 5 3 2!", "b 10 8 8"]);
  // At 16 s the slice up to 5 s has left every window.
  send([["a", 16, 16]]);
  expect(shown()).toEqual([
    "a 10 7 4!",
    "a 15 7 4!",
    "a 20 20 16",
    "a 5 3 2!",
    "b 10 8 8!",
    "b 15 8 8!",
    "b 20 8 8",
  ]);
});

test("what can be taken back is shown as often as one likes, and counts once", () => {
  const hop = "HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '15' SECOND)";
  const { send, shown } = open(hop, "COUNT(DISTINCT n)");
  send([
    ["a", 1, 1],
    ["a", 2, 2],
  ]);
  expect(shown()).toEqual(["a 5 3 2"]);
  send([["a", 2, 6]]);
  expect(shown()).toEqual(["a 10 5 2", "a 5 3 2!"]);
  send([["a", 7, 7]]);
  expect(shown()).toEqual(["a 10 12 3", "a 5 3 2!"]);
  send([["a", 7, 8]]);
  expect(shown()).toEqual(["a 10 19 3", "a 5 3 2!"]);
  send([["a", 4, 12]]);
  expect(shown()).toEqual(["a 10 19 3!", "a 15 23 4", "a 5 3 2!"]);
});

const visit = fc.record({
  k: fc.constantFrom("a", "b"),
  n: fc.option(fc.integer({ min: 0, max: 5 }), { nil: null }),
  step: fc.integer({ min: -25, max: 8 }),
  isShown: fc.boolean(),
});

const sumOf = (values: readonly number[]) =>
  values.length === 0 ? null : values.reduce((total, value) => total + value, 0);
const calls = {
  "SUM(n)": sumOf,
  "COUNT(DISTINCT n)": (values: readonly number[]) => BigInt(new Set(values).size),
  "SUM(DISTINCT n)": (values: readonly number[]) => sumOf([...new Set(values)]),
  "MAX(n)": (values: readonly number[]) => (values.length === 0 ? null : Math.max(...values)),
  "SUM(CAST(n AS DOUBLE))": sumOf,
  "SUM(DISTINCT CAST(n AS DOUBLE))": (values: readonly number[]) => sumOf([...new Set(values)]),
} as const;
const setsOfValues = ["COUNT(DISTINCT n)", "SUM(DISTINCT n)"] as const;
// No row can be taken out of an extreme again, nor out of a sum of fractions: they are put together anew.
const extremes = [...setsOfValues, "MAX(n)", "SUM(CAST(n AS DOUBLE))"] as const;
const fractionsOfSets = ["COUNT(DISTINCT n)", "SUM(DISTINCT CAST(n AS DOUBLE))", "SUM(n)"] as const;

test.each([
  ["compiled", "HOP", 50, 10, setsOfValues],
  ["interpreted", "HOP", 50, 10, setsOfValues],
  ["compiled", "CUMULATE", 30, 10, setsOfValues],
  ["compiled", "GROUP BY HOP", 50, 20, setsOfValues],
  ["interpreted", "GROUP BY HOP", 50, 20, setsOfValues],
  ["compiled", "GROUP BY HOP", 50, 20, ["SUM(n)"]],
  ["compiled", "GROUP BY HOP", 50, 20, extremes],
  ["interpreted", "GROUP BY HOP", 50, 20, extremes],
  ["compiled", "CUMULATE", 30, 10, extremes],
  ["compiled", "HOP", 50, 10, ["MAX(n)", "SUM(CAST(n AS DOUBLE))"]],
  ["compiled", "GROUP BY HOP", 50, 20, fractionsOfSets],
  ["interpreted", "GROUP BY HOP", 50, 20, fractionsOfSets],
  ["compiled", "GROUP BY HOP", 7, 10, setsOfValues],
] as const)(
  "%s, %s of %i by %i, %s: the same whenever it is shown, cut or restored",
  (mode, kind, size, step, asked) => {
    const seconds = (ms: number) => `INTERVAL '${(ms / 1000).toFixed(3)}' SECOND`;
    const lengths = `${seconds(step)}, ${seconds(size)}`;
    const shown = `k, COUNT(*), ${asked.join(", ")}`;
    const plan = planOf(`
    CREATE TABLE t (k STRING, n INT, ts TIMESTAMP(3) NOT NULL,
      WATERMARK FOR ts AS ts - INTERVAL '0.015' SECOND);
    ${
      kind === "GROUP BY HOP"
        ? `SELECT HOP_END(ts, ${lengths}), ${shown} FROM t GROUP BY HOP(ts, ${lengths}), k`
        : `SELECT window_end, ${shown} FROM TABLE(${kind}(TABLE t, DESCRIPTOR(ts), ${lengths}))
             GROUP BY window_start, window_end, k`
    }`);
    const options = { mode, timeColumn: "ts", delayMs: 15 };
    const startOf = (end: number) => (kind === "CUMULATE" ? Math.floor((end - 1) / size) * size : end - size);
    const endsOf = (time: number) => {
      // A window begins at each multiple of the step: so many as the size holds may hold the time.
      const last = Math.floor(time / step) * step + size;
      const ends = Array.from({ length: Math.ceil(size / step) }, (_, place) => last - place * step);
      return ends.filter((end) => startOf(end) <= time && time < end);
    };
    fc.assert(
      fc.property(fc.array(visit, { maxLength: 50 }), fc.nat(), (visits, cut) => {
        let now = -70;
        const rows = visits.map(({ k, n, step }): InputRow => {
          now += 3;
          return { k, n, ts: now + step };
        });
        const watermarks: number[] = [];
        rowsInTime(rows, options, (_, watermark) => watermarks.push(watermark) > 0);
        /** The rows up to one that count for a window of a key. */
        const held = (end: number, key: unknown, upTo: number) => {
          const counted = rows.slice(0, upTo).filter(({ k, ts }, place) => {
            return k === key && endsOf(ts as number).includes(end) && end - 1 > watermarks[place]!;
          });
          const values = counted.flatMap(({ n }) => (n === null ? [] : [n as number]));
          return [end, key, BigInt(counted.length), ...asked.map((call) => calls[call](values))];
        };
        /** The end of a key's window that closes next. */
        const nextEnd = (key: unknown, upTo: number) => {
          const taken = rows.slice(0, upTo);
          const watermark = Math.max(...taken.map(({ ts }) => ts as number)) - options.delayMs;
          const ends = taken.flatMap(({ k, ts }) => (k === key ? endsOf(ts as number) : []));
          return Math.min(...ends.filter((end) => end - 1 > watermark));
        };
        const run = new PlanRun(plan, options);
        for (const [place, row] of rows.entries()) {
          if (place === cut % rows.length) run.moveElsewhere(rows.slice(0, 3));
          run.feed([row], 1);
          if (!visits[place]!.isShown) continue;
          const before = run.opens.length;
          run.deliverOpen();
          for (const { kind: sign, values } of run.opens.slice(before)) {
            const [end, key] = values;
            if (sign !== "+I") continue;
            expect(end).toBe(nextEnd(key, place + 1));
            expect(values).toEqual(held(end as number, key, place + 1));
          }
        }
        run.end();
        const windows = rows.flatMap(({ k, ts }, place) => {
          const open = endsOf(ts as number).filter((end) => end - 1 > watermarks[place]!);
          return open.map((end) => `${end} ${k}`);
        });
        const wanted = [...new Set(windows)].map((window) => {
          const [end, key] = window.split(" ");
          return held(Number(end), key, rows.length);
        });
        const sorted = (all: readonly (readonly unknown[])[]) => all.map(String).sort();
        expect(sorted(run.finals.map(({ values }) => values))).toEqual(sorted(wanted));
      }),
      { numRuns: 150 },
    );
  },
);

test("a row out of order brings an earlier window forward and takes the later one back", () => {
  const { send, shown } = open("HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '15' SECOND)");
  send([["a", 1, 11]]);
  expect(shown()).toEqual(["a 15 1 1"]);
  // Late for the windows up to 5 s and 10 s, not for the one up to 15 s.
  send([["a", 2, 4]]);
  expect(shown()).toEqual(["a 15 3 2"]);
});

test("CUMULATE grows from step to step and begins anew", () => {
  const { send, shown } = open(
    "CUMULATE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND)",
  );
  send([["a", 9, 1]]);
  expect(shown()).toEqual(["a 5 9 9"]);
  send([["a", 2, 6]]);
  expect(shown()).toEqual(["a 10 11 9", "a 5 9 9!"]);
  send([["a", 4, 11]]);
  expect(shown()).toEqual(["a 10 11 9!", "a 15 4 4", "a 5 9 9!"]);
});

// 0.1 + 0.2 + 0.3 is 0.6000000000000001 from the left and 0.6 from the right.
test.each([
  ["once, at the end", []],
  ["after each row", [1, 6, 11, 16, 21]],
  ["while it is half full", [16]],
])("slices are added from the oldest to the newest, whether a window is shown %s", (_, shownAt) => {
  const { send, restart, rows } = fractions();
  for (const [x, second] of [
    [5, 1],
    [0.1, 6],
    [0.2, 11],
    [0.3, 16],
    [7, 21],
  ] as const) {
    send(x, second);
    if (shownAt.some((at) => at === second)) rows();
    if (second === 16) restart();
  }
  expect(rows()).toEqual({
    5: 5,
    10: 5.1,
    15: 5.1 + 0.2,
    20: 0.1 + 0.2 + 0.3,
    25: 0.2 + 0.3 + 7,
  });
});

function fractions() {
  const { tables, views } = boundProject(`
    CREATE TABLE t (x DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts);
    CREATE MATERIALIZED VIEW v AS SELECT window_start, window_end, SUM(x) AS s
    FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '15' SECOND))
    GROUP BY window_start, window_end;`);
  const files = new LossyFileLayer();
  const log = new LogWorld("/data", tables, base, files);
  let engine = new EngineWorld("/data", views, "compiled", files);
  const send = (x: number, second: number) =>
    log.send("t", [{ x, ts: new Date(base + second * 1000).toISOString().slice(0, -1) }]);
  const rows = () =>
    Object.fromEntries(
      engine
        .catchUp()
        .rows("v")
        .map(({ window_end: end, s }) => [(Date.parse(String(end)) - base) / 1000, s]),
    );
  /** Goes on from what was kept before the rows that were not taken yet. */
  const restart = () => {
    const image = engine.engine.freeze();
    engine = new EngineWorld("/data", views, "compiled", files);
    engine.engine.restore(image);
  };
  return { send, restart, rows };
}
