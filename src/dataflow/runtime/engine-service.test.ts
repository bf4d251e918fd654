/**
 * Journals on the real disk, and an oracle that takes rows one at a time: results have to be those, however
 * rows were cut into bodies, steps and batches.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { boundProject, EngineWorld, LogWorld } from "../../../test/support/engine-world.ts";
import { scratchFolder } from "../../../test/support/scratch-folder.ts";
import { type FileLayer, nodeFileLayer } from "../../log/journal/file-layer.ts";

const tableSql = `CREATE TABLE orders (
  id INT NOT NULL, k STRING, amount DECIMAL(10, 2), ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
);`;
const viewSql = (name: string, options = "") => `CREATE MATERIALIZED VIEW ${name} ${options} AS
  SELECT window_start, window_end, k, COUNT(*) AS n, SUM(amount) AS total
  FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '10' SECOND)) WHERE amount >= 0
  GROUP BY window_start, window_end, k;`;
const project = boundProject(`${tableSql}${viewSql("sales")}`);
const [sales] = project.views;

const base = Date.UTC(2026, 2, 1);
const sizeMs = 10_000;
const delayMs = 5_000;
const idleMs = 5_000;
/** Of a longer time without ticks this much counts: nobody could have sent rows then. */
const tickGapMsMax = 1_000;
const text = (ms: number) => new Date(base + ms).toISOString();

interface Order {
  readonly id: number;
  readonly k: string | null;
  readonly cents: number;
  readonly atMs: number;
}
type Event =
  | { readonly kind: "row"; readonly order: Order }
  | { readonly kind: "tick"; readonly nowMs: number };

const jsonOf = ({ id, k, cents, atMs }: Order) => ({
  id,
  k,
  amount: cents / 100,
  ts: text(atMs).slice(0, -1),
});
const row = (id: number, atMs: number, k: string | null = "a", cents = 100): Order => ({
  id,
  k,
  cents,
  atMs,
});

/** Final rows in the order of their windows, and the books, as DESIGN §4 defines them. */
function oracle(events: readonly Event[], startMs: number) {
  let watermark = Number.NEGATIVE_INFINITY;
  let lastRowAt: number | undefined;
  let now = startMs;
  let quietMs = 0;
  let lastTickAt = Number.NEGATIVE_INFINITY;
  let late = 0;
  let filtered = 0;
  const windows = new Map<number, Map<string | null, { n: number; cents: number }>>();
  const final: unknown[] = [];
  const close = () => {
    for (const end of [...windows.keys()].sort((left, right) => left - right)) {
      if (end - 1 > watermark) continue;
      for (const [k, { n, cents }] of windows.get(end)!) {
        const total = (cents / 100).toFixed(2);
        final.push({
          window_start: text(end - sizeMs),
          window_end: text(end),
          k,
          n,
          total,
          $final: true,
          $revision: 0,
        });
      }
      windows.delete(end);
    }
  };
  for (const event of events) {
    if (event.kind === "tick") {
      now = event.nowMs;
      if (lastRowAt !== undefined) quietMs += Math.min(now - Math.max(lastTickAt, lastRowAt), tickGapMsMax);
      lastTickAt = now;
      if (lastRowAt !== undefined && quietMs >= idleMs)
        watermark = Math.max(watermark, now - base - idleMs - delayMs);
    } else {
      const { k, cents, atMs } = event.order;
      const end = Math.floor(atMs / sizeMs) * sizeMs + sizeMs;
      if (cents < 0) filtered++;
      else if (end - 1 <= watermark) late++;
      else {
        const groups = windows.get(end) ?? new Map();
        windows.set(end, groups);
        const group = groups.get(k) ?? { n: 0, cents: 0 };
        groups.set(k, { n: group.n + 1, cents: group.cents + cents });
      }
      watermark = Math.max(watermark, atMs - delayMs);
      lastRowAt = now;
      quietMs = 0;
    }
    close();
  }
  return { final, late, filtered, open: [...windows.values()].reduce((sum, groups) => sum + groups.size, 0) };
}

