/** The rows of a view or a stream, as an expectation looks at them. */
import type { RowSchema } from "../values/row-schema.ts";
import { cellsOf } from "../views/view.ts";
import type { ShownRow } from "./row-table.ts";
import type { VirtualEngine } from "./virtual-engine.ts";

export interface Shown {
  readonly schema: RowSchema;
  readonly rows: readonly ShownRow[];
  readonly isView: boolean;
  /** Places of the columns that tell rows apart; none where nothing does. */
  readonly key: readonly number[];
}

export async function shownRows(engine: VirtualEngine, name: string): Promise<Shown> {
  const view = engine.view(name);
  if (view === undefined) {
    const { schema, rows } = await engine.stream(name);
    return { schema, rows: rows.map((cells) => ({ cells })), isView: false, key: [] };
  }
  const { schema, key } = view.schema;
  const rows = Array.from(view.rows(), (row) => ({ ...row, cells: cellsOf(row) }));
  return { schema, rows, isView: true, key };
}
