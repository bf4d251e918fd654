/** What `GET /v1/explain/{view}` answers: types only, shared with the browser. */
import type { WireEvent } from "./answers.ts";
import type { WireValue } from "./protocol.ts";

/** How one row of a view came to be. */
export interface ExplainAnswer<Row = Readonly<Record<string, WireValue>>> {
  readonly view: string;
  /** The view's query. */
  readonly sql: string;
  /** Of the row: the key's values as a JSON array, in text. */
  readonly key: string;
  /** The last step that was looked at. */
  readonly step: number;
  /** The row as it was then; null where there was none. */
  readonly row: Row | null;
  /** Whether the view shows just that; null where it has gone on since, or another moment was asked for. */
  readonly agrees: boolean | null;
  /** Streams of which the journal has let rows go: what those made of the row is not known. */
  readonly streamsWithGaps: readonly string[];
  /** How often the view told of the row; `changes` has the last 1,000. */
  readonly changeCount: number;
  /** The first of them first. */
  readonly changes: readonly ExplainedChange<Row>[];
}

/** With the stream that it was sent to. */
export type StreamEvent = WireEvent & { readonly stream: string };

export interface ExplainedChange<Row> {
  /**
   *   appeared   the row was not there before
   *   changed    another value
   *   touched    the same values: an event that is in them and makes no difference
   *   closed     the same values, and only a correction can change them from there on
   *   corrected  late rows were taken into it
   *   left       the row left the view
   */
  readonly effect: "appeared" | "changed" | "touched" | "closed" | "corrected" | "left";
  /** `clock`: the time went on, and with it the watermark. */
  readonly cause: "event" | "clock" | "correction";
  readonly step: number;
  readonly at: string;
  /** Null where it was not an event, or is not known any more. */
  readonly event: StreamEvent | null;
  /**
   * Of a correction: events that came too late for the row's window since the one before, the first first;
   * they may be of other keys. Null of other causes, and where the view reads what queries wrote.
   */
  readonly late: readonly { readonly lateByMs: number; readonly event: StreamEvent }[] | null;
  /** The row from there on; null where it left. */
  readonly row: Row | null;
}
