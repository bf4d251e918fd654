/**
 * Requests that came before, by their `Idempotency-Key`, within 24 hours. The journal says which keys were
 * taken, behind the rows of their requests and flushed with them. Nothing is kept until the first one comes.
 */
import { join } from "node:path";
import { type EventLogReader, type StreamId, stepKind } from "../event-log.ts";
import { type FileLayer, orAbsent } from "../journal/file-layer.ts";
import { payloadOf, type StepPayload } from "../step-payload.ts";
import { hashKey } from "./key-hash.ts";
import { KeyIndex } from "./key-index.ts";
import { readRunHeader } from "./run-format.ts";

const stream = { streamId: 0, column: "Idempotency-Key", spanMs: 24 * 3_600_000 };
const encoder = new TextEncoder();

export class Requests {
  readonly #files: FileLayer;
  readonly #folder: string;
  #index: KeyIndex | undefined;
  /** Those of the group that is gathered. */
  #taken: string[] = [];

  constructor(files: FileLayer, journal: string) {
    this.#files = files;
    this.#folder = join(journal, "keys");
    if (isFolderThere(files, journal) && files.list(this.#folder).some(isOfRequests))
      this.#index = new KeyIndex(files, this.#folder, stream);
  }

  /** Reads the keys that are in no run yet. */
  readTail(reader: EventLogReader, nowMs: number, lastStep: number): void {
    const index = this.#index;
    if (index === undefined) return;
    const { coveredStep } = index;
    reader.seek(coveredStep + 1);
    reader.narrow({ streams: new Set([stream.streamId as StreamId]) });
    for (let step = reader.next(); step !== undefined; step = reader.next()) {
      if (step.kind !== stepKind.statement || step.number <= coveredStep) continue;
      const payload = payloadOf(step);
      if (payload.kind !== "requests") continue;
      for (const key of payload.keys) {
        hash(key);
        index.add(step.appendTimeMs, step.number - 1);
      }
    }
    index.rotate(nowMs, lastStep);
    index.flushed();
    index.tidy(nowMs, lastStep);
  }

  /**
   * Whether the key is new; then it is taken. `flushedStep` is on disk: no key is in it or before it where
   * this is the first.
   */
  takes(name: string, nowMs: number, lastStep: number, flushedStep: number): boolean {
    this.#index ??= this.#begin(nowMs, flushedStep);
    hash(name);
    if (!this.#index.takes(nowMs, lastStep)) return false;
    this.#taken.push(name);
    return true;
  }

  /** What the journal is to say of the group; undefined where it has no key. */
  payload(): StepPayload | undefined {
    if (this.#taken.length === 0) return undefined;
    const keys = this.#taken;
    this.#taken = [];
    return { kind: "requests", keys };
  }

  flushed(): void {
    this.#index?.flushed();
  }

  tidy(nowMs: number, lastStep: number): void {
    this.#index?.tidy(nowMs, lastStep);
  }

  close(): void {
    this.#index?.close();
  }

  /** A run of no key says from where on the journal is to be read, before the first key is in it. */
  #begin(nowMs: number, flushedStep: number): KeyIndex {
    this.#files.makeFolder(this.#folder);
    const index = new KeyIndex(this.#files, this.#folder, stream);
    index.rotate(nowMs, flushedStep);
    index.flushed();
    index.tidy(nowMs, flushedStep);
    return index;
  }
}

/**
 * The step up to which all keys of requests are in runs on disk: of later ones the journal alone knows.
 * Infinity where no request had a key.
 */
export function requestsCoveredStep(files: FileLayer, journal: string): number {
  if (!isFolderThere(files, journal)) return Number.POSITIVE_INFINITY;
  const folder = join(journal, "keys");
  let covered = -1;
  for (const name of files.list(folder)) {
    if (!isOfRequests(name)) continue;
    // Merged since the list was made.
    const file = orAbsent(() => files.open(join(folder, name), "read"));
    covered = Math.max(covered, (file && readRunHeader(file)?.toStep) ?? 0);
    file?.close();
  }
  return covered < 0 ? Number.POSITIVE_INFINITY : covered;
}

function isFolderThere(files: FileLayer, journal: string): boolean {
  return files.list(journal).some((name) => name === "keys" || name.startsWith("keys/"));
}

function isOfRequests(name: string): boolean {
  return name.startsWith(`${stream.streamId}-`);
}

/** What a request's key is of: the stream, and behind the first part of a body the part. */
export function requestName(stream: string, key: string, part = 0): string {
  return JSON.stringify(part === 0 ? [stream, key] : [stream, key, part]);
}

function hash(key: string): void {
  const bytes = encoder.encode(key);
  hashKey(bytes, 0, bytes.length);
}
