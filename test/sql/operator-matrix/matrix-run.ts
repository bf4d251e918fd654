/** One query of the matrix, driven step by step on the path of the engine, and restored where it is asked. */
import { Catalog, type TableDefinition } from "../../../src/catalog/catalog.ts";
import { RowChecker } from "../../../src/connectors/filesystem/row-checker.ts";
import type { KernelMode } from "../../../src/dataflow/codegen/kernels.ts";
import {
  buildPipeline,
  defaultPipelineOptions,
  type Pipeline,
} from "../../../src/dataflow/physical/build-pipeline.ts";
import { StreamSource, sourceOptions } from "../../../src/dataflow/runtime/stream-source.ts";
import { analyzeScript } from "../../../src/sql/analyze.ts";
import type { LogicalPlan } from "../../../src/sql/plan/logical-plan.ts";
import { readValue } from "../../../src/values/column-access.ts";
import { type Cause, type ColumnBatch, rowKindSigns } from "../../../src/values/column-batch.ts";
import { chunkOf, type GivenRow } from "../given-rows.ts";
import { cellOf } from "../slt-runner.ts";
import { type FedRow, FoldedFeed } from "./folded-feed.ts";
import type { ReadTables } from "./history.ts";
import { type ScriptRow, type Step, startMs, stepMs, type TableName } from "./script.ts";

export interface MatrixWay {
  readonly mode: KernelMode;
  /** Frozen after each step, and gone on in a new pipeline. */
  readonly restores: boolean;
}

export interface BoundQuery {
  readonly plan: LogicalPlan;
  readonly tables: readonly TableDefinition[];
}

export function tableDdl(name: TableName, key: ReadTables[TableName]): string {
  const columns =
    "id INT, k STRING, n INT, ts TIMESTAMP(3), seen TIMESTAMP_LTZ(3), written STRING, list ARRAY<INT>";
  const unique = key === undefined ? "" : `, PRIMARY KEY (${key}) NOT ENFORCED`;
  return `CREATE TABLE ${name} (${columns}${unique}, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)`;
}

/** Binds the last statement; the first mistake is thrown. */
export function bindQuery(ddl: readonly string[], sql: string): BoundQuery {
  const { bound, errors } = analyzeScript([...ddl, sql].join(";\n"), new Catalog(), { inputEnds: true });
  if (errors[0] !== undefined) throw errors[0];
  const last = bound.at(-1);
  if (last === undefined || !("plan" in last)) throw new Error(`no query: ${sql}`);
  return last;
}

export class MatrixRun {
  readonly feed: FedRow[] = [];
  readonly firsts: string[] = [];
  readonly #bound: BoundQuery;
  readonly #way: MatrixWay;
  readonly #folded = new FoldedFeed();
  readonly #failures: unknown[] = [];
  #now: { pipeline: Pipeline; streams: readonly StreamSource[] };
  #clockMs = startMs;
  #stepNumber = 0;

  constructor(bound: BoundQuery, way: MatrixWay) {
    this.#bound = bound;
    this.#way = way;
    this.#now = this.#open();
    for (const values of this.#now.pipeline.values) values.give(this.#cause());
  }

  get rows(): readonly string[] {
    return this.#folded.rows;
  }

  get rowsLate(): number {
    return this.#now.pipeline.operators.reduce((sum, { counters }) => sum + counters.rowsLate, 0);
  }

  take(step: Step): void {
    this.#clockMs += stepMs;
    this.#stepNumber++;
    const { pipeline, streams } = this.#now;
    if (step.kind === "rows") {
      const place = this.#bound.tables.findIndex(({ name }) => name === step.table);
      if (place >= 0) streams[place]!.take(this.#chunk(place, step.rows), this.#cause());
    } else for (const stream of streams) stream[step.kind](this.#cause());
    // What is not final yet is shown to somebody meanwhile: it must not change what is.
    for (const opener of pipeline.openers) opener.deliverOpen(false);
    if (this.#failures.length > 0) throw this.#failures[0];
    this.#folded.endStep();
    if (this.#way.restores) this.#restore();
  }

  #cause(): Cause {
    return { stepNumber: this.#stepNumber, partition: 0, appendTimeMs: this.#clockMs };
  }

  #chunk(place: number, rows: readonly ScriptRow[]) {
    const table = this.#bound.tables[place]!;
    const given = rows.map((row): GivenRow => {
      const kind = row.isDelete === true ? rowKindSigns.indexOf("-D") : 0;
      return { table: table.name, kind, json: JSON.stringify(jsonOf(row)), appendTimeMs: this.#clockMs };
    });
    const checker = new RowChecker(table, "no option", 1024 * 1024);
    return chunkOf(given, checker, table.name, 0);
  }

  #open() {
    const pipeline = buildPipeline(
      this.#bound.plan,
      { accept: (batch) => this.#accept(batch), advance: () => {} },
      { ...defaultPipelineOptions, mode: this.#way.mode, firstAnswers: "shown" as const },
    );
    const streams = this.#bound.tables.map((table) => {
      const onFailure = (_: Pipeline, error: unknown) => void this.#failures.push(error);
      const stream = new StreamSource({
        ...sourceOptions(table, { ...defaultPipelineOptions, ...this.#way }),
        onFailure,
      });
      stream.add(pipeline);
      return stream;
    });
    return { pipeline, streams };
  }

  #restore(): void {
    const before = this.#now;
    this.#now = this.#open();
    for (const [place, operator] of this.#now.pipeline.operators.entries()) {
      operator.restore(before.pipeline.operators[place]!.freeze());
    }
    for (const [place, { watermark }] of this.#now.streams.entries()) {
      watermark.restore(before.streams[place]!.watermark.freeze());
    }
  }

  #accept(batch: ColumnBatch): void {
    if (batch.standing === "open") return;
    const { schema } = this.#bound.plan;
    for (let row = 0; row < batch.rowCount; row++) {
      const values = schema.columns.map((_, index) => cellOf(readValue(batch, index, row), schema, index));
      const fed = { kind: rowKindSigns[batch.kinds?.[row] ?? 0]!, cells: values.join(" | ") };
      if (batch.standing === "first") {
        this.firsts.push(`${fed.kind} ${fed.cells}`);
        continue;
      }
      this.feed.push(fed);
      this.#folded.take(fed);
    }
  }
}

function jsonOf({ id, k, n, second }: ScriptRow) {
  const ts = new Date(startMs + second * 1000).toISOString();
  const written = ts.replace("T", " ").replace("Z", "");
  return { id, k, n, ts: ts.slice(0, -1), seen: ts, written, list: n === null ? null : [n, n + 1] };
}
