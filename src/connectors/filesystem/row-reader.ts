/** What a format is to the source of files: it takes pieces of a file and gives rows. */
import type { SourceChunk } from "../connector.ts";

export interface Piece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How much of `bytes` is the file's; behind it lie `padding` zeros. */
  readonly length: number;
  /** Nothing of the file comes after this piece. */
  readonly isLast: boolean;
}

export interface RowsOfPiece {
  /** Bytes that were taken; the rest comes again at the beginning of the next piece. */
  readonly used: number;
  readonly chunk: SourceChunk;
}

export interface RowReader {
  readonly rowsLeftOut: number;
  /** The line that the next piece begins with. */
  readonly line: number;
  /** A file begins, with this line. */
  begin(file: string, line: number): void;
  take(piece: Piece): RowsOfPiece;
}