type Mode = "compiled" | "interpreted";
interface Disk {
  readonly files: FileLayer;
  readonly folder: string;
}
const realDisk = (): Disk => ({ files: nodeFileLayer, folder: scratchFolder() });

/** Writes the events, so many rows a body, and delivers after so many events. */
function run(events: readonly Event[], bodyRows: number, deliverEvery: number, mode: Mode, disk?: Disk) {
  const { files, folder } = disk ?? { files: new LossyFileLayer(), folder: "/data" };
  const log = new LogWorld(folder, project.tables, base, files);
  const engine = new EngineWorld(folder, [sales!], mode, files);
  let waiting: object[] = [];
  const flush = () => {
    if (waiting.length > 0) log.send("orders", waiting);
    waiting = [];
  };
  events.forEach((event, place) => {
    if (event.kind === "row") waiting.push(jsonOf(event.order));
    if (event.kind === "tick" || waiting.length >= bodyRows) flush();
    if (event.kind === "tick") log.tick(event.nowMs);
    if (place % deliverEvery === 0) engine.catchUp();
  });
  flush();
  engine.catchUp();
  return { folder, log, engine };
}

const sorted = (rows: readonly unknown[]) => rows.map((each) => JSON.stringify(each)).sort();

const order = fc.record({
  id: fc.nat(999),
  k: fc.constantFrom("a", "b", "é", null),
  cents: fc.integer({ min: -200, max: 99_999 }),
  atMs: fc.integer({ min: -20_000, max: 60_000 }),
});
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 9, arbitrary: order.map((each) => ({ kind: "row" as const, order: each })) },
  { weight: 1, arbitrary: fc.nat(90_000).map((ms) => ({ kind: "tick" as const, nowMs: base + ms })) },
);
/** The clock only goes forward; rows drift forward with their place, some far behind. */
const events = fc.array(event, { minLength: 1, maxLength: 60 }).map((all) => {
  let now = base;
  return all.map((each, place): Event => {
    if (each.kind === "tick") {
      now = Math.max(now, each.nowMs);
      return { kind: "tick", nowMs: now };
    }
    return { kind: "row", order: { ...each.order, atMs: each.order.atMs + place * 500 } };
  });
});

describe("rows one at a time", () => {
  test("is what comes out, however they were cut, delivered or computed; and the books balance", () => {
    const mode = fc.constantFrom<"compiled" | "interpreted">("compiled", "interpreted");
    fc.assert(
      fc.property(
        events,
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 40 }),
        mode,
        (all, ...how) => {
          const { engine } = run(all, ...how);
          const expected = oracle(all, base);
          expect(sorted(engine.finalRows("sales"))).toEqual(sorted(expected.final));
          const rows = all.filter(({ kind }) => kind === "row").length;
          expect(engine.counters("sales")).toEqual({
            rowsTaken: rows - expected.late - expected.filtered,
            rowsFiltered: expected.filtered,
            rowsLate: expected.late,
          });
          expect(engine.rows("sales").filter(({ $final }) => !$final).length).toBe(expected.open);
          expect(engine.failures).toEqual([]);
        },
      ),
      { numRuns: 100, interruptAfterTimeLimit: 8_000 },
    );
  });

  test("gives the same feed of final rows for other cuts of the same rows", () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 2, max: 30 }), (all, bodyRows) => {
        const feed = (rows: number) => {
          const { engine } = run(all, rows, 1_000, "compiled");
          return engine.batches.flatMap(({ upserts }) => upserts.filter(({ final }) => final));
        };
        expect(feed(bodyRows)).toEqual(feed(1));
      }),
      { numRuns: 40, interruptAfterTimeLimit: 5_000 },
    );
  });

  test("holds across the bounds of batches and steps", () => {
    const all = Array.from({ length: 5_000 }, (_, id): Event => {
      // Every seventh row is one window behind, some of them too late.
      return { kind: "row", order: row(id, id * 20 - (id % 7 === 0 ? 14_000 : 0), `k${id % 3}`) };
    });
    const expected = oracle(all, base);
    expect(expected.late).toBeGreaterThan(100);
    for (const bodyRows of [1, 1_023, 1_025, 5_000]) {
      const { engine } = run(all, bodyRows, 10_000, "compiled");
      expect(sorted(engine.finalRows("sales"))).toEqual(sorted(expected.final));
      expect(engine.counters("sales").rowsLate).toBe(expected.late);
    }
  });
});

