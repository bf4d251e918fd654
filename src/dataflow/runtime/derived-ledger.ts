/**
 * What a written stream has in the journal, against what its queries make: rows that are there already are
 * compared and not written twice, so that after a restart each is there once.
 *
 * State kept  how many rows the journal held when the engine began, how many were made; of steps that were
 *             made and not read back yet their cause, place, size and check sum.
 */
import { crc32 } from "node:zlib";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { Step, StepRows } from "../../log/event-log.ts";

interface MadeStep {
  readonly causeStep: number;
  readonly firstIndex: number;
  readonly rowCount: number;
  readonly checkSum: number;
}

export interface LedgerImage {
  readonly written: number;
  readonly made: number;
  readonly open: readonly MadeStep[];
}

export class DerivedLedger {
  readonly #stream: string;
  #written: number;
  #made = 0;
  #open: MadeStep[] = [];

  constructor(stream: string, written: number) {
    this.#stream = stream;
    this.#written = written;
  }

  /** Notes rows that were made; answers whether they have to be written. */
  make(rows: StepRows): boolean {
    this.#open.push({
      causeStep: rows.cause!.step,
      firstIndex: rows.causeIndexes![0]!,
      rowCount: rows.rowCount,
      checkSum: checkSumOf(rows),
    });
    const isWritten = this.#made < this.#written;
    this.#made += rows.rowCount;
    return !isWritten;
  }

  /** Compares a step that was read with the one that was made in its place. */
  compare(step: Step): void {
    const made = this.#open.shift();
    const differ = (difference: string) =>
      quickwaterError("run.derived-differs", { stream: this.#stream, step: step.number, difference });
    if (step.cause === undefined) throw differ("they came from outside");
    if (made === undefined) throw differ("it makes none there");
    const isPlace = made.causeStep === step.cause.step && made.firstIndex === step.causeIndexes?.[0];
    if (!isPlace)
      throw differ(`it makes the next ones of step ${made.causeStep}, they are of step ${step.cause.step}`);
    if (made.rowCount !== step.rowCount)
      throw differ(`it makes ${made.rowCount}, there are ${step.rowCount}`);
    if (made.checkSum !== checkSumOf(step)) throw differ("their values are others");
  }

  freeze(): LedgerImage {
    return { written: this.#written, made: this.#made, open: [...this.#open] };
  }

  restore({ written, made, open }: LedgerImage): void {
    // Since then the journal may have got more, which the new engine was told of.
    this.#written = Math.max(this.#written, written);
    this.#made = made;
    this.#open = [...open];
  }
}

function checkSumOf({
  bytes,
  rowEnds,
  rowKinds,
  rowCount,
}: Pick<StepRows, "bytes" | "rowEnds" | "rowCount"> & {
  readonly rowKinds?: Uint8Array | null | undefined;
}): number {
  const ends = new Uint8Array(rowEnds.buffer, rowEnds.byteOffset, rowCount * 4);
  const sum = crc32(ends, crc32(bytes));
  return rowKinds === undefined || rowKinds === null ? sum : crc32(rowKinds.subarray(0, rowCount), sum);
}
