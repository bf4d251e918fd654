import { describe, expect, test } from "vitest";
import { heartbeatMs } from "../../src/serving/protocol.ts";
import { LiveClient, order, shopSql, testServer } from "../support/test-server.ts";

describe("the live socket", () => {
  test("says hello, then a snapshot, then deltas that make the view", async () => {
    const server = await testServer();
    await server.engine.send("orders", [order(1, 1)]);
    const clients = [new LiveClient(server), new LiveClient(server)];
    for (const client of clients) {
      expect(await client.message("hello")).toMatchObject({ protocol: 1, heartbeatMs });
      client.send({ type: "subscribe", id: "s", view: "sales" });
      client.send({ type: "subscribe", id: "f", view: "sales", emit: "final" });
      client.send({ type: "subscribe", id: "c", view: "closed" });
      await client.message("snapshot", ({ id }) => id === "c");
    }
    await server.engine.send("orders", [order(2, 2), order(3, 3, "b")]);
    await server.engine.send("orders", [order(4, 25)]);
    for (const client of clients) {
      await expect
        .poll(() => [...client.rows("s").values()].map(({ values, final }) => [values[2], values[3], final]))
        .toEqual(
          expect.arrayContaining([
            ["a", 2, true],
            ["b", 1, true],
            ["a", 1, false],
          ]),
        );
      await expect.poll(() => client.rows("c").size).toBe(1);
      expect([...client.rows("f").values()].every(({ final }) => final)).toBe(true);
      expect(client.rows("f").size).toBe(2);
    }
    // The same as of the same step, over HTTP.
    const answer = await fetch(`${server.url}/v1/views/sales`);
    const view = (await answer.json()) as { step: number; rows: { k: string; n: number; $final: boolean }[] };
    const rows = [...clients[0]!.rows("s").values()].map(({ values, final }) => [
      values[2],
      values[3],
      final,
    ]);
    expect(rows.sort()).toEqual(view.rows.map(({ k, n, $final }) => [k, n, $final]).sort());
    const steps = clients[0]!.messages.flatMap((message) =>
      message.type === "delta" && message.id === "s" ? [message.step] : [],
    );
    expect(steps).toEqual([...new Set(steps)].sort((left, right) => left - right));
  });

  test("ends a subscription that is unsubscribed, and beats when nothing else comes", async () => {
    const server = await testServer();
    const client = new LiveClient(server);
    await client.message("hello");
    client.send({ type: "subscribe", id: "s", view: "sales" });
    await client.message("snapshot");
    client.send({ type: "unsubscribe", id: "s" });
    await client.message("unsubscribed", ({ id }) => id === "s");
    await server.engine.send("orders", [order(1, 1)]);
    expect(await client.message("heartbeat")).toMatchObject({ step: 0 });
    expect(client.messages.filter(({ type }) => type === "delta")).toEqual([]);
  });

  test.each([
    ["no JSON", "hello", "live.bad-message", undefined],
    ["no object", "5", "live.bad-message", undefined],
    ["null", "null", "live.bad-message", undefined],
    ["an unknown type", '{"type":"steal","id":"x"}', "live.bad-message", "x"],
    ["no id", '{"type":"subscribe","view":"sales"}', "live.bad-message", undefined],
    ["a wrong emit", '{"type":"subscribe","id":"x","view":"sales","emit":"all"}', "live.bad-message", "x"],
    ["an unknown view", '{"type":"subscribe","id":"x","view":"nobody"}', "request.unknown-view", "x"],
    ["an unknown subscription", '{"type":"unsubscribe","id":"x"}', "live.bad-message", "x"],
  ])("%s is answered with an error, and the socket lives on", async (_, text, code, id) => {
    const server = await testServer();
    const client = new LiveClient(server);
    await client.message("hello");
    client.send(text);
    expect(await client.message("error")).toMatchObject({ code, ...(id === undefined ? {} : { id }) });
    client.send({ type: "subscribe", id: "s", view: "sales" });
    await client.message("snapshot");
  });

  test("binary frames, ids that are taken and subscriptions too many are answered", async () => {
    const server = await testServer({ live: { subscriptionsMax: 2 } });
    const client = new LiveClient(server);
    await client.message("hello");
    client.socket.send(Buffer.from('{"type":"subscribe","id":"b","view":"sales"}'), { binary: true });
    await client.message("error", ({ message }) => message.includes("binary"));
    for (const id of ["1", "1", "2", "3"]) client.send({ type: "subscribe", id, view: "sales" });
    expect(await client.message("error", ({ id }) => id === "1")).toMatchObject({ code: "live.bad-message" });
    expect(await client.message("error", ({ id }) => id === "3")).toMatchObject({
      code: "live.too-many-subscriptions",
    });
  });

  test("a frame over the limit closes the socket, the server lives on", async () => {
    const server = await testServer();
    const client = new LiveClient(server);
    await client.message("hello");
    client.send(`{"type":"subscribe","id":"${"x".repeat(100_000)}"}`);
    expect(await client.closed).toMatchObject({ code: 1009 });
    await new LiveClient(server).message("hello");
  });

  test("a subscriber that does not read is cut off with the reason", async () => {
    const server = await testServer({ live: { bufferedBytesSoft: 10_000_000, bufferedBytesMax: 100_000 } });
    const slow = new LiveClient(server);
    await slow.message("hello");
    for (let id = 0; id < 20; id++) slow.send({ type: "subscribe", id: String(id), view: "sales" });
    await slow.message("snapshot", ({ id }) => id === "19");
    slow.socket.pause();
    for (let round = 0; round < 40; round++) {
      const rows = Array.from({ length: 1_000 }, (_, id) => order(id, 1, `${id}${"k".repeat(200)}`));
      await server.engine.send("orders", rows);
    }
    slow.socket.resume();
    expect(await slow.closed).toMatchObject({ code: 1008, reason: "live.too-slow" });
    expect(slow.messages.at(-1)).toMatchObject({ type: "error", code: "live.too-slow" });
  });

  test("tells its clients when the server stops", async () => {
    const server = await testServer();
    const client = new LiveClient(server);
    await client.message("hello");
    await server.close();
    expect(await client.closed).toMatchObject({ code: 1013 });
  });
});

