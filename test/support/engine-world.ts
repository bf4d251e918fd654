/**
 * A log and an engine over one journal, without their threads: time stands still until a test moves it. The
 * journal is in a folder of the real disk, or of one in memory.
 */
import { Catalog, type TableDefinition } from "../../src/catalog/catalog.ts";
import { defaultPipelineOptions } from "../../src/dataflow/physical/build-pipeline.ts";
import { EngineService, type EngineView } from "../../src/dataflow/runtime/engine-service.ts";
import { type FileLayer, nodeFileLayer } from "../../src/log/journal/file-layer.ts";
import { JournalReader } from "../../src/log/journal/journal-reader.ts";
import { LogService } from "../../src/log/journal/log-service.ts";
import { defaultLogSettings } from "../../src/log/log-settings.ts";
import { analyzeScript } from "../../src/sql/analyze.ts";
import { LiveView } from "../../src/views/live-view.ts";
import { rowObject } from "../../src/views/row-object.ts";
import type { ChangeBatch } from "../../src/views/view.ts";
import { take } from "../log/log-driver.ts";

export interface BoundProject {
  readonly tables: readonly TableDefinition[];
  readonly views: readonly EngineView[];
}

export function boundProject(sql: string): BoundProject {
  const { bound, errors } = analyzeScript(sql, new Catalog());
  if (errors[0] !== undefined) throw errors[0];
  const tables = bound.flatMap((each) => (each.kind === "CreateTable" ? [each.table] : []));
  const views = bound.flatMap((each) => {
    if (each.kind !== "CreateMaterializedView") return [];
    return [{ view: each.view, plan: each.plan, tables: each.tables }];
  });
  return { tables, views };
}

export class LogWorld {
  readonly service: LogService;
  nowMs: number;

  constructor(
    folder: string,
    tables: readonly TableDefinition[],
    nowMs: number,
    files: FileLayer = nodeFileLayer,
  ) {
    this.nowMs = nowMs;
    this.service = new LogService(files, folder, () => this.nowMs, defaultLogSettings);
    this.service.declare(tables);
  }

  /** Sends rows in one body; they are on disk when this returns. */
  send(stream: string, rows: readonly object[]): void {
    take(this.service, stream, rows.map((row) => JSON.stringify(row)).join("\n"));
    const [reply] = this.service.commit();
    if (reply === undefined || "error" in reply) throw new Error(`refused: ${JSON.stringify(reply)}`);
  }

  tick(nowMs: number): void {
    this.nowMs = nowMs;
    this.service.tick();
    this.service.commit();
  }
}

/** An engine and the replicas that its change batches feed. */
export class EngineWorld {
  readonly engine: EngineService;
  readonly views = new Map<string, LiveView>();
  readonly batches: ChangeBatch[] = [];
  readonly failures: string[] = [];

  constructor(
    folder: string,
    views: readonly EngineView[],
    mode: "compiled" | "interpreted" = "compiled",
    files: FileLayer = nodeFileLayer,
  ) {
    const openReader = () => new JournalReader(files, folder);
    const options = { ...defaultPipelineOptions, mode };
    this.engine = new EngineService(openReader, options, (view, error) =>
      this.failures.push(`${view}: ${error}`),
    );
    for (const view of views) this.add(view);
  }

  add(added: EngineView): void {
    this.views.set(added.view.name, new LiveView(added.view));
    this.engine.addView(added);
  }

  /** Takes every step that there is, then what changed. */
  catchUp(): this {
    while (this.engine.work(Number.POSITIVE_INFINITY, () => 0));
    this.deliver();
    return this;
  }

  deliver(): void {
    for (const name of this.engine.changedViews()) {
      const batch = this.engine.takeChanges(name);
      if (batch === undefined) continue;
      this.batches.push(batch);
      this.views.get(name)?.apply(batch);
    }
  }

  rows(view: string) {
    const live = this.views.get(view)!;
    const objects = Array.from(live.rows(), (row) => rowObject(live.schema.schema, row));
    return objects.sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
  }

  finalRows(view: string) {
    return this.rows(view).filter((row) => row.$final);
  }

  counters(view: string) {
    return this.views.get(view)!.counters;
  }
}
