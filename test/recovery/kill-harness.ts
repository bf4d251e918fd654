/**
 * One server after the other on the same folder, each killed in the middle of its load: at an instant that
 * has a name, or anywhere. After some the power is lost as well. Then what the client was told is held
 * against the journal, and against views and written streams of the next server.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stepKind } from "../../src/log/event-log.ts";
import { nodeFileLayer } from "../../src/log/journal/file-layer.ts";
import type { StepPayload } from "../../src/log/step-payload.ts";
import type { ServerHealth } from "../../src/serving/answers.ts";
import { Random } from "../../src/simulate/random.ts";
import { readAll, rowsOf } from "../log/log-driver.ts";
import { readPrometheusText } from "../support/prometheus-text.ts";
import { projectFolder, type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { compareHistory } from "./history-truth.ts";
import { type Instant, instants, type World } from "./instants.ts";
import { Load } from "./load.ts";
import { losePower } from "./lossy-disk.ts";
import { environmentOf, type ProcessOrders } from "./process/orders.ts";
import type { PlantName } from "./process/plants.ts";
import { LostPromise } from "./sent-record.ts";
import { projectSql, retentionMs, Truth } from "./truth.ts";

export interface KillPlan {
  readonly folder: string;
  readonly world: World;
  readonly seed: number;
  /** Names of instants, one a kill; undefined anywhere. */
  readonly kills: readonly (string | undefined)[];
  /** How many of the kills lose the power too, from 0 to 1. */
  readonly powerLoss: number;
  readonly plant?: PlantName | undefined;
}

export interface KillReport {
  /** By instant: how many servers ended there. */
  readonly met: ReadonlyMap<string, number>;
  /** Those that were killed anywhere, and those that did not come to their instant. */
  readonly anywhere: number;
  readonly powerLosses: number;
  readonly filesDamaged: number;
  readonly namesLost: number;
  /** How many servers went on from a checkpoint of one before. */
  readonly restored: number;
  /** The most that history had. */
  readonly historyRows: number;
  readonly acknowledged: number;
}

const log = { segmentBytesMax: 48_000, upkeepMs: 120, packAfterMs: 0 };
const hourMs = 3_600_000;
/** Until the queries change, where they do. */
const changeMs = 150;
/** A server that did not come to its instant by then is killed where it is. */
const patienceMs = 6_000;
const triesMax = 3;
const settings = "engine:\n  checkpoint-ms: 25\n";
/** Where rows are let go after so short a time, nothing is to hold them. */
const settingsOf = { writing: settings, "letting-go": `${settings}history: none\n` };
/** Of the streams that nothing is let go of. */
const inHistory = ["events", "payments", "numbered"];

export async function killHarness(plan: KillPlan): Promise<KillReport> {
  const harness = new Harness(plan, await Truth.open(plan.world));
  try {
    for (const [place, kill] of plan.kills.entries()) {
      await harness.rounds(kill).catch((error: Error) => {
        const at = `kill ${place + 1} of ${plan.world}, seed ${plan.seed}, at ${kill ?? "any instant"}`;
        throw new Error(`${at}: ${error.message}`, { cause: error });
      });
    }
    return await harness.end();
  } finally {
    harness.close();
  }
}

class Harness {
  readonly #plan: KillPlan;
  readonly #random: Random;
  readonly #load: Load;
  readonly #truth: Truth;
  readonly #data: string;
  readonly #met = new Map<string, number>();
  #counts = { anywhere: 0, powerLosses: 0, filesDamaged: 0, namesLost: 0, restored: 0, historyRows: 0 };
  #rounds = 0;
  #version = 1;
  #clockAheadMs = 0;

