/**
 * What a written stream has in the journal, against what its queries make: rows that are there already are
 * compared and not written twice, so that after a restart each is there once.
 *
 * State kept  how many rows the journal held when the engine began, how many were made; of steps that were
 *             made and not read back yet their cause, place, size and check sum.
 * Beginning   rows of earlier queries, and those of rows that the journal has let go, cannot be made again:
 *             what was caused before `behind` is neither compared nor written.
 */
import { crc32 } from "node:zlib";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { Step, StepRows } from "../../log/event-log.ts";

interface MadeStep {
  readonly causeStep: number;
  readonly firstIndex: number;
  /** The number of its first row in the stream. */
  readonly firstRowOffset: number;
  readonly rowCount: number;
  readonly checkSum: number;
}

/** A row of a written stream, by what caused it. */
export interface CausedRow {
  readonly step: number;
  readonly index: number;
}

/** Where the rows of a stream's present queries begin. */
export interface LedgerBeginning {
  /** The last row, by its cause, that is not theirs. */
  readonly behind: CausedRow;
  readonly firstRowOffset: number;
}

export interface LedgerImage {
  readonly written: number;
  readonly made: number;
  readonly open: readonly MadeStep[];
  /** Missing in images of before there were others than the first. */
  readonly beginning?: LedgerBeginning | undefined;
}

const firstBeginning: LedgerBeginning = { behind: { step: 0, index: 0 }, firstRowOffset: 0 };
/** While it is not known yet where they begin, nothing of it is theirs. */
const notYet: LedgerBeginning = {
  behind: { step: Number.POSITIVE_INFINITY, index: 0 },
  firstRowOffset: Number.POSITIVE_INFINITY,
};

export class DerivedLedger {
  readonly #stream: string;
  #beginning: LedgerBeginning;
  #written: number;
  #made: number;
  #open: MadeStep[] = [];
  #hasCompared = false;

  /** `written` counts the rows of the journal; without a beginning they are others' until `begin`. */
  constructor(stream: string, written: number, beginning: LedgerBeginning | undefined = firstBeginning) {
    this.#stream = stream;
    this.#written = written;
    this.#beginning = beginning;
    this.#made = beginning.firstRowOffset;
  }

  /** One whose rows begin later: where that is will be told. */
  static waiting(stream: string): DerivedLedger {
    return new DerivedLedger(stream, 0, notYet);
  }

  /** The rows that the journal holds, or will when all is written. */
  get rowCount(): number {
    return Math.max(this.#made, this.#written);
  }

  /** From behind that row on what is made is the stream's, which holds so many rows. */
  begin(behind: CausedRow, written: number): void {
    this.#beginning = { behind, firstRowOffset: written };
    this.#written = written;
    this.#made = written;
    this.#open = [];
  }

  /** Notes rows that were made; answers whether they have to be written. */
  make(rows: StepRows): boolean {
    const causeStep = rows.cause!.step;
    const firstIndex = rows.causeIndexes![0]!;
    const { behind } = this.#beginning;
    if (causeStep < behind.step || (causeStep === behind.step && firstIndex <= behind.index)) return false;
    const { rowCount } = rows;
    const checkSum = checkSumOf(rows);
    this.#open.push({ causeStep, firstIndex, firstRowOffset: this.#made, rowCount, checkSum });
    const isWritten = this.#made < this.#written;
    this.#made += rowCount;
    return !isWritten;
  }

  /** Compares a step that was read with the one that was made in its place. */
  compare(step: Step): void {
    const differ = (difference: string) =>
      quickwaterError("run.derived-differs", { stream: this.#stream, step: step.number, difference });
    if (step.cause === undefined) throw differ("they came from outside");
    if (step.firstRowOffset < this.#beginning.firstRowOffset) return;
    // Of what stands before the first one that is there the stream has let go.
    while (!this.#hasCompared && this.#open[0] !== undefined) {
      if (this.#open[0].firstRowOffset >= step.firstRowOffset) break;
      this.#open.shift();
    }
    this.#hasCompared = true;
    const made = this.#open.shift();
    if (made === undefined) throw differ("it makes none there");
    const isPlace = made.causeStep === step.cause.step && made.firstIndex === step.causeIndexes?.[0];
    if (!isPlace)
      throw differ(`it makes the next ones of step ${made.causeStep}, they are of step ${step.cause.step}`);
    if (made.rowCount !== step.rowCount)
      throw differ(`it makes ${made.rowCount}, there are ${step.rowCount}`);
    if (made.checkSum !== checkSumOf(step)) throw differ("their values are others");
  }

  freeze(): LedgerImage {
    const beginning = this.#beginning;
    return { written: this.#written, made: this.#made, open: [...this.#open], beginning };
  }

  restore({ written, made, open, beginning = firstBeginning }: LedgerImage): void {
    this.#beginning = beginning;
    // Since then the journal may have got more, which the new engine was told of.
    this.#written = Math.max(this.#written, written);
    this.#made = made;
    this.#open = [...open];
    this.#hasCompared = true;
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
