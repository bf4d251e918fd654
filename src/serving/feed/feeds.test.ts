import { describe, expect, test } from "vitest";
import { Client, type Item, World } from "../../../test/support/feed-world.ts";

const a = (id: number, amount = 1, final = false): Item => ({ id, kind: "a", amount, final });

describe("a subscriber that comes back", () => {
  test("is told what changed meanwhile, and nothing else", () => {
    const world = new World();
    world.apply(Array.from({ length: 100 }, (_, id) => a(id)));
    const client = new Client(world).pull();
    client.cut();
    world.apply([a(5, 2)], [7]);
    world.apply([a(5, 3)]);
    client.connect();
    client.pull();
    expect(client.types).toEqual(["snapshot", "delta"]);
    expect(client.rows).toEqual(world.shown(() => true, ["id", "kind", "amount"]));
  });

  test("is answered by an empty delta where nothing did", () => {
    const world = new World();
    world.apply([a(1)]);
    const client = new Client(world).pull();
    client.cut();
    client.connect();
    client.pull();
    expect(client.types).toEqual(["snapshot", "delta"]);
    expect(client.resets).toEqual([]);
  });

  test.each([
    ["i2.1.0", "resumed-elsewhere"],
    ["no token", "resumed-elsewhere"],
    ["", "resumed-elsewhere"],
    ["i1.1.99", "resumed-elsewhere"],
    ["i1.99.0", "too-long-ago"],
  ])("with the token %j begins anew, %s", (token, reset) => {
    const world = new World();
    world.apply([a(1)]);
    const client = new Client(world).pull();
    client.cut();
    client.token = token;
    client.connect();
    client.pull();
    expect(client.resets).toEqual([reset]);
  });

  test("to a server that was started again is told when that has read what there was", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const world = new World({}, promise);
    const first = new Client(world).pull();
    const back = new Client(world, {}, true);
    back.cut();
    back.token = "before.1.7";
    back.connect();
    world.apply([a(1)]);
    // Who is new sees what there is; who has rows keeps them.
    expect(first.pull().rows.size).toBe(1);
    expect([back.types, back.subscription.hasNews]).toEqual([[], false]);
    world.apply([a(2)]);
    resolve();
    await promise.then();
    expect(back.types).toEqual(["snapshot"]);
    expect(back.resets).toEqual(["resumed-elsewhere"]);
    expect(back.rows.size).toBe(2);
  });

  test("with the token of another shape begins anew", async () => {
    const world = new World();
    world.apply([a(1), a(2, 9)]);
    const whole = new Client(world).pull();
    const part = new Client(world, { where: "amount > 5" });
    part.token = whole.token;
    part.cut();
    part.connect();
    await part.subscription.feed.ready();
    part.pull();
    expect(part.resets).toEqual(["too-long-ago"]);
    expect([...part.rows.keys()]).toEqual(["[2]"]);
  });

  test("later than is kept begins anew, though nobody else was there", () => {
    const world = new World({ resumeMsMax: -1 });
    world.apply([a(1)]);
    const client = new Client(world).pull();
    client.cut();
    world.feeds.tidy();
    expect(world.feeds.count).toBe(0);
    client.connect();
    client.pull();
    expect(client.resets).toEqual(["too-long-ago"]);
  });
});

test("a slow subscriber is told of all that changed by one delta, as it is now", () => {
  const world = new World();
  world.apply([a(1), a(2)]);
  const [slow, quick] = [new Client(world).pull(), new Client(world).pull()];
  world.apply([a(1, 2)]);
  quick.pull();
  world.apply([a(1, 3)], [2]);
  for (const client of [slow, quick]) {
    client.pull();
    expect(client.rows).toEqual(world.shown(() => true, ["id", "kind", "amount"]));
  }
  expect(slow.types).toEqual(["snapshot", "delta"]);
  expect(quick.types).toEqual(["snapshot", "delta", "delta"]);
});

test("another query in the view's place ends what was being told, with the reason", () => {
  const world = new World({ pieceBytesMax: 10 });
  world.apply([a(1), a(2), a(3)]);
  const client = new Client(world).pull(2);
  world.apply([a(8)], [], true);
  client.pull();
  expect(client.types).toEqual(["snapshot", "part", "snapshot"]);
  expect(client.resets).toEqual(["view-changed"]);
  expect([...client.rows.keys()]).toEqual(["[8]"]);
  // And for who was away.
  client.cut();
  world.apply([a(9)], [], true);
  client.connect();
  client.pull();
  expect(client.resets).toEqual(["view-changed", "view-changed"]);
});

