/**
 * Steps of a table with a PRIMARY KEY of which every row was replaced by a later one of its key, both longer
 * ago than the table keeps such rows. A row that says that its key is gone stays: without it the key would
 * be there again.
 *
 * Cost  two readings of the table's rows, and 24 bytes or so a key, of at most `keysMax`: rows of further
 *       keys stay.
 */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { timeStyleOf } from "../../catalog/json-style.ts";
import { rowKind } from "../../values/column-batch.ts";
import { keyWithEscapes } from "../../values/json/key-match.ts";
import { padding } from "../../values/json/scan.ts";
import { compileRowCheck, keyPlace, type RowCheck } from "../check/row-check.ts";
import { hashKey, keyHash } from "../dedup/key-hash.ts";
import { type EventLogReader, type Step, type StreamId, stepKind } from "../event-log.ts";

export interface KeyedTable {
  readonly streamId: StreamId;
  readonly table: TableDefinition;
}

export interface ReplacedBounds {
  /** Rows count that came before this time, in steps before this one. */
  readonly beforeMs: number;
  readonly beforeStep: number;
  /** Asked at each step: where it says no, there is no answer. */
  readonly mayGoOn: () => boolean;
  readonly keysMax?: number;
}

const keysMaxDefault = 4_000_000;

/** The steps; undefined where it was ended. */
export function replacedSteps(
  reader: EventLogReader,
  { streamId, table }: KeyedTable,
  { beforeMs, beforeStep, mayGoOn, keysMax = keysMaxDefault }: ReplacedBounds,
): ReadonlySet<number> | undefined {
  const latest = new LatestRows(keysMax);
  const keys = new RowKeys(table);
  reader.narrow({ streams: new Set([streamId]) });
  const walk = (visit: (step: Step) => void): boolean => {
    reader.seek(1);
    for (let step = reader.next(); step !== undefined; step = reader.next()) {
      if (step.number >= beforeStep || step.appendTimeMs >= beforeMs) return true;
      if (!mayGoOn()) return false;
      if (step.kind === stepKind.rows) visit(step);
    }
    return true;
  };
  const replaced = new Set<number>();
  const isWhole =
    walk((step) => keys.each(step, (row) => latest.put(step.firstRowOffset + row))) &&
    walk((step) => {
      let staying = 0;
      keys.each(step, (row) => {
        const isGone = step.rowKinds?.[row] === rowKind.delete;
        if (isGone || latest.get() <= step.firstRowOffset + row) staying++;
      });
      if (staying === 0) replaced.add(step.number);
    });
  return isWhole ? replaced : undefined;
}

/** Leaves the hash of each row's key in `keyHash`. */
class RowKeys {
  readonly #checks: readonly RowCheck[];
  #bytes = new Uint8Array(0);
  #key = new Uint8Array(256);
  #keyBytes = 0;

  constructor(table: TableDefinition) {
    const fields = table.primaryKey.map((place) => table.schema.columns[place]!);
    const timeStyle = timeStyleOf(table);
    this.#checks = fields.map(({ name }) =>
      compileRowCheck({ fields, eventTimeField: undefined, keyFields: [name], timeStyle }),
    );
  }

  each({ rowCount, rowEnds, bytes }: Step, visit: (row: number) => void): void {
    // A check looks at the bytes behind a row to see its end.
    if (this.#bytes.length < bytes.length + padding) this.#bytes = new Uint8Array(bytes.length * 2 + padding);
    this.#bytes.set(bytes);
    for (let row = 0, from = 0; row < rowCount; row++) {
      const end = rowEnds[row]!;
      const behind = this.#bytes[end]!;
      this.#bytes[end] = 0;
      this.#hash(from, end);
      visit(row);
      this.#bytes[end] = behind;
      from = end;
    }
  }

  /** Of several columns each stands behind its length: no two keys are the same bytes. */
  #hash(from: number, end: number): void {
    this.#keyBytes = 0;
    for (const check of this.#checks) {
      const isRead = check(this.#bytes, from, end) >= 0;
      this.#add(
        isRead ? saidBytes(this.#bytes, keyPlace.from, keyPlace.to) : this.#bytes.subarray(from, end),
      );
    }
    hashKey(this.#key, 0, this.#keyBytes);
  }

  #add(value: Uint8Array): void {
    const size = this.#keyBytes + 4 + value.length;
    if (size > this.#key.length) {
      const grown = new Uint8Array(size * 2);
      grown.set(this.#key);
      this.#key = grown;
    }
    new DataView(this.#key.buffer).setUint32(this.#keyBytes, value.length, true);
    this.#key.set(value, this.#keyBytes + 4);
    this.#keyBytes = size;
  }
}

const quote = 0x22;
const backslash = 0x5c;
const encoder = new TextEncoder();

/** What a text says, however it is escaped; of anything else its bytes, of which 1 and 1.0 are two keys. */
function saidBytes(bytes: Uint8Array, from: number, to: number): Uint8Array {
  if (bytes[from] !== quote) return bytes.subarray(from, to);
  const inside = bytes.subarray(from + 1, to - 1);
  return inside.includes(backslash) ? encoder.encode(keyWithEscapes(bytes, from + 1, to - 1)) : inside;
}

/** By the key whose hash was computed last: the number of its last row. */
class LatestRows {
  readonly #keysMax: number;
  #words = new Uint32Array(1024 * 3);
  #rows = new Float64Array(1024);
  #count = 0;

  constructor(keysMax: number) {
    this.#keysMax = keysMax;
  }

  /** Rows come in ascending order. */
  put(row: number): void {
    if (this.#count * 2 > this.#rows.length) this.#grow();
    const slot = this.#slot(keyHash.first, keyHash.second, keyHash.third);
    if (this.#words[slot * 3 + 1] === 0) {
      if (this.#count >= this.#keysMax) return;
      this.#count++;
      this.#words.set([keyHash.first, keyHash.second, keyHash.third], slot * 3);
    }
    this.#rows[slot] = row;
  }

  /** -1 where the key is not known. */
  get(): number {
    const slot = this.#slot(keyHash.first, keyHash.second, keyHash.third);
    return this.#words[slot * 3 + 1] === 0 ? -1 : this.#rows[slot]!;
  }

  /** The second word of a hash is never 0. */
  #slot(first: number, second: number, third: number): number {
    const mask = this.#rows.length - 1;
    for (let slot = first & mask; ; slot = (slot + 1) & mask) {
      const at = slot * 3;
      if (this.#words[at + 1] === 0) return slot;
      if (this.#words[at] === first && this.#words[at + 1] === second && this.#words[at + 2] === third)
        return slot;
    }
  }

  #grow(): void {
    const [words, rows] = [this.#words, this.#rows];
    this.#words = new Uint32Array(words.length * 2);
    this.#rows = new Float64Array(rows.length * 2);
    for (let old = 0; old < rows.length; old++) {
      const at = old * 3;
      if (words[at + 1] === 0) continue;
      const slot = this.#slot(words[at]!, words[at + 1]!, words[at + 2]!);
      this.#words.set(words.subarray(at, at + 3), slot * 3);
      this.#rows[slot] = rows[old]!;
    }
  }
}
