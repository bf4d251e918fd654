import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type WebSocket as ServerSocket, WebSocketServer } from "ws";
import type { WireRow } from "../serving/protocol.ts";
import { LiveConnection } from "./live-connection.ts";
import type { Clock } from "./surroundings.ts";

/** Time that passes only when a test says so; sockets are real. */
class HandClock implements Clock {
  #now = 1_000_000;
  #timers = new Set<{ readonly at: number; readonly run: () => void }>();

  now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { at: this.#now + delayMs, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  pass(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.#timers]) {
      if (timer.at <= this.#now && this.#timers.delete(timer)) timer.run();
    }
  }
}

/** A real server whose every word the test chooses. */
class ScriptedServer {
  readonly sockets: ServerSocket[] = [];
  readonly heard: Record<string, unknown>[] = [];
  greets = true;
  readonly #server: WebSocketServer;

  constructor(port = 0) {
    this.#server = new WebSocketServer({ port, host: "127.0.0.1" });
    this.#server.on("connection", (socket) => {
      this.sockets.push(socket);
      socket.on("message", (data) => this.heard.push(JSON.parse(String(data))));
      if (this.greets) this.say({ type: "hello", protocol: 1, incarnation: "i1", heartbeatMs: 1_000 });
    });
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/live`;
  }

  say(message: unknown): void {
    this.sockets.at(-1)?.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  subscriptions(): Record<string, unknown>[] {
    return this.heard.filter(({ type }) => type === "subscribe");
  }

  async start(): Promise<void> {
    if (this.#server.address() === null) await new Promise((done) => this.#server.once("listening", done));
  }

  async stop(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise((done) => this.#server.close(done));
  }
}

const freshness = { lastRowAt: null, watermark: null };
const row = (key: string): WireRow => ({ key, values: [key], final: false, revision: 0 });

function snapshot(id: unknown, step: number, ...keys: readonly string[]): object {
  const rows = keys.map(row);
  const resume = `r${step}`;
  const columns = [{ name: "k", type: "string", nullable: false, sqlType: "STRING NOT NULL" }];
  return { type: "snapshot", id, view: "v", step, columns, keyColumns: [0], rows, freshness, resume };
}

function delta(id: unknown, step: number, ...keys: readonly string[]): object {
  return { type: "delta", id, step, rows: keys.map(row), removed: [], freshness, resume: `r${step}` };
}

let server: ScriptedServer;
let clock: HandClock;
let live: LiveConnection;

beforeEach(async () => {
  server = new ScriptedServer();
  await server.start();
  clock = new HandClock();
  live = new LiveConnection({ url: server.url, clock, random: () => 1 });
});

afterEach(async () => {
  live.close();
  await server.stop();
});

async function connected(): Promise<void> {
  await vi.waitFor(() => expect(live.state.status).toBe("live"));
}

/** A subscription that has its snapshot of step 5 with the row `a`. */
async function subscribed(): Promise<ReturnType<LiveConnection["subscribe"]>> {
  await connected();
  const subscription = live.subscribe({ view: "v" }, () => {});
  await vi.waitFor(() => expect(server.subscriptions()).toHaveLength(1));
  server.say(snapshot(subscription.id, 5, "a"));
  await vi.waitFor(() => expect(subscription.state.status).toBe("current"));
  return subscription;
}

describe("a live connection", () => {
  it("goes from connecting to live, and asks for what was subscribed before it was", async () => {
    expect(live.state).toEqual({ status: "connecting" });
    const states: string[] = [];
    live.onStateChange(() => states.push(live.state.status));
    const asked = { view: "v", emit: "final", where: "k = 'a'", columns: ["k"], maxRate: 5 } as const;
    live.subscribe(asked, () => {});
    await vi.waitFor(() => expect(server.subscriptions()).toHaveLength(1));
    expect(server.heard).toEqual([{ type: "subscribe", id: "s1", ...asked }]);
    expect(states).toEqual(["live"]);
  });

  it("hands out whole views: a snapshot, then deltas on top", async () => {
    const subscription = await subscribed();
    const before = subscription.state;
    server.say(delta(subscription.id, 6, "b"));
    await vi.waitFor(() => expect([...(subscription.state.view?.rows.keys() ?? [])]).toEqual(["a", "b"]));
    expect([...(before.view?.rows.keys() ?? [])]).toEqual(["a"]);
  });

  it("hands out nothing of a snapshot or delta that comes in pieces until it is whole", async () => {
    await connected();
    const subscription = live.subscribe({ view: "v" }, () => {});
    const keys = (): string[] => [...(subscription.state.view?.rows.keys() ?? [])];
    const part = (more: boolean, removed: string[], ...rows: string[]) => ({
      type: "part",
      id: subscription.id,
      rows: rows.map(row),
      removed,
      ...(more ? { more } : {}),
    });
    server.say({ ...snapshot(subscription.id, 5, "a"), more: true });
    server.say(part(true, [], "b"));
    server.say({ type: "heartbeat", time: new Date(5_000_000).toISOString(), step: 5 });
    await vi.waitFor(() => expect(live.serverNow()).toBe(5_000_000));
    expect(subscription.state).toEqual({ status: "waiting" });
    server.say(part(false, [], "c"));
    await vi.waitFor(() => expect(keys()).toEqual(["a", "b", "c"]));

    server.say({ ...delta(subscription.id, 6, "d"), more: true });
    server.say(part(true, ["a"]));
    server.say({ type: "heartbeat", time: new Date(6_000_000).toISOString(), step: 5 });
    await vi.waitFor(() => expect(live.serverNow()).toBe(6_000_000));
    expect([subscription.state.view?.step, keys()]).toEqual([5, ["a", "b", "c"]]);
    server.say(part(false, ["b"], "e"));
    await vi.waitFor(() => expect(keys()).toEqual(["c", "d", "e"]));
    expect(subscription.state.view?.step).toBe(6);
  });

  it("forgets the pieces of a connection that was lost", async () => {
    const subscription = await subscribed();
    server.say({ ...delta(subscription.id, 6, "b"), more: true });
    server.sockets[0]?.terminate();
    await vi.waitFor(() => expect(live.state.status).toBe("reconnecting"));
    clock.pass(250);
    await connected();
    server.say({ type: "part", id: subscription.id, rows: [row("c")], removed: [] });
    await vi.waitFor(() => expect(live.state).toMatchObject({ loss: "bad-message" }));
    expect([...(subscription.state.view?.rows.keys() ?? [])]).toEqual(["a"]);
  });

  it("keeps many subscriptions apart on one socket", async () => {
    const [first, second] = [
      live.subscribe({ view: "v" }, () => {}),
      live.subscribe({ view: "w" }, () => {}),
    ];
    await vi.waitFor(() => expect(server.subscriptions()).toHaveLength(2));
    server.say(snapshot(second.id, 3, "b"));
    await vi.waitFor(() => expect(second.state.status).toBe("current"));
    expect(first.state.status).toBe("waiting");
    expect(server.sockets).toHaveLength(1);
  });

  it("comes back after a loss and goes on where it stood", async () => {
    const subscription = await subscribed();
    server.say(delta(subscription.id, 6, "b"));
    await vi.waitFor(() => expect(subscription.state.view?.step).toBe(6));
    server.sockets[0]?.terminate();
    await vi.waitFor(() => expect(live.state.status).toBe("reconnecting"));
    expect(live.state).toMatchObject({ attempt: 1, since: 1_000_000, nextTryAt: 1_000_250 });
    expect(subscription.state.view?.step).toBe(6);

    clock.pass(250);
    await vi.waitFor(() => expect(server.subscriptions()).toHaveLength(2));
    expect(server.subscriptions()[1]).toMatchObject({ id: subscription.id, view: "v", resume: "r6" });
    await connected();
    server.say(delta(subscription.id, 7, "c"));
    await vi.waitFor(() => expect(subscription.state.view?.rows.size).toBe(3));
  });

  it("is current again when the server says that nothing has changed", async () => {
    const subscription = await subscribed();
    const { rows } = subscription.state.view!;
    server.sockets[0]?.terminate();
    await vi.waitFor(() => expect(live.state.status).toBe("reconnecting"));
    clock.pass(250);
    await connected();
    server.say({ ...delta(subscription.id, 5), resume: "r5b" });
    await vi.waitFor(() => expect(subscription.state.view?.resume).toBe("r5b"));
    expect(live.state.status).toBe("live");
    expect(subscription.state.view?.rows).toBe(rows);
  });

  it("takes a fresh snapshot of another incarnation, even of an earlier step", async () => {
    const subscription = await subscribed();
    server.sockets[0]?.terminate();
    await vi.waitFor(() => expect(live.state.status).toBe("reconnecting"));
    clock.pass(250);
    await connected();
    server.say({ ...snapshot(subscription.id, 2, "z"), reset: "resumed-elsewhere" });
    await vi.waitFor(() => expect([...(subscription.state.view?.rows.keys() ?? [])]).toEqual(["z"]));
  });

  it("waits twice as long after each try that fails, and starts anew after a success", async () => {
    await connected();
    const { url } = server;
    await server.stop();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 7; attempt++) {
      await vi.waitFor(() => expect(live.state).toMatchObject({ status: "reconnecting", attempt }));
      const waitMs = "nextTryAt" in live.state ? live.state.nextTryAt - clock.now() : 0;
      waits.push(waitMs);
      if (attempt === 7) {
        server = new ScriptedServer(Number(new URL(url).port));
        await server.start();
      }
      clock.pass(waitMs);
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 2_000, 2_000, 2_000]);
    await connected();
    server.sockets.at(-1)?.terminate();
    await vi.waitFor(() => expect(live.state).toMatchObject({ status: "reconnecting", attempt: 1 }));
  });

  it("takes a silent server for gone after twice its heartbeat, and not before", async () => {
    await connected();
    clock.pass(1_999);
    expect(live.state.status).toBe("live");
    const heardBefore = live.serverNow();
    server.say({ type: "heartbeat", time: new Date(5_000_000).toISOString(), step: 5 });
    await vi.waitFor(() => expect(live.serverNow()).not.toBe(heardBefore));
    expect(live.serverNow()).toBe(5_000_000);
    clock.pass(1_999);
    expect(live.state.status).toBe("live");
    clock.pass(1);
    expect(live.state).toMatchObject({ status: "reconnecting", loss: "silence" });
  });

  it("takes a server for gone that accepts the socket and never greets", async () => {
    server.greets = false;
    live.close();
    live = new LiveConnection({ url: server.url, clock, random: () => 1 });
    await vi.waitFor(() => expect(server.sockets.length).toBeGreaterThan(0));
    clock.pass(4_000);
    expect(live.state).toMatchObject({ status: "reconnecting", loss: "silence" });
  });

  it("tries at once when told to", async () => {
    await connected();
    server.sockets[0]?.terminate();
    await vi.waitFor(() => expect(live.state.status).toBe("reconnecting"));
    live.reconnectNow();
    live.reconnectNow();
    await connected();
    expect(server.sockets).toHaveLength(2);
    clock.pass(250);
    expect(live.state.status).toBe("live");
  });
});

describe("what a live connection does not understand", () => {
  it("ignores messages and members that it does not know", async () => {
    const subscription = await subscribed();
    server.say({ type: "weather", sunny: true });
    server.say({ type: "toString" });
    server.say({ ...delta("s99", 6), extra: 1 });
    server.say({ ...delta(subscription.id, 6, "b"), extra: { much: ["more"] } });
    await vi.waitFor(() => expect(subscription.state.view?.rows.size).toBe(2));
    expect(live.state.status).toBe("live");
  });

  it.each([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["a snapshot without rows", { type: "snapshot", id: "s1", step: 1 }],
    ["a row without values", { ...delta("s1", 6), rows: [{ key: "b" }] }],
    ["a delta of an earlier step", delta("s1", 5, "b")],
    ["a part of nothing", { type: "part", id: "s1", rows: [], removed: [] }],
    ["a wrong sign of pieces", { ...delta("s1", 6), more: 1 }],
    ["bytes", Buffer.from([1, 2])],
  ])("begins again from a fresh snapshot after %s", async (_what, message) => {
    await subscribed();
    if (Buffer.isBuffer(message)) server.sockets[0]?.send(message);
    else server.say(message);
    await vi.waitFor(() => expect(live.state).toMatchObject({ status: "reconnecting", loss: "bad-message" }));
    clock.pass(250);
    await vi.waitFor(() => expect(server.subscriptions()).toHaveLength(2));
    expect(server.subscriptions()[1]).not.toHaveProperty("resume");
  });

  it("stops for good at another version of the protocol", async () => {
    await connected();
    server.say({ type: "hello", protocol: 2, incarnation: "i2", heartbeatMs: 1_000 });
    await vi.waitFor(() => expect(live.state).toEqual({ status: "closed", because: "protocol-version" }));
    clock.pass(60_000);
    expect(server.sockets).toHaveLength(1);
  });
});

describe("a subscription", () => {
  const refused = { code: "request.unknown-view", message: "There is no view v.", hint: "Look again." };

  it("fails with the server's words, is tried again on demand, and leaves the connection alone", async () => {
    await connected();
    const subscription = live.subscribe({ view: "v" }, () => {});
    server.say({ type: "error", id: subscription.id, ...refused });
    await vi.waitFor(() => expect(subscription.state).toMatchObject({ status: "failed", error: refused }));
    expect(live.state.status).toBe("live");
    subscription.retry();
    subscription.retry();
    expect(subscription.state.status).toBe("waiting");
    await vi.waitFor(() => expect(server.subscriptions()).toHaveLength(2));
    server.say(snapshot(subscription.id, 1));
    await vi.waitFor(() => expect(subscription.state.status).toBe("current"));
    expect(server.subscriptions()).toHaveLength(2);
  });

  it("keeps the last rows of a view that was stopped, with the reason", async () => {
    const subscription = await subscribed();
    const { view } = subscription.state;
    server.say({ type: "stopped", id: subscription.id, reason: "Division by zero." });
    await vi.waitFor(() =>
      expect(subscription.state).toEqual({ status: "stopped", view, reason: "Division by zero." }),
    );
    expect(live.state.status).toBe("live");
    server.say(snapshot(subscription.id, 1, "z"));
    await vi.waitFor(() => expect(subscription.state.status).toBe("current"));
  });

  it("is not heard of again once closed", async () => {
    const subscription = await subscribed();
    const other = live.subscribe({ view: "w" }, () => {});
    subscription.close();
    await vi.waitFor(() => expect(server.heard.at(-1)).toEqual({ type: "unsubscribe", id: subscription.id }));
    server.say(delta(subscription.id, 6, "b"));
    server.say(snapshot(other.id, 6));
    await vi.waitFor(() => expect(other.state.status).toBe("current"));
    expect(subscription.state.view?.step).toBe(5);
  });

  it("loses the socket with an error that names no subscription", async () => {
    await connected();
    server.say({ type: "error", ...refused });
    await vi.waitFor(() =>
      expect(live.state).toMatchObject({ status: "reconnecting", loss: "server-error" }),
    );
  });

  it("keeps its view when the connection is closed for good", async () => {
    const subscription = await subscribed();
    live.close();
    live.close();
    expect(live.state).toEqual({ status: "closed", because: "asked" });
    expect(subscription.state.view?.rows.size).toBe(1);
    await vi.waitFor(() => expect(server.sockets[0]?.readyState).toBe(3));
  });
});

it("rows are objects by column, the same ones until the view changes", async () => {
  const subscription = await subscribed();
  const rows = subscription.rows();
  expect(rows).toEqual([{ k: "a", $final: false, $revision: 0 }]);
  expect(subscription.rows()).toBe(rows);
  server.say(delta(subscription.id, 6, "b"));
  await vi.waitFor(() => expect(subscription.rows().map(({ k }) => k)).toEqual(["a", "b"]));
  expect(live.subscribe({ view: "other" }, () => {}).rows()).toEqual([]);
});
