/**
 * What a client knows of the rows that it sent, and what a journal has to hold of them. After each kill the
 * rows that were not answered are settled: they are there or they are not, and stay so.
 */

export class LostPromise extends Error {}

function refuse(what: string, examples: readonly unknown[]): void {
  if (examples.length === 0) return;
  throw new LostPromise(`${examples.length} ${what}, such as ${examples.slice(0, 3).join(", ")}`);
}

/** Rows that are sent once, answered or not. */
export class SentOnce {
  readonly #name: string;
  /** Answered, and when; or found after a kill. */
  readonly taken = new Map<number, { readonly row: string; readonly atMs: number }>();
  readonly #unanswered = new Map<number, string>();
  readonly #gone = new Set<number>();

  constructor(name: string) {
    this.#name = name;
  }

  sent(rows: ReadonlyMap<number, string>): void {
    for (const [id, row] of rows) this.#unanswered.set(id, row);
  }

  answered(rows: ReadonlyMap<number, string>, atMs: number): void {
    for (const [id, row] of rows) {
      this.#unanswered.delete(id);
      this.taken.set(id, { row, atMs });
    }
  }

  /** `letGoBeforeMs`: rows that were answered before may have been let go, the oldest first. */
  settle(found: readonly string[], atMs: number, letGoBeforeMs = Number.NEGATIVE_INFINITY): void {
    const rows = new Map(found.map((row) => [(JSON.parse(row) as { id: number }).id, row]));
    if (rows.size < found.length) refuse(`rows of ${this.#name} are there twice`, twice(found));
    const firstId = Math.min(...rows.keys());
    const mayBeGone = (id: number, since: number) => id < firstId && since < letGoBeforeMs;
    const lost = [...this.taken].filter(([id, { row, atMs: since }]) => {
      return rows.get(id) !== row && !(rows.get(id) === undefined && mayBeGone(id, since));
    });
    refuse(
      `acknowledged rows of ${this.#name} were lost or changed`,
      lost.map(([id]) => id),
    );
    for (const [id, row] of this.#unanswered) {
      if (rows.get(id) === row) this.taken.set(id, { row, atMs });
      else this.#gone.add(id);
    }
    this.#unanswered.clear();
    const unsent = [...rows].filter(([id]) => this.#gone.has(id) || !this.taken.has(id));
    refuse(
      `rows of ${this.#name} are there that were not`,
      unsent.map(([id]) => id),
    );
  }
}

/** A batch of rows under a key of its own, which is sent until it is answered. */
interface KeyedRequest {
  readonly key: string;
  readonly rows: readonly string[];
  answered: boolean;
  /** When it was known first that its rows are there. */
  atMs: number | undefined;
  /** How often rows of it are there from a flush that did not come to an end, without its key. */
  torn: number;
  sends: number;
}

/** Requests with an `Idempotency-Key`, of a table without keys. */
export class SentByRequest {
  readonly #requests: KeyedRequest[] = [];

  begin(key: string, rows: readonly string[]): KeyedRequest {
    const request = { key, rows, answered: false, atMs: undefined, torn: 0, sends: 0 };
    this.#requests.push(request);
    return request;
  }

  unanswered(): KeyedRequest | undefined {
    return this.#requests.find(({ answered }) => !answered);
  }

  answeredAt(share: number): KeyedRequest | undefined {
    const all = this.#requests.filter(({ answered }) => answered);
    return all[Math.floor(share * all.length)];
  }

  get rowCount(): number {
    return this.#requests.reduce((sum, { answered, rows }) => sum + (answered ? rows.length : 0), 0);
  }

