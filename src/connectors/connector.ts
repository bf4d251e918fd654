/**
 * A connector: rows from or to a system outside. One folder a system; its options are data, and one schema
 * of them serves checking, documentation and error messages.
 *
 * Obligations of a source
 *   - `open` checks everything that can be checked without reading rows and fails with a catalogue error.
 *   - Chunks hold whole rows in the source's order. A row that cannot be read is an error that names file and
 *     line, unless the table's own option says to leave such rows out; then it is counted.
 *   - A bounded source ends; an unbounded one gives a chunk when it has one and never blocks the thread.
 *   - `position` says where the next chunk begins, in words of its own that fit into JSON. A source that is
 *     opened at a position gives what it would have given from there on. Whoever reads keeps the position
 *     with what it made of the rows before it, so that after a crash no row is read twice or left out.
 *
 * Obligations of a sink
 *   - Rows of `write` are in order, with their kinds. A connector whose sinks cannot take retractions says so
 *     in `acceptsChanges`: then the query is refused when it is checked, not the row when it comes.
 *   - Rows of one cause are numbered from 0 in the order in which they are written: (step, partition, index)
 *     is a row's name. Whoever writes may send rows again after a crash, under the same names: a sink with
 *     a key or with transactions takes them once.
 *   - When `flush` has resolved, everything written before is where it survives a crash. `abort` ends the
 *     sink and takes back what was written since, as far as the system outside can.
 *
 * What nobody may assume
 *   - That a client library is installed: a connector loads its own when it is first used.
 */
import type { TableDefinition } from "../catalog/catalog.ts";
import type { ColumnBatch } from "../values/column-batch.ts";
import type { RowSchema } from "../values/row-schema.ts";

/**
 * Rows as bytes, one JSON object each, that passed the same check as the log's: the same decoder reads
 * them. Row i ends at `rowEnds[i]`, and between rows there is nothing but white space. The memory is the
 * source's own until it is asked for the next chunk, and ends with `padding` bytes of anything
 * (`values/json/scan.ts`).
 */
export interface SourceChunk {
  /** 0 for a source that is not divided. */
  readonly partition: number;
  readonly bytes: Uint8Array;
  readonly rowEnds: Int32Array;
  readonly rowCount: number;
  /** Null or missing where every row is an insert. */
  readonly rowKinds?: Uint8Array | null | undefined;
  /** The schema that they were checked by, where it may be an older one of the table. */
  readonly written?: (RowSchema & { readonly version: number }) | undefined;
  /** Of rows of a log: the number of the first within its stream and partition, and when it took them. */
  readonly firstRowOffset?: number | undefined;
  readonly appendTimeMs?: number | undefined;
}

export type SourcePosition = readonly (string | number)[];

export interface Source {
  readonly bounded: boolean;
  readonly position: SourcePosition;
  /** Rows that could not be read and were left out, because the table's own option says so. */
  readonly rowsLeftOut: number;
  /** The next rows, or undefined when a bounded source has ended. */
  next(): Promise<SourceChunk | undefined>;
  close(): Promise<void>;
}

export interface Sink {
  /** `firstIndex` is the number of the batch's first row among those of its cause. */
  write(batch: ColumnBatch, firstIndex: number): void;
  flush(): Promise<void>;
  /** Ends the sink; what was flushed stays. */
  close(): Promise<void>;
  abort(): Promise<void>;
}

export interface ConnectorOption {
  readonly name: string;
  readonly required: boolean;
  /** What it may be, where that is a list. */
  readonly values?: readonly string[] | undefined;
  readonly description: string;
}

export interface Connector {
  readonly name: string;
  readonly options: readonly ConnectorOption[];
  /** Of a connector of files: what each `'format'` has besides. */
  readonly formats?: Readonly<Record<string, readonly ConnectorOption[]>> | undefined;
  /** What the list of options cannot say: values by themselves, column types. Throws a catalogue error. */
  checkTable?(table: TableDefinition): void;
  /** Whether its sinks take rows of the kinds update and delete. */
  readonly acceptsChanges: boolean;
  openSource?(table: TableDefinition, context: ConnectorContext, from?: SourcePosition): Source;
  openSink?(table: TableDefinition, context: ConnectorContext): Sink;
}

export interface ConnectorContext {
  /** Relative paths are meant from here: the folder of the script or project. */
  readonly baseFolder: string;
  /** Where `print` writes. */
  readonly print: (line: string) => void;
  readonly printError: (line: string) => void;
  /** A row of a source that is larger is refused. */
  readonly rowBytesMax: number;
}
