/**
 * Which rows of a request came before: of each stream with a `'dedup-key'` the keys of its span, kept beside
 * the journal. A row without a key is like no other.
 */
import { join } from "node:path";
import type { TableDefinition } from "../../catalog/catalog.ts";
import { dedupSpanMs } from "../../catalog/dedup-span.ts";
import { rowKind } from "../../values/column-batch.ts";
import { keyWithEscapes } from "../../values/json/key-match.ts";
import { padding } from "../../values/json/scan.ts";
import type { CheckedBody } from "../check/check-body.ts";
import { keyPlace, type RowCheck } from "../check/row-check.ts";
import { type EventLogReader, type Step, type StreamId, stepKind } from "../event-log.ts";
import type { FileLayer } from "../journal/file-layer.ts";
import type { StreamDeclaration } from "../step-payload.ts";
import { hashKey } from "./key-hash.ts";
import { KeyIndex, recentKeysMax } from "./key-index.ts";

/** `passed` of a row that came before. */
const duplicate = 2;

interface Keyed {
  readonly index: KeyIndex;
  readonly check: RowCheck;
}

export class Duplicates {
  readonly #files: FileLayer;
  readonly #folder: string;
  readonly #recentMax: number;
  readonly #streams = new Map<string, Keyed>();
  /** By number of the stream: those whose keys in the journal were not read yet. */
  #unread = new Map<StreamId, Keyed>();

  constructor(files: FileLayer, journal: string, recentMax = recentKeysMax) {
    this.#files = files;
    this.#folder = join(journal, "keys");
    this.#recentMax = recentMax;
  }

  /** Of a stream that is declared, or declared anew. */
  open({ streamId, table }: StreamDeclaration, check: RowCheck): void {
    const known = this.#streams.get(table.name);
    const stream = keyedStream(streamId, table);
    if (known !== undefined && JSON.stringify(known.index.stream) === JSON.stringify(stream)) {
      this.#streams.set(table.name, { index: known.index, check });
      return;
    }
    known?.index.close();
    this.#streams.delete(table.name);
    if (stream === undefined) return;
    this.#files.makeFolder(this.#folder);
    const index = new KeyIndex(this.#files, this.#folder, stream, this.#recentMax);
    const keyed = { index, check };
    this.#streams.set(table.name, keyed);
    this.#unread.set(streamId, keyed);
  }

  indexOf(stream: string): KeyIndex | undefined {
    return this.#streams.get(stream)?.index;
  }

  /** Reads the keys that are in no run yet, of the streams that were opened since. */
  readTail(reader: EventLogReader, nowMs: number, lastStep: number): void {
    const unread = this.#unread;
    this.#unread = new Map();
    if (unread.size === 0) return;
    const coveredSteps = new Map([...unread].map(([id, { index }]) => [id, index.coveredStep]));
    reader.seek(Math.min(...coveredSteps.values()) + 1);
    reader.narrow({ streams: new Set(unread.keys()) });
    for (let step = reader.next(); step !== undefined; step = reader.next()) {
      const keyed = step.kind === stepKind.rows ? unread.get(step.streamId) : undefined;
      if (keyed === undefined || step.number <= coveredSteps.get(step.streamId)!) continue;
      if (step.appendTimeMs < nowMs - keyed.index.stream.spanMs) continue;
      addKeys(keyed, step);
      keyed.index.flushed();
      // By its own time: where that is not of the present hour, each step would become a run.
      keyed.index.tidy(step.appendTimeMs, step.number);
    }
    for (const { index } of unread.values()) {
      index.rotate(nowMs, lastStep);
      index.flushed();
      index.tidy(nowMs, lastStep);
    }
  }

  /** Marks rows that passed and came before as not passed; answers how many. */
  mark(
    stream: string,
    body: Uint8Array,
    checked: CheckedBody,
    appendTimeMs: number,
    lastStep: number,
  ): number {
    const keyed = this.#streams.get(stream);
    if (keyed === undefined) return 0;
    const { rowCount, passed, keyStarts, keyEnds } = checked;
    let count = 0;
    for (let row = 0; row < rowCount; row++) {
      if (passed[row] !== 1 || keyStarts[row] === keyEnds[row]) continue;
      hashValue(body, keyStarts[row]!, keyEnds[row]!);
      if (keyed.index.takes(appendTimeMs, lastStep)) continue;
      passed[row] = duplicate;
      count++;
    }
    return count;
  }

  flushed(): void {
    for (const { index } of this.#streams.values()) index.flushed();
  }

  tidy(nowMs: number, lastStep: number): void {
    for (const { index } of this.#streams.values()) index.tidy(nowMs, lastStep);
  }

  close(): void {
    for (const { index } of this.#streams.values()) index.close();
  }
}

function keyedStream(streamId: StreamId, { options }: TableDefinition) {
  const column = options["dedup-key"];
  const spanMs = dedupSpanMs(options);
  return column === undefined || spanMs === undefined ? undefined : { streamId, column, spanMs };
}

function addKeys({ index, check }: Keyed, step: Step): void {
  // The check looks at the bytes behind a row to see its end.
  const bytes = new Uint8Array(step.bytes.length + padding);
  bytes.set(step.bytes);
  for (let row = 0, from = 0; row < step.rowCount; row++) {
    const end = step.rowEnds[row]!;
    const behind = bytes[end]!;
    bytes[end] = 0;
    const isGone = step.rowKinds?.[row] === rowKind.delete;
    if (!isGone && check(bytes, from, end) >= 0 && keyPlace.to > keyPlace.from) {
      hashValue(bytes, keyPlace.from, keyPlace.to);
      index.add(step.appendTimeMs, step.number - 1);
    }
    bytes[end] = behind;
    from = end;
  }
}

const encoder = new TextEncoder();
const quote = 0x22;
const backslash = 0x5c;
const minus = 0x2d;

/** Of a text what it says, however it is escaped; of a whole number its digits. */
function hashValue(bytes: Uint8Array, from: number, to: number): void {
  if (bytes[from] !== quote) {
    const isMinusZero = bytes[from] === minus && bytes[from + 1] === 0x30;
    hashKey(bytes, isMinusZero ? from + 1 : from, to);
    return;
  }
  for (let at = from + 1; at < to - 1; at++) {
    if (bytes[at] !== backslash) continue;
    const said = encoder.encode(keyWithEscapes(bytes, from + 1, to - 1));
    hashKey(said, 0, said.length);
    return;
  }
  hashKey(bytes, from + 1, to - 1);
}