  /** `letGoBeforeMs`: rows that were answered before may have been let go, and their keys with them. */
  settle(
    found: readonly string[],
    keys: ReadonlySet<string>,
    nowMs: number,
    letGoBeforeMs = Number.NEGATIVE_INFINITY,
  ): void {
    const copies = countsOf(found);
    for (const request of this.#requests) {
      const { key, rows, answered, sends, torn } = request;
      if (keys.has(key)) request.atMs ??= nowMs;
      const mayBeGone = (request.atMs ?? nowMs) < letGoBeforeMs;
      const counts = rows.map((row) => copies.get(row) ?? 0);
      for (const row of rows) copies.delete(row);
      const isKnown = keys.has(key);
      const most = Math.max(...counts);
      if (answered && !isKnown && !mayBeGone) refuse("keys of requests were lost", [key]);
      if (isKnown && !mayBeGone && counts.includes(0))
        refuse("acknowledged rows of requests were lost", [key]);
      if (most > (isKnown || answered ? 1 + torn : sends)) refuse("rows of requests are there twice", [key]);
      if (!isKnown && !answered) request.torn = most;
    }
    refuse("rows of requests are there that were not sent", [...copies.keys()]);
  }
}

interface Payment {
  readonly row: string;
  /** What was sent first, where that could not be taken: it is replayed as `row`. */
  readonly broken?: string | undefined;
  taken: boolean;
}

/** Rows with a key of their own, which are sent until they are answered, and some once more. */
export class SentByKey {
  readonly #payments = new Map<string, Payment>();
  /** By broken row: how often it was sent, and answered. */
  readonly #broken = new Map<string, { sends: number; answered: number; id: string }>();
  readonly #open: (readonly string[])[] = [];
  readonly #answered: (readonly string[])[] = [];

  begin(payments: ReadonlyMap<string, { readonly row: string; readonly broken?: string | undefined }>): void {
    for (const [id, { row, broken }] of payments) {
      this.#payments.set(id, { row, broken, taken: false });
      if (broken !== undefined) this.#broken.set(broken, { sends: 0, answered: 0, id });
    }
    this.#open.push([...payments.keys()]);
  }

  unanswered(): readonly string[] | undefined {
    return this.#open[0];
  }

  answeredAt(share: number): readonly string[] | undefined {
    return this.#answered[Math.floor(share * this.#answered.length)];
  }

  /** The rows of a batch as they are sent. */
  rowsOf(ids: readonly string[]): readonly string[] {
    return ids.map((id) => {
      const { broken, row } = this.#payments.get(id)!;
      if (broken !== undefined) this.#broken.get(broken)!.sends++;
      return broken ?? row;
    });
  }

  answered(ids: readonly string[]): void {
    for (const id of ids) {
      const payment = this.#payments.get(id)!;
      if (payment.broken === undefined) payment.taken = true;
      else this.#broken.get(payment.broken)!.answered++;
    }
    const place = this.#open.indexOf(ids);
    if (place >= 0) this.#answered.push(...this.#open.splice(place, 1));
  }

  brokenIn(ids: readonly string[]): number {
    return ids.filter((id) => this.#payments.get(id)!.broken !== undefined).length;
  }

  /** What is to be read instead of the dead letter. */
  mended(text: string): { readonly id: string; readonly row: string } | undefined {
    const id = this.#broken.get(text)?.id;
    return id === undefined ? undefined : { id, row: this.#payments.get(id)!.row };
  }

  replayed(ids: readonly string[]): void {
    for (const id of ids) this.#payments.get(id)!.taken = true;
  }

  *taken(): Iterable<readonly [string, string]> {
    for (const [id, { row, taken }] of this.#payments) if (taken) yield [id, row];
  }

  settle(found: readonly string[], dead: readonly string[]): void {
    const counts = countsOf(found);
    const rows = [...this.#payments.values()];
    const missing = rows.filter(({ row, taken }) => taken && !counts.has(row));
    refuse(
      "acknowledged rows with a key were lost or changed",
      missing.map(({ row }) => row),
    );
    refuse(
      "rows with a key are there twice",
      [...counts].filter(([, count]) => count > 1).map(([row]) => row.slice(0, 60)),
    );
    for (const payment of rows) {
      if (counts.delete(payment.row)) payment.taken = true;
    }
    refuse("rows with a key are there that were not sent", [...counts.keys()]);
    const letters = countsOf(dead.map(letterText));
    const unlike = [...this.#broken].filter(([text, { sends, answered }]) => {
      const count = letters.get(text) ?? 0;
      letters.delete(text);
      return count < answered || count > sends;
    });
    refuse("dead letters were lost or are there twice", unlike);
    refuse("dead letters are there that were not sent", [...letters.keys()]);
  }

  /** When all that is dead was replayed. */
  expectAllTaken(): void {
    const open = [...this.#payments].filter(([, { taken }]) => !taken).map(([id]) => id);
    refuse("rows with a key were never taken", open);
  }
}

function letterText(row: string): string {
  return Buffer.from((JSON.parse(row) as { bytes: string }).bytes, "base64").toString();
}

function countsOf(rows: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row, (counts.get(row) ?? 0) + 1);
  return counts;
}

function twice(rows: readonly string[]): readonly string[] {
  return [...countsOf(rows)].filter(([, count]) => count > 1).map(([row]) => row);
}
