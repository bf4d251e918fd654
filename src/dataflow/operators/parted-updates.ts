/**
 * Where an operator makes several rows of one, an update of that one is no update of each of them: it may
 * take rows away and bring others. What it takes are deletes then, what it brings are inserts.
 */
import { type ColumnBatch, rowKind } from "../../values/column-batch.ts";

export function partUpdates({ kinds, rowCount }: ColumnBatch): void {
  if (kinds === null) return;
  for (let row = 0; row < rowCount; row++) {
    if (kinds[row] === rowKind.updateBefore) kinds[row] = rowKind.delete;
    else if (kinds[row] === rowKind.updateAfter) kinds[row] = rowKind.insert;
  }
}
