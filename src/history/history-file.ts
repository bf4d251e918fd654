/**
 * The DuckDB file of history, as one connection sees it: opened in its sandbox, locked, and told
 * statements. Nobody who has a connection reaches a file outside of the folder of cold days, another
 * extension or a setting.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import { literal } from "./duck/duck-type.ts";
import { flush } from "./flush.ts";
import type { HistorySettings } from "./history-settings.ts";

/** What is known of the rows that are kept. */
const book = [
  "CREATE SCHEMA kept",
  "CREATE SCHEMA book",
  "CREATE TABLE book.place (journal VARCHAR, step BIGINT, mark VARCHAR)",
  "CREATE TABLE book.streams (id INTEGER PRIMARY KEY, declared VARCHAR)",
  `CREATE TABLE book.files
     (stream VARCHAR, day DATE, path VARCHAR, rows BIGINT, bytes BIGINT, replaced BOOLEAN)`,
];

/**
 * The least that DuckDB has. Each column of each stream has a block of its own in memory from its first row
 * behind DuckDB's own checkpoint on: hundreds of columns by its usual 256 kB were all that it may use, and
 * it wrote the rest aside.
 */
const blockBytes = "16384";

export type Parameters = Record<string, DuckDBValue>;

export class HistoryFile {
  readonly #instance: DuckDBInstance;
  readonly connection: DuckDBConnection;
  readonly #mayGoOn: () => boolean;
  #isCommitting = false;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, mayGoOn: () => boolean) {
    this.#instance = instance;
    this.connection = connection;
    this.#mayGoOn = mayGoOn;
  }

  /** From when `mayGoOn` says no, every statement but an end of what was begun throws. */
  static async open(
    folder: string,
    { threads, memoryBytesMax }: HistorySettings,
    mayGoOn: () => boolean,
  ): Promise<HistoryFile> {
    const cold = coldFolderOf(folder);
    mkdirSync(cold, { recursive: true });
    const path = join(folder, "history.duckdb");
    if (!existsSync(path)) await make(path);
    const instance = await DuckDBInstance.create(path, {
      threads: String(threads),
      memory_limit: `${Math.ceil(memoryBytesMax / 1024 / 1024)}MiB`,
      temp_directory: join(folder, "spill"),
      max_temp_directory_size: "4GiB",
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    const connection = await instance.connect();
    const locks = [
      // Whoever stops does not wait for it: what is not in the file yet is in the log beside it.
      "PRAGMA disable_checkpoint_on_shutdown",
      "SET GLOBAL TimeZone = 'UTC'",
      `SET GLOBAL allowed_directories = [${literal(`${cold}/`)}]`,
      "SET GLOBAL enable_external_access = false",
      "SET GLOBAL lock_configuration = true",
    ];
    for (const lock of locks) await connection.run(lock);
    return new HistoryFile(instance, connection, mayGoOn);
  }

  /** Another one to the same rows. */
  connect(): Promise<DuckDBConnection> {
    return this.#instance.connect();
  }

  /** Throws where it is to be closed. */
  goOn(): void {
    if (!this.#mayGoOn()) throw new Error("History is being closed.");
  }

  /** Ends the statement that runs, but for one that is written already. */
  interrupt(): void {
    if (!this.#isCommitting) this.connection.interrupt();
  }

  async run(sql: string, parameters: Parameters = {}): Promise<void> {
    this.goOn();
    await this.connection.run(sql, parameters);
  }

  async rows(sql: string, parameters: Parameters = {}): Promise<readonly DuckDBValue[][]> {
    this.goOn();
    return (await this.connection.runAndReadAll(sql, parameters)).getRows();
  }

  /** All of it, or nothing. */
  async together(work: () => Promise<void>): Promise<void> {
    await this.run("BEGIN");
    try {
      await work();
      this.#isCommitting = true;
      await this.run("COMMIT");
    } catch (error) {
      await this.connection.run("ROLLBACK").catch(() => {
        // Where the transaction is gone already there is nothing to take back.
      });
      throw error;
    } finally {
      this.#isCommitting = false;
    }
  }

  close(): void {
    this.connection.closeSync();
    this.#instance.closeSync();
  }
}

/** A file that is there is one that can be opened, whenever the process that makes it ends. */
async function make(path: string): Promise<void> {
  const aside = `${path}.new`;
  for (const left of [aside, `${aside}.wal`]) rmSync(left, { force: true });
  const instance = await DuckDBInstance.create(aside, { default_block_size: blockBytes });
  const connection = await instance.connect();
  for (const statement of book) await connection.run(statement);
  await connection.run("CHECKPOINT");
  connection.closeSync();
  instance.closeSync();
  flush(aside);
  renameSync(aside, path);
  flush(dirname(path));
}

export function coldFolderOf(folder: string): string {
  return join(folder, "cold");
}
