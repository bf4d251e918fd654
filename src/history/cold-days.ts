/**
 * Days that are past: their rows go from the DuckDB file to Parquet files, `cold/<stream>/date=<day>/…`, as
 * soon as they are so many that a file is worth it. Files of one day that became many become one, and days
 * beyond the stream's own bound go altogether.
 *
 * A file is written aside, flushed and renamed; what it holds goes from the one place to the other in the
 * transaction behind that. A file that no such transaction names is of a crash, and is taken away.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { durationMs } from "../catalog/duration.ts";
import { literal, quoted } from "./duck/duck-type.ts";
import { flush } from "./flush.ts";
import { coldFolderOf } from "./history-file.ts";
import type { HistorySettings } from "./history-settings.ts";
import type { HistoryStore, KeptStream } from "./history-store.ts";

const dayMs = 86_400_000;

/** A file of a stream and day: where, and how many rows. */
interface ColdFile {
  readonly path: string;
  readonly rows: bigint;
  readonly bytes: number;
}

export class ColdDays {
  readonly #store: HistoryStore;
  readonly #folder: string;
  readonly #settings: HistorySettings;
  #made = 0;

  constructor(store: HistoryStore, folder: string, settings: HistorySettings) {
    this.#store = store;
    this.#folder = coldFolderOf(folder);
    this.#settings = settings;
  }

  /** Looks at every stream once; `isRead` says whether somebody may be reading files that are replaced. */
  async pass(nowMs: number, isRead: () => boolean): Promise<void> {
    for (const kept of this.#store.streams) {
      await this.#moveOldDays(kept, nowMs);
      await this.#joinFiles(kept);
      await this.#letGo(kept, nowMs);
    }
    if (!isRead()) await this.removeStray();
  }

  /** Files that were replaced, and those of a crash. */
  async removeStray(): Promise<void> {
    const { file } = this.#store;
    await file.run("DELETE FROM book.files WHERE replaced");
    const named = new Set((await file.rows("SELECT path FROM book.files")).map(([path]) => String(path)));
    for (const path of filesUnder(this.#folder)) if (!named.has(path)) rmSync(join(this.#folder, path));
  }

  async #moveOldDays(kept: KeptStream, nowMs: number): Promise<void> {
    const first = dayText(nowMs - (this.#settings.hotDays - 1) * dayMs);
    const table = tableOf(kept);
    const days = await this.#store.file.rows(
      `SELECT _day::VARCHAR FROM ${table} WHERE _day < ${literal(first)}
       GROUP BY _day HAVING COUNT(*) >= ${this.#settings.coldRowsMin} ORDER BY 1`,
    );
    for (const [day] of days) while (await this.#moveSome(kept, String(day)));
  }

  /** As many rows of the day as a file may have; answers whether there may be more. */
  async #moveSome(kept: KeptStream, day: string): Promise<boolean> {
    const { file } = this.#store;
    const table = tableOf(kept);
    const ofDay = `_day = ${literal(day)}`;
    const last = `ORDER BY _step, _row LIMIT 1 OFFSET ${this.#settings.fileRowsMax - 1}`;
    const [bound] = await file.rows(`SELECT _step, _row FROM ${table} WHERE ${ofDay} ${last}`);
    const upTo = bound === undefined ? ofDay : `${ofDay} AND (_step, _row) <= (${bound[0]}, ${bound[1]})`;
    await this.#replace(
      kept,
      day,
      `SELECT * FROM ${table} WHERE ${upTo}`,
      `DELETE FROM ${table} WHERE ${upTo}`,
    );
    return bound !== undefined;
  }

  /** Small files of a day become one. */
  async #joinFiles(kept: KeptStream): Promise<void> {
    const { file } = this.#store;
    const { filesADayMax, fileRowsMax } = this.#settings;
    const small = `stream = ${literal(nameOf(kept))} AND NOT replaced AND rows < ${fileRowsMax}`;
    const days = await file.rows(
      `SELECT day::VARCHAR FROM book.files WHERE ${small}
       GROUP BY day HAVING COUNT(*) > ${filesADayMax} ORDER BY 1`,
    );
    for (const [day] of days) {
      const ofDay = `${small} AND day = ${literal(String(day))}`;
      const files = await file.rows(`SELECT path FROM book.files WHERE ${ofDay} ORDER BY path`);
      const paths = files.map(([path]) => literal(join(this.#folder, String(path))));
      const rows = `SELECT * FROM read_parquet([${paths.join(", ")}], union_by_name = true)`;
      await this.#replace(kept, String(day), rows, `UPDATE book.files SET replaced = TRUE WHERE ${ofDay}`);
    }
  }

  /** Days that are further back than the stream wants them kept. */
  async #letGo(kept: KeptStream, nowMs: number): Promise<void> {
    const span = durationMs(kept.declared.table.options.history ?? "");
    if (span === undefined) return;
    const { file } = this.#store;
    const first = literal(dayText(nowMs - span));
    const old = `stream = ${literal(nameOf(kept))} AND NOT replaced AND day < ${first}`;
    const [files] = await file.rows(`SELECT COUNT(*) FROM book.files WHERE ${old}`);
    await file.together(async () => {
      await file.run(`DELETE FROM ${tableOf(kept)} WHERE _day < ${first}`);
      if (Number(files![0]) === 0) return;
      await file.run(`UPDATE book.files SET replaced = TRUE WHERE ${old}`);
      await this.#store.show(kept);
    });
  }

  /** Makes a file of the rows, and what they were before goes when it is there. */
  async #replace(kept: KeptStream, day: string, rows: string, gone: string): Promise<void> {
    const { file } = this.#store;
    const made = await this.#write(kept, day, rows);
    await file.together(async () => {
      await file.run(gone);
      await file.run(
        `INSERT INTO book.files VALUES ($stream, ${literal(day)}, $path, $rows, ${made.bytes}, FALSE)`,
        { stream: nameOf(kept), path: made.path, rows: made.rows },
      );
      await this.#store.show(kept);
    });
  }

  async #write(kept: KeptStream, day: string, rows: string): Promise<ColdFile> {
    const { file, position } = this.#store;
    const folder = join(folderName(nameOf(kept)), `date=${day}`);
    mkdirSync(join(this.#folder, folder), { recursive: true });
    const path = join(folder, `${position.step}-${Date.now().toString(36)}-${++this.#made}.parquet`);
    const whole = join(this.#folder, path);
    const aside = `${whole}.new`;
    await file.run(
      `COPY (${rows} ORDER BY _step, _row) TO ${literal(aside)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    flush(aside);
    renameSync(aside, whole);
    flush(dirname(whole));
    const [counted] = await file.rows(`SELECT COUNT(*) FROM read_parquet(${literal(whole)})`);
    return { path, rows: BigInt(String(counted![0])), bytes: statSync(whole).size };
  }
}

function nameOf({ declared: { table } }: KeptStream): string {
  return table.name;
}

function tableOf(kept: KeptStream): string {
  return `kept.${quoted(nameOf(kept))}`;
}

/** A stream's name as a folder may be called anywhere. */
function folderName(stream: string): string {
  return encodeURIComponent(stream).replaceAll("*", "%2A").replaceAll(".", "%2E");
}

/** Of the UTC day. */
function dayText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function filesUnder(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
