/**
 * What has come until now, in plain TypeScript and apart from the engine: the changes of each table in the
 * order of their coming, each with the watermark before it, as the contract of watermarks says.
 */
import { delayMs, type ScriptRow, type Step, startMs, stepMs, type TableName } from "./script.ts";

const idleMs = 5_000;

export interface Change {
  readonly table: TableName;
  /** 1 where the row comes, -1 where it is taken back. */
  readonly sign: 1 | -1;
  readonly row: ScriptRow;
  readonly timeMs: number;
  readonly appendTimeMs: number;
  /** Before the row, of all inputs of the query. */
  readonly watermarkMs: number;
}

export interface History {
  readonly changes: readonly Change[];
  /** Rows as they were sent, whatever a key makes of them. */
  readonly sent: readonly Change[];
  readonly watermarkMs: number;
  /** When the query was last told something. */
  readonly clockMs: number;
  readonly hasEnded: boolean;
}

/** By table that the query reads: its key, if it has one. */
export type ReadTables = Readonly<Partial<Record<TableName, "id" | "k" | undefined>>>;

interface TableTime {
  greatestMs: number;
  watermarkMs: number;
  quietMs: number;
  wasHeardAtMs: number | undefined;
  hasRows: boolean;
}

class Model {
  readonly #keys: ReadTables;
  readonly #times = new Map<TableName, TableTime>();
  readonly #latest = new Map<string, ScriptRow>();
  readonly #changes: Change[] = [];
  readonly #sent: Change[] = [];
  #watermarkMs = Number.NEGATIVE_INFINITY;
  #clockMs = startMs;
  #heardMs = startMs;
  #hasEnded = false;

  constructor(tables: ReadTables) {
    this.#keys = tables;
    for (const table of Object.keys(tables) as TableName[]) {
      const none = Number.NEGATIVE_INFINITY;
      const time = {
        greatestMs: none,
        watermarkMs: none,
        quietMs: 0,
        wasHeardAtMs: undefined,
        hasRows: false,
      };
      this.#times.set(table, time);
    }
  }

  get history(): History {
    return {
      changes: this.#changes.slice(),
      sent: this.#sent.slice(),
      watermarkMs: this.#watermarkMs,
      clockMs: this.#heardMs,
      hasEnded: this.#hasEnded,
    };
  }

  take(step: Step): void {
    this.#clockMs += stepMs;
    // Of rows of another table the query hears nothing.
    if (step.kind !== "rows" || this.#times.has(step.table)) this.#heardMs = this.#clockMs;
    if (step.kind === "end") this.#hasEnded = true;
    if (step.kind === "tick") for (const time of this.#times.values()) this.#tick(time);
    if (step.kind === "rows") for (const row of step.rows) this.#takeRow(step.table, row);
    this.#combine();
  }

  #tick(time: TableTime): void {
    if (time.wasHeardAtMs !== undefined) time.quietMs += this.#clockMs - time.wasHeardAtMs;
    time.wasHeardAtMs = this.#clockMs;
    if (time.quietMs < idleMs || !time.hasRows) return;
    time.watermarkMs = Math.max(time.watermarkMs, this.#clockMs - idleMs - delayMs);
  }

  #takeRow(table: TableName, row: ScriptRow): void {
    const time = this.#times.get(table);
    if (time === undefined) return;
    const others = [...this.#times].filter(([name, { quietMs }]) => name !== table && quietMs < idleMs);
    const least = Math.min(time.watermarkMs, ...others.map(([, { watermarkMs }]) => watermarkMs));
    this.#watermarkMs = Math.max(this.#watermarkMs, least);
    const timeMs = startMs + row.second * 1000;
    const change = { table, timeMs, appendTimeMs: this.#clockMs, watermarkMs: this.#watermarkMs };
    this.#sent.push({ ...change, sign: 1, row });
    this.#changes.push(...this.#changesOf(table, row).map((each) => ({ ...change, ...each })));
    time.greatestMs = Math.max(time.greatestMs, timeMs);
    time.watermarkMs = Math.max(time.watermarkMs, time.greatestMs - delayMs);
    time.quietMs = 0;
    time.wasHeardAtMs = this.#clockMs;
    time.hasRows = true;
  }

  #changesOf(table: TableName, row: ScriptRow): readonly Pick<Change, "sign" | "row" | "timeMs">[] {
    const key = this.#keys[table];
    const comes = { sign: 1 as const, row, timeMs: startMs + row.second * 1000 };
    if (key === undefined) return [comes];
    const place = `${table} ${row[key]}`;
    const before = this.#latest.get(place);
    const isSame = before !== undefined && before.k === row.k && before.n === row.n && before.id === row.id;
    if (isSame && before.second === row.second && row.isDelete !== true) return [];
    if (row.isDelete === true) this.#latest.delete(place);
    else this.#latest.set(place, row);
    const goes =
      before === undefined
        ? []
        : [{ sign: -1 as const, row: before, timeMs: startMs + before.second * 1000 }];
    return row.isDelete === true ? goes : [...goes, comes];
  }

  #combine(): void {
    const times = [...this.#times.values()];
    const awake = times.filter(({ quietMs }) => quietMs < idleMs);
    const begun = times.filter(({ hasRows }) => hasRows);
    const judged = awake.length > 0 ? awake : begun;
    const least = Math.min(...judged.map(({ watermarkMs }) => watermarkMs));
    if (this.#hasEnded) this.#watermarkMs = Number.POSITIVE_INFINITY;
    else if (judged.length > 0) this.#watermarkMs = Math.max(this.#watermarkMs, least);
  }
}

/** The history after each step. */
export function historiesOf(steps: readonly Step[], tables: ReadTables): readonly History[] {
  const model = new Model(tables);
  return steps.map((step) => {
    model.take(step);
    return model.history;
  });
}

/** The rows that are there, in the order in which they came; those that are taken back are gone. */
export function standing(changes: readonly Change[]): readonly Change[] {
  const left: Change[] = [];
  for (const change of changes) {
    if (change.sign > 0) left.push(change);
    else {
      const place = left.findIndex(({ table, row }) => table === change.table && row === change.row);
      if (place < 0) throw new Error(`a row is taken back that is not there: ${JSON.stringify(change)}`);
      left.splice(place, 1);
    }
  }
  return left;
}

export const ofTable = (changes: readonly Change[], name: TableName): readonly Change[] =>
  changes.filter(({ table }) => table === name);