describe("a condition", () => {
  test("tells nobody of rows that never fitted, and once of one that does no more", async () => {
    const world = new World();
    world.apply([a(1, 9), a(2, 1)]);
    const client = new Client(world, { where: "amount > 5" });
    await client.subscription.feed.ready();
    client.pull();
    world.apply([a(2, 2), a(3, 3)]);
    expect(client.subscription.hasNews).toBe(false);
    world.apply([a(1, 2)]);
    client.pull();
    world.apply([a(1, 3)], [2]);
    client.pull();
    expect(client.types).toEqual(["snapshot", "delta"]);
    expect(client.rows.size).toBe(0);
  });

  test("that has no value for a row fails its subscribers with the reason, and no others", async () => {
    const world = new World();
    world.apply([a(1, 4)]);
    const whole = new Client(world).pull();
    const failing = new Client(world, { where: "10 / amount > 1" });
    await failing.subscription.feed.ready();
    failing.pull();
    world.apply([a(2, 0)]);
    expect(() => failing.pull()).toThrow(/Division by zero/);
    failing.pull();
    expect(whole.pull().rows.size).toBe(2);
    // Another try begins anew.
    failing.cut();
    world.apply([], [2]);
    failing.connect();
    await failing.subscription.feed.ready();
    expect(failing.pull().rows.size).toBe(1);
  });

  test.each([
    [{ where: "amount >" }, "sql.syntax"],
    [{ where: "price > 5" }, "sql.unknown-column"],
    [{ where: "amount" }, undefined],
    [{ where: "CURRENT_TIMESTAMP > TIMESTAMP '2026-01-01 00:00:00'" }, "request.bad-parameter"],
    [{ columns: ["price"] }, "request.bad-parameter"],
    [{ columns: ["id", "id"] }, "request.bad-parameter"],
    [{ columns: [] }, "request.bad-parameter"],
  ])("or a shape that does not fit the view is refused: %j", (request, code) => {
    const world = new World();
    const refusal = (() => {
      try {
        new Client(world, request);
        return undefined;
      } catch (error) {
        return error as { code: string; position?: unknown };
      }
    })();
    expect(refusal?.code).toEqual(code ?? expect.stringMatching(/^sql\./));
    if (refusal?.code.startsWith("sql.")) expect(refusal.position).toBeDefined();
    expect(world.feeds.count).toBe(0);
  });
});

test("nobody is told of a batch that its own feed has not taken yet", async () => {
  const world = new World();
  world.apply([a(1)]);
  // The feed that is told of a batch first lets the subscriber of another one ask.
  const clients: Client[] = [];
  const first = world.feeds.subscribe({ view: "stock", columns: ["id"] }, () => void clients[0]?.pull());
  first.next();
  const behind = new Client(world, { where: "amount < 9" });
  await behind.subscription.feed.ready();
  clients.push(behind.pull());
  world.apply([a(1, 2)]);
  world.apply([a(1, 3), a(2)]);
  behind.pull();
  expect(behind.rows).toEqual(world.shown(() => true, ["id", "kind", "amount"]));
});

test("subscribers of the same shape at the same place are given the same text", () => {
  const world = new World();
  world.apply([a(1)]);
  const [one, other] = [new Client(world), new Client(world)];
  const text = ({ subscription }: Client) => {
    const told = subscription.next();
    return told?.kind === "piece" ? told.piece : undefined;
  };
  expect(text(one)).toBe(text(other));
  world.apply([a(1, 2)]);
  expect(text(one)).toBe(text(other));
  expect(world.feeds.count).toBe(1);
});

test("with maxRate many changes are one delta, and the last of them is not lost", async () => {
  const world = new World();
  const client = new Client(world, { maxRate: 5 }, true).pull();
  for (let amount = 1; amount <= 100; amount++) {
    world.apply([a(1, amount)]);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  for (let amount = 101; amount <= 103; amount++) world.apply([a(1, amount)]);
  await expect.poll(() => client.rows.get("[1]")?.at(-1)).toBe(103);
  // A second and what is over of it, at five a second, and the snapshot.
  expect(client.types.length).toBeGreaterThan(4);
  expect(client.types.length).toBeLessThan(14);
});

test("more shapes than are kept are refused, and those nobody wants make room", () => {
  const world = new World({ shapesMax: 3, idleShapesMax: 2 });
  const held = [1, 2, 3].map((least) => new Client(world, { where: `amount > ${least}` }));
  expect(() => new Client(world, { where: "amount > 4" })).toThrow(/More than 3 different subscriptions/);
  // The same as another is none more.
  new Client(world, { where: " amount > 1 " });
  held[2]!.cut();
  new Client(world, { where: "amount > 4" });
  expect(world.feeds.count).toBe(3);
});
