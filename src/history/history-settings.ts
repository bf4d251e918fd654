/** The bounds of history. docs/reference/settings.md tells them. */

export interface HistorySettings {
  /** Days in UTC, today among them, that stay in the DuckDB file. */
  readonly hotDays: number;
  /** Of an older day so many rows are a Parquet file; fewer stay until they are as many. */
  readonly coldRowsMin: number;
  /** What DuckDB may use for all that it does at once. */
  readonly memoryBytesMax: number;
  /** How many threads one query may use. */
  readonly threads: number;
  /** The longest that rows wait for each other before they are written. */
  readonly everyMs: number;
  /** As many rows are written together at most. */
  readonly rowsTogetherMax: number;
  /** Rows of a Parquet file, at most. */
  readonly fileRowsMax: number;
  /** A date with more files than these has them put together. */
  readonly filesADayMax: number;
  /** Between two looks at what is old. */
  readonly upkeepMs: number;
}

export type GivenHistorySettings = { readonly [Name in keyof HistorySettings]?: number | undefined };

/** A setting that is there and undefined means the default too. */
export function historySettings(given: GivenHistorySettings = {}): HistorySettings {
  const {
    hotDays = 7,
    coldRowsMin = 1_000,
    memoryBytesMax = 128 * 1024 * 1024,
    threads = 1,
    everyMs = 1_000,
    rowsTogetherMax = 5_000,
    fileRowsMax = 1_000_000,
    filesADayMax = 4,
    upkeepMs = 60_000,
  } = given;
  return {
    hotDays,
    coldRowsMin,
    memoryBytesMax,
    threads,
    everyMs,
    rowsTogetherMax,
    fileRowsMax,
    filesADayMax,
    upkeepMs,
  };
}