describe("a row", () => {
  test.each([
    [14_998, 0],
    [14_999, 1],
  ])("is late for the window up to 10 s once a row of %i ms has come: %i", (latestMs, late) => {
    for (const mode of ["compiled", "interpreted"] as const) {
      const rows = [row(1, latestMs, "b"), row(2, 9_999)].map(
        (each): Event => ({ kind: "row", order: each }),
      );
      for (const bodyRows of [1, 2]) {
        const { engine } = run(rows, bodyRows, 1, mode);
        expect(engine.counters("sales")).toMatchObject({ rowsLate: late, rowsTaken: 2 - late });
      }
    }
  });
});

describe("an engine", () => {
  const someEvents = (count: number) =>
    Array.from(
      { length: count },
      (_, id): Event => ({ kind: "row", order: row(id, id * 400, `k${id % 4}`) }),
    );

  test("that starts on a journal written before gives the same views as the one that was there", () => {
    const { folder, engine } = run(someEvents(200), 7, 3, "compiled", realDisk());
    const later = new EngineWorld(folder, [sales!]).catchUp();
    expect(later.rows("sales")).toEqual(engine.rows("sales"));
    expect(later.counters("sales")).toEqual(engine.counters("sales"));
    expect(later.engine.stepNumber).toBe(engine.engine.stepNumber);
  });

  test("that is frozen between any two steps goes on elsewhere as if it had never stopped", () => {
    const mode = fc.constantFrom<"compiled" | "interpreted">("compiled", "interpreted");
    const place = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 9 }), place, mode, (all, bodyRows, at, how) => {
        const files = new LossyFileLayer();
        const disk = { files, folder: "/data" };
        const { engine: whole } = run(all, bodyRows, 1, how, disk);
        const before = new EngineWorld("/data", [sales!], how, files);
        const steps = (whole.engine.stepNumber * at) / 100;
        for (let step = 0; step < steps; step++) before.engine.work(0, () => 1);
        const image = before.engine.freeze();
        before.catchUp();
        const after = new EngineWorld("/data", [sales!], how, files);
        after.engine.restore(image);
        expect(after.engine.stepNumber).toBe(image.stepNumber);
        after.catchUp();
        for (const each of [before, after]) {
          expect(each.rows("sales")).toEqual(whole.rows("sales"));
          expect(each.counters("sales")).toEqual(whole.counters("sales"));
          expect(each.views.get("sales")!.freshness).toEqual(whole.views.get("sales")!.freshness);
        }
      }),
      { numRuns: 150, interruptAfterTimeLimit: 6_000 },
    );
  });

  test("stops at a step whose meaning it does not know", () => {
    const { folder, log, engine } = run(someEvents(3), 1, 1, "compiled", realDisk());
    log.service.write(1, [{ payload: { kind: "unheard-of" } as never }]);
    log.service.commit();
    const reason = /is of the kind unheard-of, which this version of Quickwater cannot take/;
    expect(() => engine.catchUp()).toThrow(reason);
    expect(() => new EngineWorld(folder, [sales!]).catchUp()).toThrow(reason);
  });

  test("lets neither the clock nor idleness speak inside a backfill", () => {
    const folder = scratchFolder();
    const log = new LogWorld(folder, project.tables, base);
    const engine = new EngineWorld(folder, [sales!]);
    const bracket = (kind: "backfill-begin" | "backfill-end") => {
      log.service.write(1, [{ payload: { kind, streamId: 1 as never, id: "first", sinceMs: base } }]);
      log.service.commit();
    };
    const tickUntil = (ms: number) => {
      while (log.nowMs < base + ms) log.tick(log.nowMs + 250);
      return engine.catchUp().finalRows("sales").length;
    };
    bracket("backfill-begin");
    log.send("orders", [row(1, 500)].map(jsonOf));
    expect(tickUntil(60_000)).toBe(0);
    bracket("backfill-end");
    expect(tickUntil(64_000)).toBe(0);
    expect(tickUntil(66_000)).toBe(1);
  });

  test("gives a view that is added later what one has that was there from the start", () => {
    const { folder, log, engine } = run(someEvents(120), 5, 4, "compiled", realDisk());
    const { views } = boundProject(`${tableSql}${viewSql("twin")}`);
    engine.add(views[0]!);
    engine.deliver();
    expect(engine.rows("twin")).toEqual(engine.rows("sales"));
    log.send("orders", [row(500, 70_000), row(501, 10_000), row(502, 71_000)].map(jsonOf));
    for (let ms = 0; ms <= 200_000; ms += 500) log.tick(base + ms);
    engine.catchUp();
    expect(engine.rows("twin")).toEqual(engine.rows("sales"));
    expect(engine.counters("twin")).toEqual(engine.counters("sales"));
    expect(engine.counters("twin").rowsLate).toBe(1);
    expect(new EngineWorld(folder, [views[0]!]).catchUp().rows("twin")).toEqual(engine.rows("sales"));
  });

  test("closes the windows of a quiet stream by the logged clock, the same in every replay", () => {
    const folder = scratchFolder();
    const log = new LogWorld(folder, project.tables, base + 1_000);
    const engine = new EngineWorld(folder, [sales!]);
    log.send("orders", [row(1, 500), row(2, 900)].map(jsonOf));
    // Idle from 6 s on; the window of 0 to 10 s closes when tick − 5 s − 5 s reaches 9,999 ms.
    for (const [ms, closed] of [
      [5_999, 0],
      [19_998, 0],
      [19_999, 1],
    ] as const) {
      while (log.nowMs < base + ms) log.tick(Math.min(base + ms, log.nowMs + 250));
      expect(engine.catchUp().finalRows("sales").length, `tick at ${ms} ms`).toBe(closed);
    }
    expect(new EngineWorld(folder, [sales!]).catchUp().rows("sales")).toEqual(engine.rows("sales"));
  });

  test("shows open windows as they fill, final once and whole when they close", () => {
    const folder = scratchFolder();
    const log = new LogWorld(folder, project.tables, base);
    const engine = new EngineWorld(folder, [sales!]);
    const shown = () =>
      engine
        .catchUp()
        .rows("sales")
        .map(({ n, total, $final }) => [n, total, $final])
        .sort(([left], [right]) => Number(right) - Number(left));
    log.send("orders", [row(1, 1_000)].map(jsonOf));
    expect(shown()).toEqual([[1, "1.00", false]]);
    log.send("orders", [row(2, 2_000, "a", 250)].map(jsonOf));
    expect(shown()).toEqual([[2, "3.50", false]]);
    log.send("orders", [row(3, 14_999)].map(jsonOf));
    expect(shown()).toEqual([
      [2, "3.50", true],
      [1, "1.00", false],
    ]);
  });

  test("reads nothing into a row from a field that its schema did not have yet", () => {
    const folder = scratchFolder();
    const old = boundProject(
      "CREATE TABLE t (id INT NOT NULL, k STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts);",
    );
    const log = new LogWorld(folder, old.tables, base);
    // Nobody checked `amount` then: it may be anything.
    const times = { ts: text(0).slice(0, -1) };
    log.send("t", [{ id: 1, k: "x", amount: "much", ...times }]);
    log.send("t", [{ id: 2, k: "x", amount: { a: 1 }, ...times }]);
    const wider = boundProject(`
      CREATE TABLE t (id INT NOT NULL, amount INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts);
      CREATE MATERIALIZED VIEW v AS SELECT window_start, window_end, COUNT(*) AS n, COUNT(amount) AS amounts,
        SUM(amount) AS total FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND))
        GROUP BY window_start, window_end;`);
    log.service.declare(wider.tables);
    log.send("t", [{ id: 3, amount: 5, ...times }]);
    for (const mode of ["compiled", "interpreted"] as const) {
      const engine = new EngineWorld(folder, wider.views, mode).catchUp();
      expect(engine.failures).toEqual([]);
      expect(engine.rows("v")).toMatchObject([{ n: 3, amounts: 1, total: 5, $final: false }]);
    }
  });
});
