/** A view whose changes a test makes, its feeds, and subscribers that apply what they are told. */
import { expect } from "vitest";
import { Feeds, type SubscriptionRequest } from "../../src/serving/feed/feeds.ts";
import { defaultLiveSettings, type LiveSettings } from "../../src/serving/feed/live-settings.ts";
import type { Subscription, Told } from "../../src/serving/feed/subscription.ts";
import type { WireRow } from "../../src/serving/protocol.ts";
import { LiveView } from "../../src/views/live-view.ts";
import { type ChangeBatch, cellSeparator, type ViewRow, type ViewSchema } from "../../src/views/view.ts";

const schema: ViewSchema = {
  name: "stock",
  schema: {
    columns: [
      { name: "id", type: { kind: "INT", nullable: false } },
      { name: "kind", type: { kind: "VARCHAR", length: 10, nullable: false } },
      { name: "amount", type: { kind: "INT", nullable: false } },
    ],
  },
  key: [0],
  emit: "changes",
};

export interface Item {
  readonly id: number;
  readonly kind: string;
  readonly amount: number;
  readonly final: boolean;
}

function rowOf({ id, kind, amount, final }: Item): ViewRow {
  const text = [String(id), JSON.stringify(kind), String(amount)].join(cellSeparator);
  return { key: `[${id}]`, text, final, revision: 0 };
}

export class World {
  readonly view = new LiveView(schema);
  readonly feeds: Feeds;
  readonly items = new Map<number, Item>();
  /** The step with which a key changed last. */
  readonly changedAt = new Map<string, number>();
  step = 0;

  constructor(settings: Partial<LiveSettings> = {}, ready?: Promise<void>) {
    const directory = {
      view: (name: string) => (name === "stock" ? this.view : undefined),
      views: () => [this.view],
    };
    const bounds = { ...defaultLiveSettings, ...settings };
    this.feeds = new Feeds(directory, { incarnation: "i1", settings: bounds, ready });
  }

  apply(upserts: readonly Item[], removed: readonly number[] = [], replaces = false): void {
    const known = new Map(upserts.map((item) => [item.id, item]));
    const gone = removed.filter((id) => !known.has(id));
    if (replaces) this.items.clear();
    for (const id of gone) this.items.delete(id);
    for (const [id, item] of known) this.items.set(id, item);
    this.step++;
    for (const id of [...gone, ...known.keys()]) this.changedAt.set(`[${id}]`, this.step);
    const batch: ChangeBatch = {
      view: "stock",
      stepNumber: this.step,
      freshness: { lastRowAtMs: undefined, watermarkMs: undefined },
      counters: { rowsTaken: 0, rowsFiltered: 0, rowsLate: 0 },
      upserts: Array.from(known.values(), rowOf),
      removedKeys: gone.map((id) => `[${id}]`),
      replaces: replaces ? schema : undefined,
    };
    this.view.apply(batch);
  }

  /** What the plainest reader of the view would show. */
  shown(fits: (item: Item) => boolean, columns: readonly (keyof Item)[]): Map<string, unknown[]> {
    const items = [...this.items.values()].filter(fits);
    return new Map(items.map((item) => [`[${item.id}]`, columns.map((column) => item[column])]));
  }
}

/** A client that applies what it is told, and checks that nothing is told twice. */
export class Client {
  readonly #world: World;
  readonly #request: Omit<SubscriptionRequest, "view">;
  subscription!: Subscription;
  rows = new Map<string, unknown[]>();
  token: string | undefined;
  readonly types: string[] = [];
  readonly resets: string[] = [];
  #begun: { rows: WireRow[]; removed: string[]; isSnapshot: boolean; step: number } | undefined;
  #wholeStep = -1;

  /** Pulls by itself what it hears of, or waits to be told to. */
  readonly #isEager: boolean;

  constructor(world: World, request: Omit<SubscriptionRequest, "view"> = {}, isEager = false) {
    this.#world = world;
    this.#request = request;
    this.#isEager = isEager;
    this.connect();
  }

  connect(): void {
    this.#begun = undefined;
    const request = { ...this.#request, view: "stock", resume: this.token };
    this.subscription = this.#world.feeds.subscribe(request, () => {
      if (this.#isEager) this.pull();
    });
  }

  cut(): void {
    this.subscription.end();
  }

  pull(countMax = Number.POSITIVE_INFINITY): this {
    for (let count = 0; count < countMax; count++) {
      const told = this.subscription.next();
      if (told === undefined) break;
      this.take(told);
    }
    return this;
  }

  take(told: Told): void {
    if (told.kind === "failed") throw told.error;
    if (told.kind === "stopped") {
      this.types.push("stopped");
      return;
    }
    const { piece, reset, resume } = told;
    const message = JSON.parse(`{${piece.text}`) as { rows: WireRow[]; removed?: string[]; step?: number };
    this.types.push(piece.type);
    if (piece.type !== "part") {
      if (reset !== undefined) this.resets.push(reset);
      this.#begun = { rows: [], removed: [], isSnapshot: piece.type === "snapshot", step: message.step! };
    }
    this.#begun!.rows.push(...message.rows);
    this.#begun!.removed.push(...(message.removed ?? []));
    expect(resume === undefined).toBe(!piece.isLast);
    if (resume === undefined) return;
    const { rows, removed, isSnapshot, step } = this.#begun!;
    const named = [...rows.map(({ key }) => key), ...removed];
    expect(new Set(named).size).toBe(named.length);
    if (isSnapshot) this.rows.clear();
    // Each row of a delta has changed behind the last message: nothing is told a second time.
    else for (const key of named) expect(this.#world.changedAt.get(key)).toBeGreaterThan(this.#wholeStep);
    for (const key of removed) this.rows.delete(key);
    for (const { key, values } of rows) this.rows.set(key, [...values]);
    expect(step).toBeGreaterThanOrEqual(this.#wholeStep);
    this.#wholeStep = step;
    this.token = resume;
  }
}
