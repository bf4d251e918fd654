/** The rows of a view as they are at one step, for an export: chosen columns, as text or as given rows. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import type { GivenRows } from "../../history/export/export-messages.ts";
import { frameOf, rowTextOf, type TextFormat } from "../../values/row-text.ts";
import type { RowField } from "../../values/sql-type.ts";
import type { LiveView } from "../../views/live-view.ts";
import { cellSeparator, cellsOf, type ViewRow } from "../../views/view.ts";
import { ViewReading } from "../../views/view-reading.ts";

export interface ViewChoice {
  readonly columns?: readonly string[] | undefined;
  readonly where?: string | undefined;
  readonly order?: string | undefined;
  readonly emit?: "changes" | "final" | undefined;
}

export interface ChosenRows {
  readonly columns: readonly RowField[];
  readonly rows: readonly ViewRow[];
  readonly step: number;
  readonly cellsOf: (row: ViewRow) => readonly string[];
}

/** Rows that are made into text together; between two such pieces others have their turn. */
const rowsTogether = 1_000;

export async function chosenRows(
  view: LiveView,
  { columns, where, order, emit }: ViewChoice,
  { runMsMax }: { readonly runMsMax: number },
): Promise<ChosenRows> {
  const { schema, stepNumber: step } = view;
  const chosen = columns?.map((name) => columnNamed(schema, name)) ?? schema.schema.columns.map(ownColumn);
  const reading = new ViewReading(schema, { where, order });
  const limit = Number.POSITIVE_INFINITY;
  const { rows } = await reading.page(view, { where, order, limit, emit: emit ?? schema.emit }, runMsMax);
  const cells = (row: ViewRow) => {
    const own = cellsOf(reading.told.row(row));
    return chosen.map(({ cell }) => cell(row, own));
  };
  return { columns: chosen.map(({ column }) => column), rows, step, cellsOf: cells };
}

export async function* textPieces(
  { columns, rows, cellsOf: cells }: ChosenRows,
  format: TextFormat,
  sent: (rowCount: number) => void,
): AsyncGenerator<Uint8Array> {
  const names = columns.map(({ name }) => name);
  const { head, before, behind, end } = frameOf(format, names);
  const textOf = rowTextOf(format, names);
  yield Buffer.from(head);
  for (let from = 0; from < rows.length; from += rowsTogether) {
    const texts = rows.slice(from, from + rowsTogether).map((row) => `${textOf(cells(row))}${behind}`);
    yield Buffer.from(`${from === 0 ? "" : before}${texts.join(before)}`);
    sent(texts.length);
    await new Promise((resolve) => setImmediate(resolve));
  }
  yield Buffer.from(end);
}

export function asGivenRows({ columns, rows, cellsOf: cells }: ChosenRows): GivenRows {
  return {
    kind: "rows",
    schema: { columns },
    rows: rows.map((row) => cells(row).join(cellSeparator)),
  };
}

interface ChosenColumn {
  readonly column: RowField;
  readonly cell: (row: ViewRow, cells: readonly string[]) => string;
}

function ownColumn(column: RowField, place: number): ChosenColumn {
  return { column, cell: (_, cells) => cells[place]! };
}

const marks: readonly ChosenColumn[] = [
  {
    column: { name: "$final", type: { kind: "BOOLEAN", nullable: false } },
    cell: ({ final }) => String(final),
  },
  {
    column: { name: "$revision", type: { kind: "INT", nullable: false } },
    cell: ({ revision }) => String(revision),
  },
];

function columnNamed({ name: view, schema }: LiveView["schema"], name: string): ChosenColumn {
  const known = [...schema.columns.map(ownColumn), ...marks];
  const found = known.find(({ column }) => column.name === name);
  if (found !== undefined) return found;
  const shown = name.slice(0, 100);
  const names = known.map(({ column }) => column.name);
  const expected = `name columns of ${view}, which has no ${shown}`;
  throw quickwaterError(
    "request.bad-parameter",
    { name: "columns", expected },
    { suggestion: closestName(shown, names) },
  );
}
