/** Rows of JSON in memory as steps of the log, and the bare scan that every reader of them is measured by. */
import type { SourceRows } from "../src/dataflow/runtime/stream-source.ts";
import { padding, passValue } from "../src/values/json/scan.ts";

/** Rows of a step, as the log makes them. */
const stepRows = 2_000;

export interface PackedRows {
  readonly bytes: Uint8Array;
  readonly rowEnds: Int32Array;
}

export function pack(lines: readonly string[]): PackedRows {
  const text = Buffer.from(`${lines.join("\n")}\n${" ".repeat(padding)}`);
  const rowEnds = new Int32Array(lines.length);
  let at = 0;
  lines.forEach((line, index) => {
    at += Buffer.byteLength(line) + 1;
    rowEnds[index] = at;
  });
  return { bytes: new Uint8Array(text), rowEnds };
}

/** The rows as steps, as a reader of the log hands them over. */
export function cut({ bytes, rowEnds }: PackedRows): readonly SourceRows[] {
  const steps: SourceRows[] = [];
  for (let from = 0; from < rowEnds.length; from += stepRows) {
    const start = from === 0 ? 0 : rowEnds[from - 1]!;
    const ends = rowEnds.subarray(from, from + stepRows).map((end) => end - start);
    steps.push({ bytes: bytes.subarray(start), rowEnds: ends, rowCount: ends.length });
  }
  return steps;
}

/** Walks every value of every row and keeps nothing, with the functions that the decoder uses. */
export function bareScan({ bytes, rowEnds }: PackedRows): void {
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (let row = 0; row < rowEnds.length; row++) at = passValue(view, bytes, at) + 1;
  if (at !== rowEnds.at(-1)) throw new Error("the scan did not end where the rows do");
}

/** Seconds that the work takes. */
export function timed(work: () => void): number {
  const before = performance.now();
  work();
  return (performance.now() - before) / 1000;
}
