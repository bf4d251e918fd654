/** A metric of `WS /v1/metrics`: a view, and what its columns are of it. docs/reference/metrics-socket.md. */

export interface MetricSpec {
  readonly name: string;
  readonly view: string;
  /** A number. */
  readonly value: string;
  /** A time. */
  readonly timestamp: string;
  /** Columns that tell one from another at one time. */
  readonly dimensions: readonly string[];
  /** Columns that say more of it. */
  readonly metadata: readonly string[];
  /** What else is said of each, as JSON texts by name. */
  readonly constants: ReadonlyMap<string, string>;
}