  constructor(plan: KillPlan, truth: Truth) {
    this.#plan = plan;
    this.#random = new Random(plan.seed);
    this.#truth = truth;
    this.#data = join(plan.folder, "data");
    // Of its own: how much is sent until a kill is not the seed's to say, when it comes is.
    const random = new Random(plan.seed + 1);
    this.#load = new Load(
      plan.world,
      () => random.unit(),
      () => this.#nowMs(),
    );
  }

  #nowMs(): number {
    return Date.now() + this.#clockAheadMs;
  }

  /** One, or more where the instant was not met: on a busy machine a server may not come to it in time. */
  async rounds(name: string | undefined): Promise<void> {
    const countOf = () => (name === undefined ? 0 : (this.#met.get(name) ?? 0));
    const before = countOf();
    for (let tries = 0; tries < triesMax; tries++) {
      await this.round(name);
      if (name === undefined || countOf() > before) return;
    }
  }

  async round(name: string | undefined): Promise<void> {
    const instant = instants.find((each) => each.name === name);
    this.#prepare(instant);
    const hit = 1 + Math.floor(this.#random.unit() * (instant?.hitsMax ?? 1));
    const orders = this.#orders(instant && { instant: instant.name, hit });
    const anywhereMs = instant === undefined ? 20 + this.#random.unit() * 500 : patienceMs;
    const server = await this.#start(orders);
    if (server !== undefined) {
      if (!existsSync(orders.note)) await this.#compareServed(server);
      const kill = setTimeout(() => server.child.kill("SIGKILL"), anywhereMs);
      if (instant?.needs === "queries that change") setTimeout(() => this.#change(), changeMs);
      const ended = server.finished;
      await Promise.all([this.#load.run(server.url), ended]);
      clearTimeout(kill);
      const { code, stderr } = await ended;
      if (code !== null) throw new Error(`the server ended by itself with ${code}: ${stderr}`);
    }
    this.#count(orders);
    if (this.#random.unit() < this.#plan.powerLoss) this.#losePower(orders);
    await this.#compareJournal();
    await this.#compareHistory();
    this.#rounds++;
  }

  async end(): Promise<KillReport> {
    this.#prepare(undefined);
    const server = await this.#start(this.#orders(undefined));
    if (server === undefined) throw new Error("the last server could not be started");
    await this.#compareServed(server);
    await this.#load.finish(server.url);
    await this.#compareServed(server);
    const inAll = await this.#historyEnd(server);
    server.child.kill("SIGKILL");
    await server.finished;
    await this.#compareJournal();
    if ((await this.#compareHistory()) < inAll) throw new LostPromise("history lacks rows of the journal");
    this.#load.payments.expectAllTaken();
    const { events, hits, orders, payments } = this.#load;
    const acknowledged = events.taken.size + hits.taken.size + orders.rowCount + [...payments.taken()].length;
    return { met: this.#met, ...this.#counts, acknowledged };
  }

  close(): void {
    this.#truth.close();
  }

  #prepare(instant: Instant | undefined): void {
    if (instant?.needs === "later hour") this.#clockAheadMs += hourMs;
    if (instant?.needs === "changed queries") this.#change();
    else this.#write();
  }

  /** A server that watches its project takes the new queries. */
  #change(): void {
    this.#version++;
    this.#write();
  }

  #write(): void {
    projectFolder(
      this.#plan.folder,
      projectSql(this.#plan.world, this.#version),
      settingsOf[this.#plan.world],
    );
  }

  #orders(kill: ProcessOrders["kill"]): ProcessOrders {
    const record = join(this.#plan.folder, `disk-${this.#rounds}`);
    const note = `${record}-note`;
    const { plant } = this.#plan;
    return { data: this.#data, record, note, kill, plant, log, clockAheadMs: this.#clockAheadMs };
  }

  /** Undefined where it was killed before it was ready. */
  async #start(orders: ProcessOrders): Promise<ServerProcess | undefined> {
    const project = join(this.#plan.folder, "project");
    try {
      return await startServerProcess(project, this.#data, [], ["--watch"], environmentOf(orders));
    } catch (error) {
      if (existsSync(orders.note)) return undefined;
      throw error;
    }
  }

  #count({ note }: ProcessOrders): void {
    if (!existsSync(note)) {
      this.#counts.anywhere++;
      return;
    }
    const name = readFileSync(note, "utf8");
    this.#met.set(name, (this.#met.get(name) ?? 0) + 1);
  }

  #losePower({ record }: ProcessOrders): void {
    const { files, names } = losePower(record, this.#data, () => this.#random.unit());
    this.#counts.powerLosses++;
    this.#counts.filesDamaged += files;
    this.#counts.namesLost += names;
  }

  /** Everything that was answered is in the journal, once and as it was sent. */
  async #compareJournal(): Promise<void> {
    const steps = readAll(nodeFileLayer, 1, join(this.#data, "journal"));
    const { events, hits, orders, payments } = this.#load;
    const found = (stream: string) => rowsOf(steps, stream).map((row) => row.trim());
    const now = this.#nowMs();
    const letGoBeforeMs = this.#plan.world === "letting-go" ? now - retentionMs : Number.NEGATIVE_INFINITY;
    events.settle(found("events"), now);
    hits.settle(found("hits"), now, letGoBeforeMs);
    const keys = steps.flatMap(({ kind, text }) => {
      if (kind !== stepKind.statement) return [];
      const payload = JSON.parse(text) as StepPayload;
      return payload.kind === "requests" ? payload.keys : [];
    });
    const requests = new Set(keys.map((key) => (JSON.parse(key) as [stream: string, key: string])[1]));
    orders.settle(found("orders"), requests, now, letGoBeforeMs);
    payments.settle(found("payments"), found("payments$dead"));
    await this.#truth.learn(this.#load);
  }

  /** History has what the journal has, as far as it has come. */
  async #compareHistory(): Promise<number> {
    const rows = await compareHistory(this.#data, inHistory).catch((error: Error) => {
      throw new LostPromise(error.message);
    });
    this.#counts.historyRows = Math.max(this.#counts.historyRows, rows);
    return rows;
  }

  /** How many rows it has to have when it has taken all of them; the server has not been killed. */
  async #historyEnd({ url }: ServerProcess): Promise<number> {
    if (this.#plan.world !== "writing") return 0;
    const steps = readAll(nodeFileLayer, 1, join(this.#data, "journal"));
    const last = steps.findLast(({ kind }) => kind === stepKind.rows)?.number ?? 0;
    const deadline = Date.now() + 60_000;
    for (;;) {
      const figures = readPrometheusText(await (await fetch(`${url}/metrics`)).text());
      const figure = (name: string) => figures.get(name)!.samples[0]!.value;
      if (figure("quickwater_history_up") === 0) throw new LostPromise("history does not go on");
      if (figure("quickwater_history_position") >= last) break;
      if (Date.now() > deadline) throw new LostPromise("history does not follow the journal");
      await sleep(50);
    }
    return inHistory.reduce((sum, stream) => sum + rowsOf(steps, stream).length, 0);
  }

  /** What a server that goes on shows is what DuckDB computes. A kill may come in between. */
  async #compareServed(server: ServerProcess): Promise<void> {
    await this.#truth.learn(this.#load);
    try {
      const { checkpoint } = await read<ServerHealth>(`${server.url}/health`);
      if (checkpoint.restoredStep !== null) this.#counts.restored++;
      for (const view of this.#truth.views) {
        const { rows, failure } = await read<ViewAnswer>(`${server.url}/v1/views/${view}?limit=100000`);
        if (failure !== null) throw new LostPromise(`the view ${view} was stopped: ${failure}`);
        const found = rows.map((row) => this.#truth.textOf(view, row)).sort();
        differ(`the view ${view}`, found, await this.#truth.rowsOf(view, this.#version));
      }
      if (this.#plan.world === "writing") await this.#compareNumbered(server);
    } catch (error) {
      if (server.child.signalCode === null && !(error instanceof GoneAway)) throw error;
      if (error instanceof LostPromise) throw error;
    }
  }

  async #compareNumbered(server: ServerProcess): Promise<void> {
    const wanted = await this.#truth.numbered();
    const journal = join(this.#data, "journal");
    let found = rowsOf(readAll(nodeFileLayer, 1, journal), "numbered");
    for (let wait = 0; found.length < wanted.length && wait < 1_000; wait++) {
      if (server.child.signalCode !== null) return;
      await sleep(20);
      found = rowsOf(readAll(nodeFileLayer, 1, journal), "numbered");
    }
    differ("the written stream", found, wanted);
  }
}

interface ViewAnswer {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly failure: string | null;
}

class GoneAway extends Error {}

async function read<Body>(url: string): Promise<Body> {
  const response = await fetch(url).catch((error) => {
    throw new GoneAway(String(error));
  });
  return (await response.json().catch((error) => {
    throw new GoneAway(String(error));
  })) as Body;
}

function differ(what: string, found: readonly string[], wanted: readonly string[]): void {
  const place = wanted.findIndex((row, at) => found[at] !== row);
  if (place < 0 && found.length === wanted.length) return;
  const at = place < 0 ? wanted.length : place;
  const rows = `${found[at] ?? "nothing"} instead of ${wanted[at] ?? "nothing"}`;
  throw new LostPromise(`${what} differs from what DuckDB computes: ${rows} (row ${at})`);
}
