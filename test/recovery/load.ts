/** Clients of a real server, one a stream, that note what was answered. They end when the server does. */
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { World } from "./instants.ts";
import { SentByKey, SentByRequest, SentOnce } from "./sent-record.ts";

interface Answer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly unknown[];
}

/** Between two requests of a client: the disk is to be busy, the machine not. */
const pauseMs = 3;
const replayMs = 60;
const startMs = Date.UTC(2026, 2, 1);

export class Load {
  readonly events = new SentOnce("events");
  readonly hits = new SentOnce("hits");
  readonly orders = new SentByRequest();
  readonly payments = new SentByKey();
  readonly #world: World;
  readonly #random: () => number;
  readonly #nowMs: () => number;
  #nextId = 1;

  constructor(world: World, random: () => number, nowMs: () => number) {
    this.#world = world;
    this.#random = random;
    this.#nowMs = nowMs;
  }

  /** Resolves when the server does not answer any more. */
  async run(url: string): Promise<void> {
    let isGone = false;
    const repeat = async (send: () => Promise<unknown>, everyMs = pauseMs) => {
      while (!isGone) {
        if ((await send()) === undefined) isGone = true;
        await sleep(everyMs);
      }
    };
    const writing = [
      () => repeat(() => this.#sendOnce(url, "events", this.events)),
      () => repeat(() => this.#sendByKey(url)),
      () => repeat(() => this.#replay(url, 40), replayMs),
    ];
    const lettingGo = [() => repeat(() => this.#sendOnce(url, "hits", this.hits))];
    const own = this.#world === "writing" ? writing : lettingGo;
    await Promise.all([...own.map((send) => send()), repeat(() => this.#sendByRequest(url))]);
  }

  /** Sends again what was not answered, and replays what is dead. */
  async finish(url: string): Promise<void> {
    while (this.payments.unanswered() !== undefined) await this.#sendByKey(url);
    while (this.orders.unanswered() !== undefined) await this.#sendByRequest(url);
    if (this.#world === "letting-go") return;
    while (await this.#replay(url, 1_000));
  }

  /** Undefined where there was no answer: the server is gone, and nothing was promised. */
  async #replay(url: string, limit: number): Promise<number | undefined> {
    const list = await request<{ open: number; letters: readonly { number: number; text: string }[] }>(
      `${url}/v1/streams/payments/dead?limit=${limit}`,
    );
    if (list === undefined || list.open === 0) return list?.open;
    const letters = list.letters.map(({ number, text }) => ({ number, ...this.payments.mended(text)! }));
    const edited = letters.map(({ number, row }) => ({ number, text: row }));
    const answer = await request<{ taken: number; duplicates: number; stillDead: number }>(
      `${url}/v1/streams/payments/replay`,
      { "content-type": "application/json" },
      JSON.stringify({ edited }),
    );
    if (answer === undefined) return undefined;
    const { taken, duplicates, stillDead } = answer;
    if (taken + duplicates !== letters.length || stillDead > 0)
      throw new Error(`a replay of ${letters.length} letters: ${JSON.stringify(answer)}`);
    this.payments.replayed(letters.map(({ id }) => id));
    return list.open - letters.length;
  }

  async #sendOnce(url: string, stream: string, record: SentOnce): Promise<Answer | undefined> {
    const rows = new Map<number, string>();
    for (let count = this.#count(40); count > 0; count--) {
      const id = this.#nextId++;
      rows.set(id, this.#row(id, { id, k: `k${id % 5}`, amount: id % 97 }));
    }
    record.sent(rows);
    const answer = await this.#post(url, stream, [...rows.values()]);
    if (answer !== undefined) {
      expectAnswer(answer, { accepted: rows.size, duplicates: 0, rejected: 0 });
      record.answered(rows, this.#nowMs());
    }
    return answer;
  }

  async #sendByKey(url: string): Promise<Answer | undefined> {
    const again = this.#random() < 0.15 ? this.payments.answeredAt(this.#random()) : undefined;
    const isNew = again === undefined && this.payments.unanswered() === undefined;
    if (isNew) this.payments.begin(this.#newPayments());
    const ids = again ?? this.payments.unanswered()!;
    const broken = this.payments.brokenIn(ids);
    const answer = await this.#post(url, "payments", this.payments.rowsOf(ids));
    if (answer === undefined) return undefined;
    const whole = ids.length - broken;
    if (isNew) expectAnswer(answer, { accepted: whole, duplicates: 0, rejected: broken });
    else if (again !== undefined) expectAnswer(answer, { accepted: 0, duplicates: whole, rejected: broken });
    this.payments.answered(ids);
    return answer;
  }

  #newPayments() {
    const payments = new Map<string, { row: string; broken?: string }>();
    for (let count = this.#count(30); count > 0; count--) {
      const number = this.#nextId++;
      const id = `p${number}`;
      const row = this.#row(number, { id, k: `k${number % 3}`, amount: number % 89 });
      const broken = row.replace(/"amount":\d+/, '"amount":"many"');
      payments.set(id, this.#random() < 0.05 ? { row, broken } : { row });
    }
    return payments;
  }

  async #sendByRequest(url: string): Promise<Answer | undefined> {
    const again = this.#random() < 0.15 ? this.orders.answeredAt(this.#random()) : undefined;
    const pending = this.orders.unanswered();
    const sent = again ?? pending ?? this.orders.begin(`key ${this.#nextId++}`, this.#newOrders());
    sent.sends++;
    const answer = await this.#post(url, "orders", sent.rows, { "idempotency-key": sent.key });
    if (answer === undefined) return undefined;
    if (again !== undefined) expectAnswer(answer, { accepted: 0, duplicates: sent.rows.length, rejected: 0 });
    sent.answered = true;
    sent.atMs ??= this.#nowMs();
    return answer;
  }

  #newOrders(): readonly string[] {
    return Array.from({ length: this.#count(30) }, () => {
      const id = this.#nextId++;
      return this.#row(id, { id, k: `k${id % 3}` });
    });
  }

  #row(id: number, fields: object): string {
    const note = `é"${"x".repeat(Math.floor(this.#random() * 200))}`;
    const ts = new Date(startMs + id).toISOString().slice(0, -1);
    return JSON.stringify({ ...fields, note, ts });
  }

  #count(most: number): number {
    return 1 + Math.floor(this.#random() * most);
  }

  /** Lines or an array, packed or not. */
  #post(url: string, stream: string, rows: readonly string[], more: Record<string, string> = {}) {
    const isArray = this.#random() < 0.3;
    const text = isArray ? `[${rows.join(",")}]` : rows.join("\n");
    const isPacked = this.#random() < 0.5;
    const type = isArray ? "application/json" : "application/x-ndjson";
    const encoding = isPacked ? { "content-encoding": "gzip" } : {};
    const headers = { "content-type": type, ...encoding, ...more };
    return request<Answer>(`${url}/v1/streams/${stream}/events`, headers, isPacked ? gzipSync(text) : text);
  }
}

async function request<Body>(
  url: string,
  headers: Record<string, string> = {},
  body?: string | Uint8Array<ArrayBuffer>,
): Promise<Body | undefined> {
  const how = body === undefined ? {} : { method: "POST", headers, body };
  const answer = await fetch(url, how)
    .then(async (response) => ({ status: response.status, text: await response.text() }))
    .catch(() => undefined);
  if (answer === undefined) return undefined;
  // Each of the rows is broken: they are counted all the same.
  const isCounted = answer.status === 200 || answer.text.includes("request.all-rejected");
  if (!isCounted) throw new Error(`${url}: ${answer.status} ${answer.text}`);
  return JSON.parse(answer.text) as Body;
}

function expectAnswer(
  { accepted, duplicates, rejected }: Answer,
  wanted: { readonly accepted: number; readonly duplicates: number; readonly rejected: number },
): void {
  const found = { accepted, duplicates, rejected: rejected.length };
  if (JSON.stringify(found) !== JSON.stringify(wanted))
    throw new Error(`answered ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
}
