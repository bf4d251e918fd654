/** Any changes, any breaks, several shapes: what a subscriber has is what a plain reader would see. */
import { setImmediate as otherTurns } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Client, type Item, World } from "../../../test/support/feed-world.ts";
import type { SubscriptionRequest } from "./feeds.ts";
import type { LiveSettings } from "./live-settings.ts";

const shapes: readonly {
  request: Omit<SubscriptionRequest, "view">;
  fits: (item: Item) => boolean;
  columns: readonly (keyof Item)[];
}[] = [
  { request: {}, fits: () => true, columns: ["id", "kind", "amount"] },
  { request: { emit: "final" }, fits: ({ final }) => final, columns: ["id", "kind", "amount"] },
  { request: { where: "kind = 'a'" }, fits: ({ kind }) => kind === "a", columns: ["id", "kind", "amount"] },
  {
    request: { where: "amount > 5 AND `$final`", columns: ["amount", "id"] },
    fits: ({ amount, final }) => final && amount > 5,
    columns: ["amount", "id"],
  },
  { request: { columns: ["kind"] }, fits: () => true, columns: ["kind"] },
];

const item = fc.record({
  id: fc.integer({ min: 0, max: 9 }),
  kind: fc.constantFrom("a", "b", "c"),
  amount: fc.integer({ min: 0, max: 10 }),
  final: fc.boolean(),
});
const clients = shapes.length * 2;
const action = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("change" as const),
      upserts: fc.array(item, { maxLength: 5 }),
      removed: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("pull" as const),
      client: fc.nat({ max: clients - 1 }),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("cut" as const), client: fc.nat({ max: clients - 1 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("replace" as const), upserts: fc.array(item) }) },
);
const small = { pieceBytesMax: 120 };

type Action = typeof action extends fc.Arbitrary<infer One> ? One : never;

async function live(actions: readonly Action[], settings: Partial<LiveSettings>) {
  const world = new World({ ...small, ...settings });
  world.apply([{ id: 3, kind: "a", amount: 7, final: true }]);
  const all = Array.from({ length: clients }, (_, number) => {
    return new Client(world, shapes[number % shapes.length]!.request);
  });
  const away = new Set<Client>();
  for (const each of actions) {
    if (each.do === "change") world.apply(each.upserts, each.removed);
    else if (each.do === "replace") world.apply(each.upserts, [], true);
    else if (each.do === "wait") await otherTurns();
    else if (each.do === "pull") {
      const client = all[each.client]!;
      if (!away.has(client)) client.pull(each.count);
    } else {
      // Cut off, or back again.
      const client = all[each.client]!;
      if (away.delete(client)) client.connect();
      else {
        client.cut();
        away.add(client);
      }
    }
  }
  for (const client of away) client.connect();
  for (const [number, client] of all.entries()) {
    await client.subscription.feed.ready();
    client.pull();
    const { fits, columns } = shapes[number % shapes.length]!;
    expect(client.rows).toEqual(world.shown(fits, columns));
    client.cut();
  }
  return { all, hasReplaced: actions.some((each) => each.do === "replace") };
}

describe("B8: subscribers whose connections break anywhere", () => {
  test("have the view as it is in the end, and are told nothing twice", async () => {
    const some = fc.array(action, { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(some, async (actions) => {
        const { all, hasReplaced } = await live(actions, {});
        const resets = new Set(all.flatMap((client) => client.resets));
        expect([...resets]).toEqual(hasReplaced && resets.size > 0 ? ["view-changed"] : []);
      }),
      { numRuns: 300 },
    );
  });

  test("so they are where only the last few changes are known", async () => {
    const some = fc.array(action, { maxLength: 60 });
    const bounds = { resumeRowsMax: 2, idleShapesMax: 1 };
    await fc.assert(
      fc.asyncProperty(some, async (actions) => {
        const { all } = await live(actions, bounds);
        for (const { resets } of all) for (const reset of resets) expect(reset).not.toBe("resumed-elsewhere");
      }),
      { numRuns: 300 },
    );
  });
});
