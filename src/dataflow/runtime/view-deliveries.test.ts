import { expect, test } from "vitest";
import type { ChangeBatch } from "../../views/view.ts";
import { ViewDeliveries } from "./view-deliveries.ts";

/** Views whose rows are counted, and a clock that telling moves on by what it costs. */
function world(costs: Readonly<Record<string, number>> = {}) {
  const changed = new Map<string, number>();
  const posted: string[][] = [];
  let now = 1_000;
  let step = 0;
  const views = {
    changedViews: () => [...changed.keys()],
    takeChanges: (view: string): ChangeBatch => {
      now += costs[view] ?? 0;
      const upserts = Array.from({ length: changed.get(view)! }, (_, index) => ({
        key: `[${index}]`,
        text: String(index),
        final: false,
        revision: 0,
      }));
      changed.delete(view);
      const freshness = { lastRowAtMs: undefined, watermarkMs: undefined };
      const counters = { rowsTaken: 0, rowsFiltered: 0, rowsLate: 0 };
      return { view, stepNumber: step, freshness, counters, upserts, removedKeys: [] };
    },
  };
  const deliveries = new ViewDeliveries(
    views,
    (batches) => posted.push(batches.map(({ view }) => view)),
    () => now,
  );
  return {
    deliveries,
    posted,
    change: (view: string, rows = 1) => {
      step++;
      changed.set(view, rows);
    },
    pass: (ms: number) => {
      now += ms;
    },
  };
}

test("What is due together is one message", () => {
  const { deliveries, posted, change } = world();
  for (const view of ["a", "b", "c"]) change(view);
  expect(deliveries.deliver()).toBeUndefined();
  expect(posted).toEqual([["a", "b", "c"]]);
});

test("Many rows go out before others are made", () => {
  const { deliveries, posted, change } = world();
  change("a");
  change("long", 500);
  change("b");
  deliveries.deliver();
  expect(posted).toEqual([["a", "long"], ["b"]]);
});

test("A view is told again when its batch was taken and five milliseconds are over", () => {
  const { deliveries, posted, change, pass } = world();
  change("a");
  deliveries.deliver();
  change("a");
  pass(7);
  expect(deliveries.deliver()).toBeUndefined();
  expect(posted).toEqual([["a"]]);
  deliveries.taken(["a"]);
  deliveries.deliver();
  expect(posted).toEqual([["a"], ["a"]]);
  deliveries.taken(["a"]);
  change("a");
  pass(2);
  expect(deliveries.deliver()).toBe(3);
});

/** A world with a view of which telling costs `ms`, as it is known from two batches. */
function worldWithDear(ms: number) {
  const all = world({ dear: ms });
  for (let batch = 0; batch < 2; batch++) {
    all.change("dear");
    all.deliveries.hurry("dear");
    all.deliveries.deliver();
    all.deliveries.taken(["dear"]);
  }
  return all;
}

test("A view of which telling costs much waits ten times as long; others do not wait for it", () => {
  const { deliveries, posted, change, pass } = worldWithDear(20);
  change("dear");
  change("a");
  pass(30);
  expect(deliveries.deliver()).toBe(150);
  expect(posted.at(-1)).toEqual(["a"]);
  pass(150);
  deliveries.deliver();
  expect(posted.at(-1)).toEqual(["dear"]);
});

/** Each is known to cost so much, and none of them is due before all are. */
function worldOfSeveral(costs: Readonly<Record<string, number>>) {
  const all = world(costs);
  for (let batch = 0; batch < 2; batch++) {
    for (const view of Object.keys(costs)) {
      all.change(view);
      all.deliveries.hurry(view);
    }
    all.deliveries.deliver();
    all.deliveries.taken(Object.keys(costs));
  }
  all.pass(250);
  return all;
}

test("Steps are taken between two dear views, and a cheap one does not wait for either", () => {
  const { deliveries, posted, change } = worldOfSeveral({ dear: 20, other: 20, cheap: 0 });
  for (const view of ["dear", "other", "cheap"]) change(view);
  expect(deliveries.deliver()).toBe(0);
  expect(posted.at(-1)).toEqual(["cheap", "dear"]);
  expect(deliveries.deliver()).toBeUndefined();
  expect(posted.at(-1)).toEqual(["other"]);
});

test("A dear view that has waited as long again as it had to is told before a cheap one", () => {
  const { deliveries, posted, change, pass } = worldOfSeveral({ dear: 20, cheap: 0 });
  pass(145);
  change("cheap");
  deliveries.deliver();
  deliveries.taken(["cheap"]);
  // The dear one's 400 ms are over, the cheap one's ten are not.
  pass(6);
  change("cheap");
  change("dear");
  expect(deliveries.deliver()).toBe(0);
  expect(posted.at(-1)).toEqual(["dear"]);
});

test("Who is in a hurry waits for no turn", () => {
  const { deliveries, posted, change } = worldOfSeveral({ dear: 20, other: 20 });
  for (const view of ["dear", "other"]) {
    change(view);
    deliveries.hurry(view);
  }
  expect(deliveries.deliver()).toBeUndefined();
  expect(posted.at(-1)).toEqual(["dear", "other"]);
});

test("What costs much once does not count", () => {
  const { deliveries, change } = world({ dear: 4 });
  change("dear");
  deliveries.deliver();
  deliveries.taken(["dear"]);
  change("dear");
  expect(deliveries.deliver()).toBe(1);
});

test("However much it costs, it is told four times a second", () => {
  const { deliveries, change } = worldWithDear(200);
  change("dear");
  expect(deliveries.deliver()).toBe(50);
});

test("While steps wait it is told every five seconds, and four times a second when none does", () => {
  const { deliveries, change, pass } = worldWithDear(800);
  change("dear");
  expect(deliveries.deliver(true)).toBe(4_200);
  pass(100);
  expect(deliveries.deliver(true)).toBe(4_100);
  expect(deliveries.deliver()).toBeUndefined();
});

test("While steps wait a dear view has a fiftieth of the time, and a cheap one waits no longer", () => {
  const { deliveries, posted, change, pass } = worldWithDear(10);
  change("dear");
  change("cheap");
  expect(deliveries.deliver(true)).toBe(490);
  expect(posted.at(-1)).toEqual(["cheap"]);
  // 10 ms of telling are over already: at ease it is told a tenth of a second behind its beginning.
  expect(deliveries.deliver()).toBe(90);
  pass(490);
  deliveries.deliver(true);
  expect(posted.at(-1)).toEqual(["dear"]);
});

test("In a hurry nothing waits for its time", () => {
  const { deliveries, posted, change } = worldWithDear(20);
  change("dear");
  deliveries.hurry("dear");
  deliveries.deliver();
  expect(posted).toEqual([["dear"], ["dear"], ["dear"]]);
});

test("What changed is told as of a step when each view was told since", () => {
  const { deliveries, change } = world();
  change("a");
  change("b");
  expect(deliveries.isToldSince(2)).toBe(false);
  deliveries.deliver();
  expect(deliveries.isToldSince(2)).toBe(true);
  change("a");
  expect(deliveries.isToldSince(2)).toBe(true);
  expect(deliveries.isToldSince(3)).toBe(false);
});
