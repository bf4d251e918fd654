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
  /** A row whose event time is further behind the log's clock, or ahead of it, is a dead letter. */
  readonly eventAgeMsMax: number;
  readonly eventAheadMsMax: number;
  /** What shows the time of a TIMESTAMP, which has no zone. */
  readonly timeZone: string;
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
  eventAgeMsMax: Number.POSITIVE_INFINITY,
  eventAheadMsMax: 3_600_000,
  timeZone: "UTC",
  upkeepMs: 60_000,
  packAfterMs: 600_000,
};
