/** Drives the log service without its thread, and reads back what it wrote. */
import type { TableDefinition } from "../../src/catalog/catalog.ts";
import { type Step, stepKind } from "../../src/log/event-log.ts";
import type { FileLayer } from "../../src/log/journal/file-layer.ts";
import { JournalReader } from "../../src/log/journal/journal-reader.ts";
import type { LogReply, LogService } from "../../src/log/journal/log-service.ts";
import { defaultLogSettings } from "../../src/log/log-settings.ts";
import type { StepPayload } from "../../src/log/step-payload.ts";
import { padding } from "../../src/values/json/scan.ts";
import { tableOf } from "../support/table-of.ts";

export const folder = "/data/journal";
/** The clock of a test stands anywhere: no event is ahead of it. */
export const settings = { ...defaultLogSettings, eventAheadMsMax: Number.POSITIVE_INFINITY };
export const orders = tableOf(
  "CREATE TABLE orders (id INT NOT NULL, note STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)",
);
export const clicks = tableOf("CREATE TABLE clicks (id INT NOT NULL)");

export const orderRow = (id: number, note = "") =>
  JSON.stringify({ id, note, ts: new Date(Date.UTC(2026, 2, 1) + id).toISOString().slice(0, -1) });

let nextRequest = 1;

/** Hands a body over; what it comes to is told by `commit`. */
export function take(
  service: LogService,
  stream: string,
  body: string,
  format: "json" | "ndjson" = "ndjson",
  requestKey?: string,
): number {
  const content = new TextEncoder().encode(body);
  const bytes = new Uint8Array(content.length + padding);
  bytes.set(content);
  const id = nextRequest++;
  service.take({ id, stream, format, body: bytes, length: content.length, origin: "test", requestKey });
  return id;
}

export function answerOf(replies: readonly LogReply[], id: number) {
  const reply = replies.find((each) => each.id === id);
  if (reply === undefined) throw new Error(`request ${id} was not answered`);
  return "answer" in reply ? reply.answer : reply.error;
}

export interface ReadStep extends Omit<Step, "bytes" | "rowEnds"> {
  readonly rows: readonly string[];
  readonly text: string;
}

/** A step that outlives the reader's buffer. */
export function kept(step: Step): ReadStep {
  const { bytes, rowEnds, ...header } = step;
  const text = Buffer.from(bytes).toString();
  const rows = Array.from(rowEnds, (end, row) => {
    return Buffer.from(bytes.subarray(row === 0 ? 0 : rowEnds[row - 1], end)).toString();
  });
  return { ...header, rows, text };
}

export function readAll(files: FileLayer, from = 1, path = folder): readonly ReadStep[] {
  const reader = new JournalReader(files, path);
  reader.seek(from);
  const steps: ReadStep[] = [];
  for (let step = reader.next(); step !== undefined; step = reader.next()) steps.push(kept(step));
  reader.close();
  return steps;
}

/** The rows of a stream, found by its declaration in the journal itself. */
export function rowsOf(steps: readonly ReadStep[], stream: string): readonly string[] {
  return stepsOf(steps, stream).flatMap(({ rows }) => rows);
}

/** The steps that are rows of a stream. */
export function stepsOf(steps: readonly ReadStep[], stream: string): readonly ReadStep[] {
  const ids = new Map<number, string>();
  return steps.filter((step) => {
    if (step.kind === stepKind.statement) {
      const payload = JSON.parse(step.text) as StepPayload;
      if (payload.kind === "stream") ids.set(payload.streamId, payload.table.name);
    }
    return step.kind === stepKind.rows && ids.get(step.streamId) === stream;
  });
}

export const idsIn = (rows: readonly string[]): readonly number[] =>
  rows.map((row) => (JSON.parse(row) as { id: number }).id);

export function changed(table: TableDefinition, statement: string): TableDefinition {
  return { ...tableOf(statement), name: table.name };
}
