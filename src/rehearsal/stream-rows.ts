/** The rows of a stream as the journal holds them; dead letters and late rows are streams too. */
import type { Catalog } from "../catalog/catalog.ts";
import { defaultPipelineOptions } from "../dataflow/physical/build-pipeline.ts";
import { runBounded } from "../dataflow/runtime/bounded-run.ts";
import { JournalRows } from "../dataflow/runtime/journal-rows.ts";
import { queriedCatalog } from "../dataflow/runtime/queried-tables.ts";
import { assert } from "../errors/quickwater-error.ts";
import type { EventLogReader, StreamId } from "../log/event-log.ts";
import { analyzeScript } from "../sql/analyze.ts";
import { sort } from "../sql/plan/build.ts";
import { isUpdating } from "../sql/plan/traits.ts";
import { readRow } from "../values/column-access.ts";
import { jsonText } from "../values/json/write.ts";
import type { RowSchema } from "../values/row-schema.ts";

/** More than a rehearsal ever writes. */
const rowsMax = 10_000_000;

export interface ReadStream {
  readonly name: string;
  /** Of a table with a key. */
  readonly which: "latest" | "all";
  readonly catalog: Catalog;
  readonly streamIds: ReadonlyMap<string, StreamId>;
  readonly openReader: () => EventLogReader;
  readonly nowMs: number;
  readonly timeZone: string;
}

export interface StreamRows {
  readonly schema: RowSchema;
  /** Each cell as JSON text. */
  readonly rows: readonly (readonly string[])[];
}

export async function streamRows(read: ReadStream): Promise<StreamRows> {
  const { which, catalog, streamIds, openReader } = read;
  const tablesNow = catalog.tables().map((table) => (which === "all" ? { ...table, primaryKey: [] } : table));
  const given = { tables: tablesNow, views: catalog.views(), queries: catalog.queries() };
  const options = { inputEnds: true, resultAtEnd: true, timeZone: read.timeZone };
  const { bound, errors } = analyzeScript(selectAll(read.name), queriedCatalog(given), options);
  if (errors[0] !== undefined) throw errors[0];
  const [statement] = bound;
  assert(statement?.kind === "Select", "the rows of a stream are selected");
  const { plan, tables } = statement;
  const { schema } = plan;
  const rows: string[][] = [];
  await runBounded({
    plan: isUpdating(plan) ? sort({ input: plan, method: "end", order: [], from: 1, to: undefined }) : plan,
    output: {
      accept: (batch) => {
        for (let row = 0; row < batch.rowCount; row++) {
          const values = readRow(batch, row);
          rows.push(schema.columns.map(({ type }, index) => jsonText(values[index]!, type)));
        }
      },
      advance: () => {},
    },
    inputs: tables.map((table) => {
      return { table, source: new JournalRows(openReader(), streamIds.get(table.name)!, rowsMax) };
    }),
    options: defaultPipelineOptions,
    clock: () => read.nowMs,
  });
  return { schema, rows };
}

function selectAll(name: string): string {
  return `SELECT * FROM \`${name.replaceAll("`", "``")}\``;
}
