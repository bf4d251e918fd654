/** History without its thread: the store, what feeds it, and what looks after days that are past. */
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { EventLogReader, StepNumber } from "../log/event-log.ts";
import { ColdDays } from "./cold-days.ts";
import type { ExportQuery } from "./export/export-messages.ts";
import { type ExportTarget, runExport } from "./export/run-export.ts";
import type { HistoryState } from "./history.ts";
import { HistoryFeed } from "./history-feed.ts";
import { HistoryFile } from "./history-file.ts";
import type { HistoryAnswer, HistoryQuery } from "./history-messages.ts";
import { type QueriedHistory, runHistoryQuery } from "./history-query.ts";
import type { HistorySettings } from "./history-settings.ts";
import { HistoryStore } from "./history-store.ts";

export interface HistoryInput {
  /** Where it keeps its files. */
  readonly folder: string;
  /** Its own from now on. */
  readonly reader: EventLogReader;
  /** What tells the journal from others. */
  readonly journalId: string;
  readonly timeZone: string;
  readonly settings: HistorySettings;
  /** Once it says no, whatever it does is broken off, which throws: it is in the journal and done again. */
  readonly mayGoOn?: () => boolean;
}

export class History {
  readonly store: HistoryStore;
  readonly #file: HistoryFile;
  readonly #feed: HistoryFeed;
  readonly #cold: ColdDays;
  readonly #settings: HistorySettings;
  readonly #folder: string;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #coldFigures = { coldFiles: 0, coldBytes: 0 };

  private constructor(file: HistoryFile, store: HistoryStore, input: HistoryInput) {
    this.#file = file;
    this.store = store;
    this.#settings = input.settings;
    this.#folder = input.folder;
    this.#feed = new HistoryFeed(store, input.reader, input.settings.rowsTogetherMax);
    this.#cold = new ColdDays(store, input.folder, input.settings);
  }

  /** Throws where the folder is of another journal, or cannot be read. */
  static async open(input: HistoryInput): Promise<History> {
    const { folder, journalId, timeZone, settings, mayGoOn = () => true } = input;
    mkdirSync(folder, { recursive: true });
    const file = await HistoryFile.open(folder, settings, mayGoOn);
    try {
      const store = new HistoryStore(file, folder, timeZone);
      const known = await store.open();
      if (known === undefined) await store.begin(journalId);
      else if (known !== journalId) throw new Error(`${folder} is of another journal. ${wayOut}`);
      return new History(file, store, input);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Throws where the journal is not the one that it has read so far. */
  refuseOther(lastStep: number): void {
    const refusal = this.#feed.refusal(lastStep);
    if (refusal !== undefined) throw new Error(`${refusal} ${wayOut}`);
  }

  /**
   * `viewRows` gives the rows of views that the query reads too.
   *
   * @throws QuickwaterError where it cannot be answered.
   */
  ask(
    query: HistoryQuery,
    viewRows?: QueriedHistory["viewRows"],
    signal?: AbortSignal,
  ): Promise<HistoryAnswer> {
    const { relations, position } = this.store;
    const connect = () => this.#file.connect();
    const { step } = position;
    return runHistoryQuery(
      query,
      { connect, relations, position: step, ...(viewRows && { viewRows }) },
      signal,
    );
  }

  /** Resolves when all of it is on its way; throws as `runExport` does. */
  export(query: ExportQuery, target: ExportTarget): Promise<void> {
    const { relations, position, streams } = this.store;
    const connect = () => this.#file.connect();
    const folder = this.#folder;
    return runExport(query, { connect, folder, streams, relations, position: position.step }, target);
  }

  /**
   * Writes what is new, and looks after old days now and then; answers whether there may be more. `isRead`
   * says whether somebody reads it meanwhile.
   */
  async pass(nowMs: number, isRead: () => boolean = () => false): Promise<boolean> {
    const isBehind = await this.#feed.pass();
    if (isBehind || nowMs - this.#lookedAtMs < this.#settings.upkeepMs) return isBehind;
    this.#lookedAtMs = nowMs;
    await this.#cold.pass(nowMs, isRead);
    this.#coldFigures = await this.store.coldFigures();
    return false;
  }

  get state(): HistoryState {
    return {
      position: this.store.position.step as StepNumber,
      seen: this.#feed.seen as StepNumber,
      rowsAdded: this.#feed.rowsAdded,
      hotBytes: sizeOf(join(this.#folder, "history.duckdb")),
      ...this.#coldFigures,
      problem: undefined,
    };
  }

  /** What it waits for ends now, where it can; whoever calls this says no to `mayGoOn` first. */
  interrupt(): void {
    this.#file.interrupt();
  }

  close(): void {
    this.#file.close();
  }
}

const wayOut = "Move the folder away, and history is filled anew with what the journal has.";

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