describe("a view that the engine stops", () => {
  const broken = `${shopSql} CREATE MATERIALIZED VIEW broken AS
    SELECT window_start, window_end, COUNT(*) AS n, COUNT(*) / (COUNT(*) - 3) AS odd
    FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '10' SECOND))
    GROUP BY window_start, window_end;`;

  test("is told with the reason, after its last rows; the others go on", async () => {
    const server = await testServer({ sql: broken });
    const client = new LiveClient(server);
    await client.message("hello");
    for (const view of ["broken", "sales"]) client.send({ type: "subscribe", id: view, view });
    await client.message("snapshot", ({ id }) => id === "sales");
    await server.engine.send("orders", [order(1, 1), order(2, 1)]);
    await expect.poll(() => client.rows("broken").size).toBe(1);
    await server.engine.send("orders", [order(3, 1)]);
    const stopped = await client.message("stopped");
    const reason = server.engine.view("broken")?.failure;
    expect(stopped).toEqual({ type: "stopped", id: "broken", reason });
    expect(stopped.reason).toContain("Division by zero");
    expect([...client.rows("broken").values()].map(({ values }) => values[2])).toEqual([2]);
    await server.engine.send("orders", [order(4, 1)]);
    await expect.poll(() => [...client.rows("sales").values()].map(({ values }) => values[3])).toEqual([4]);
    expect(client.messages.filter(({ type }) => type === "stopped")).toHaveLength(1);
  });

  test("is told to those who come later, after the snapshot of its last rows", async () => {
    const server = await testServer({ sql: broken });
    await server.engine.send("orders", [order(1, 1), order(2, 1)]);
    await expect.poll(() => server.engine.view("broken")?.rowCount).toBe(1);
    await server.engine.send("orders", [order(3, 1)]);
    await expect.poll(() => server.engine.view("broken")?.failure).toBeDefined();
    const client = new LiveClient(server);
    await client.message("hello");
    client.send({ type: "subscribe", id: "s", view: "broken" });
    await client.message("stopped");
    const types = client.messages.map(({ type }) => type).filter((type) => type !== "heartbeat");
    expect(types).toEqual(["hello", "snapshot", "stopped"]);
    expect(client.rows("s").size).toBe(1);
  });
});
