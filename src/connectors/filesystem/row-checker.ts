/**
 * The check of a source's rows, by the compiled check that guards the log. A row that fails ends the run
 * with its file and line, or is left out and counted where the table says so.
 */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { type BodyChecker, checkBody, emptyCheckedBody } from "../../log/check/check-body.ts";
import { compileRowCheck } from "../../log/check/row-check.ts";
import { rowFormatOf } from "../../log/check/row-format.ts";
import type { SourceChunk } from "../connector.ts";

const space = 0x20;

export class RowChecker {
  readonly #checker: BodyChecker;
  readonly #option: string;
  readonly #ignoresErrors: boolean;
  readonly #checked = emptyCheckedBody();
  #rowEnds = new Int32Array(1024);
  rowsLeftOut = 0;

  constructor(table: TableDefinition, ignoreOption: string, rowBytesMax: number) {
    const format = rowFormatOf(table);
    this.#checker = { format, check: compileRowCheck(format), limits: { rowBytesMax } };
    this.#option = ignoreOption;
    this.#ignoresErrors = table.options[ignoreOption] === "true";
  }

  get rowBytesMax(): number {
    return this.#checker.limits.rowBytesMax;
  }

  /**
   * Checks the lines of JSON in `bytes` up to `length`, which ends with a newline or with zeros behind it.
   * Rows that are left out become white space. `lineOf` tells the line of the row that begins at a place.
   */
  check(
    bytes: Uint8Array<ArrayBuffer>,
    length: number,
    file: string,
    lineOf: (place: number, row: number) => number,
  ): SourceChunk {
    if (isBlank(bytes, length)) return { partition: 0, bytes, rowEnds: this.#rowEnds, rowCount: 0 };
    const checked = this.#checked;
    checkBody(this.#checker, bytes, length, "ndjson", checked);
    for (const { index, message } of checked.rejected) {
      const start = checked.starts[index]!;
      this.leaveOut(file, lineOf(start, index), message);
      bytes.fill(space, start, checked.ends[index]);
    }
    if (this.#rowEnds.length < checked.rowCount) this.#rowEnds = new Int32Array(checked.ends.length);
    let rowCount = 0;
    for (let row = 0; row < checked.rowCount; row++) {
      if (checked.passed[row] === 1) this.#rowEnds[rowCount++] = checked.ends[row]!;
    }
    return { partition: 0, bytes, rowEnds: this.#rowEnds, rowCount };
  }

  /** Counts a row that cannot be read, or ends the run. */
  leaveOut(file: string, line: number, reason: string): void {
    if (!this.#ignoresErrors) {
      throw quickwaterError("run.row-unreadable", { file, line, reason, option: this.#option });
    }
    this.rowsLeftOut++;
  }
}

function isBlank(bytes: Uint8Array, length: number): boolean {
  for (let at = 0; at < length; at++) {
    const byte = bytes[at]!;
    if (byte !== space && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return false;
  }
  return true;
}
