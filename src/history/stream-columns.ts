/**
 * The rows of one stream as columns: its own and those that are computed of them, decoded as the engine
 * decodes them, by the schema that they were checked by. A row that was deleted is a row too.
 */
import { Catalog, type TableDefinition } from "../catalog/catalog.ts";
import { buildPipeline, defaultPipelineOptions } from "../dataflow/physical/build-pipeline.ts";
import type { WrittenSchema } from "../dataflow/runtime/schema-version.ts";
import { StreamSource, sourceOptions } from "../dataflow/runtime/stream-source.ts";
import { assert } from "../errors/quickwater-error.ts";
import type { Step } from "../log/event-log.ts";
import { analyzeScript } from "../sql/analyze.ts";
import type { ColumnBatch } from "../values/column-batch.ts";
import type { RowSchema } from "../values/row-schema.ts";
import type { SqlType } from "../values/sql-type.ts";

export class StreamColumns {
  readonly schema: RowSchema;
  /** The column that says when a row's event happened; undefined where the stream has none. */
  readonly timeColumn: number | undefined;
  readonly #source: StreamSource;
  #output: (batch: ColumnBatch) => void = () => {};
  #failure: unknown;

  constructor(table: TableDefinition, timeZone: string) {
    const plain = withoutTime(table);
    const catalog = new Catalog();
    catalog.addTable(plain);
    const sql = `SELECT * FROM \`${table.name.replaceAll("`", "``")}\``;
    const { bound, errors } = analyzeScript(sql, catalog, { inputEnds: true, resultAtEnd: true, timeZone });
    const [statement] = bound;
    if (errors[0] !== undefined) throw errors[0];
    assert(statement?.kind === "Select", "the rows of a stream are selected");
    this.schema = statement.plan.schema;
    const time = timeColumnOf(table);
    const place = this.schema.columns.findIndex(({ name }) => name === time);
    this.timeColumn = place < 0 ? undefined : place;
    const output = { accept: (batch: ColumnBatch) => this.#output(batch), advance: () => {} };
    const pipeline = buildPipeline(statement.plan, output, defaultPipelineOptions);
    this.#source = new StreamSource({
      ...sourceOptions(plain, defaultPipelineOptions),
      onFailure: (_, error) => {
        this.#failure = error;
      },
    });
    this.#source.add(pipeline);
  }

  /** Gives the step's rows, batch by batch; a batch is good until the next one. */
  read(step: Step, written: WrittenSchema, output: (batch: ColumnBatch) => void): void {
    const { number: stepNumber, partition, appendTimeMs } = step;
    this.#output = output;
    this.#source.take(step, { stepNumber, partition, appendTimeMs }, written);
    if (this.#failure !== undefined) throw this.#failure;
  }
}

function timeColumnOf({ watermark, schema, computed }: TableDefinition): string | undefined {
  if (watermark !== undefined) return schema.columns[watermark.column]!.name;
  return computed?.find(({ watermarkDelayMs }) => watermarkDelayMs !== undefined)?.name;
}

/** Neither time nor key orders its rows: they come as they lie. */
function withoutTime(table: TableDefinition): TableDefinition {
  const computed = table.computed?.map((column) => ({
    ...column,
    type: plainType(column.type),
    watermarkDelayMs: undefined,
  }));
  const columns = table.schema.columns.map(({ name, type }) => ({ name, type: nullable(plainType(type)) }));
  return { ...table, schema: { columns }, computed, watermark: undefined, primaryKey: [] };
}

function plainType(type: SqlType): SqlType {
  return "attribute" in type ? { ...type, attribute: undefined } : type;
}

/** A row that was deleted has its key alone. */
function nullable(type: SqlType): SqlType {
  return { ...type, nullable: true };
}
