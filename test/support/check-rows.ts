/** Runs a table's row check over a body, as the log does. */
import { type CheckedBody, checkBody, emptyCheckedBody } from "../../src/log/check/check-body.ts";
import { compileRowCheck } from "../../src/log/check/row-check.ts";
import { rowFormatOf } from "../../src/log/check/row-format.ts";
import { padding } from "../../src/values/json/scan.ts";
import { tableOf } from "./table-of.ts";

export interface CheckedRows {
  /** The rows that passed, as text, by their index. */
  readonly passed: ReadonlyMap<number, string>;
  readonly rejected: CheckedBody["rejected"];
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly rowCount: number;
  /** Of the rows that passed. */
  readonly eventTimesMs: readonly number[];
}

export type BodyCheck = (body: string | Uint8Array, lines?: boolean) => CheckedRows;

export function bodyCheckOf(statement: string, rowBytesMax = 1024 * 1024): BodyCheck {
  const format = rowFormatOf(tableOf(statement));
  const checker = { format, check: compileRowCheck(format), limits: { rowBytesMax } };
  const result = emptyCheckedBody();
  return (body, lines = false) => {
    const content = typeof body === "string" ? new TextEncoder().encode(body) : body;
    const bytes = new Uint8Array(content.length + padding);
    bytes.set(content);
    checkBody(checker, bytes, content.length, lines ? "ndjson" : "json", result);
    const passed = new Map<number, string>();
    for (let row = 0; row < result.rowCount; row++) {
      if (result.passed[row] === 0) continue;
      passed.set(row, Buffer.from(bytes.subarray(result.starts[row], result.ends[row])).toString());
    }
    const eventTimesMs = Array.from(passed.keys(), (row) => result.eventTimesMs[row]!);
    return { ...result, passed, eventTimesMs };
  };
}
