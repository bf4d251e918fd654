/** Payments, decisions on them that a query writes, and what is needed to look at both. */
import { makersOf } from "../../src/dataflow/runtime/query-changes.ts";
import { type FileLayer, nodeFileLayer } from "../../src/log/journal/file-layer.ts";
import { JournalReader } from "../../src/log/journal/journal-reader.ts";
import { boundProject, EngineWorld, LogWorld } from "./engine-world.ts";
import { scratchFolder } from "./scratch-folder.ts";

export const startMs = Date.UTC(2026, 2, 1);
export const at = (second: number) => new Date(startMs + second * 1000).toISOString().slice(0, -1);

export const tables = `CREATE TABLE payments (
  id INT NOT NULL, card STRING NOT NULL, amount DECIMAL(10, 2) NOT NULL, ts TIMESTAMP(3) NOT NULL,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
);
CREATE TABLE decisions (
  id INT NOT NULL, card STRING NOT NULL, seen BIGINT NOT NULL, decision STRING NOT NULL,
  ts TIMESTAMP(3) NOT NULL,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('emit' = 'first');`;
export const decide = `INSERT INTO decisions
  SELECT id, card, n, CASE WHEN n > 2 THEN 'blocked' ELSE 'approved' END, ts FROM (
    SELECT id, card, ts, COUNT(*) OVER (PARTITION BY card ORDER BY ts
      RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW) AS n FROM payments);`;
export const decideLate = `INSERT INTO decisions
  SELECT id, card, CAST(0 AS BIGINT), 'review', ts FROM decisions$late;`;
export const counted = `CREATE MATERIALIZED VIEW by_decision AS
  SELECT window_start, window_end, decision, COUNT(*) AS n
  FROM TABLE(TUMBLE(TABLE decisions, DESCRIPTOR(ts), INTERVAL '10' SECOND))
  GROUP BY window_start, window_end, decision;`;
export const latest = `CREATE MATERIALIZED VIEW latest AS SELECT rn, id, decision, seen FROM (
  SELECT *, ROW_NUMBER() OVER (ORDER BY id) AS rn FROM decisions) WHERE rn <= 10;`;

export const payment = (id: number, second: number, card = "a") => ({ id, card, amount: 1, ts: at(second) });

export function world(sql: string, folder = scratchFolder()) {
  const project = boundProject(sql);
  const log = new LogWorld(folder, project.tables, startMs);
  const engine = new EngineWorld(folder, project.views, "compiled", nodeFileLayer, { ...project, log });
  return { folder, log, engine };
}

/** The journal says that these queries wrote what it holds: if others did, they are not as they were. */
export function claimWritten(log: LogWorld, sql: string): void {
  const behind = { step: 0, index: 0 };
  for (const [stream, queries] of makersOf(boundProject(sql)))
    log.tell([{ stream, madeBy: { queries, behind, firstRowOffset: 0 } }]);
}

/** The rows of a stream as the journal has them, with the step that caused them. */
export function journaled(folder: string, stream: string, files: FileLayer = nodeFileLayer) {
  const reader = new JournalReader(files, folder);
  const found: {
    readonly cause: number | undefined;
    readonly index: number | undefined;
    readonly kind: number;
    readonly row: Record<string, unknown>;
  }[] = [];
  const names = new Map<number, string>();
  for (let step = reader.next(); step !== undefined; step = reader.next()) {
    if (step.kind === 3) {
      const { streamId, table } = JSON.parse(new TextDecoder().decode(step.bytes));
      names.set(streamId, table.name);
    } else if (names.get(step.streamId) === stream) {
      for (let row = 0; row < step.rowCount; row++) {
        const bytes = step.bytes.subarray(row === 0 ? 0 : step.rowEnds[row - 1], step.rowEnds[row]);
        const cause = step.cause?.step;
        const text = new TextDecoder().decode(bytes);
        const kind = step.rowKinds?.[row] ?? 0;
        found.push({ cause, index: step.causeIndexes?.[row], kind, row: JSON.parse(text) });
      }
    }
  }
  reader.close();
  return found;
}
