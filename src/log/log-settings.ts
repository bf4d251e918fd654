/** The bounds of the log, by the names that `quickwater.yaml` has for them. */
export interface LogSettings {
  /** A row larger than this is a dead letter. */
  readonly rowBytesMax: number;
  /** Bytes that may wait to be written before senders are told to come back. */
  readonly pendingBytesMax: number;
  /** How often the clock is written to the journal. */
  readonly tickMs: number;
  /** A segment of the journal that has this many bytes is followed by a new one. */
  readonly segmentBytesMax: number;
  /** How often sealed segments are looked after. */
  readonly upkeepMs: number;
  /** A sealed segment is packed when its last step is as old. */
  readonly packAfterMs: number;
}

export const defaultLogSettings: LogSettings = {
  rowBytesMax: 1024 * 1024,
  pendingBytesMax: 64 * 1024 * 1024,
  tickMs: 250,
  segmentBytesMax: 128 * 1024 * 1024,
  upkeepMs: 60_000,
  packAfterMs: 600_000,
};
