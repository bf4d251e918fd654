/** A day of payments in a journal, and the history of it. */
import { join } from "node:path";
import { checkProject } from "../src/cli/checked-project.ts";
import { openEngine } from "../src/engine.ts";
import { History } from "../src/history/history-service.ts";
import { historySettings } from "../src/history/history-settings.ts";
import { nodeFileLayer } from "../src/log/journal/file-layer.ts";
import { journalIdOf } from "../src/log/journal/journal-id.ts";
import { JournalReader } from "../src/log/journal/journal-reader.ts";
import { paymentsProject, transactions } from "./events.ts";

/** `BENCH_EVENTS=20000000` is the day of 20 million. */
export const eventCount = Number(process.env.BENCH_EVENTS ?? 1_000_000);
export const batch = 10_000;
export const dayMs = 86_400_000;
export const day = Date.UTC(2026, 2, 1);

export async function fill(data: string): Promise<void> {
  const { statement: sql } = checkProject(paymentsProject).catalog.table("transaction_events")!;
  const engine = await openEngine({ data, sql });
  for (let from = 0; from < eventCount; from += batch) {
    const chunk = new TextEncoder().encode(linesOf(from).join("\n"));
    await engine.append({ stream: "transaction_events", format: "ndjson", chunks: [chunk], origin: "bench" });
  }
  await engine.close();
}

export function linesOf(from: number): readonly string[] {
  const stepMs = dayMs / eventCount;
  return transactions(Math.min(batch, eventCount - from), day + from * stepMs, stepMs);
}

export function open(data: string): Promise<History> {
  const journal = join(data, "journal");
  const reader = new JournalReader(nodeFileLayer, journal);
  reader.seek(1);
  return History.open({
    folder: join(data, "history"),
    reader,
    journalId: journalIdOf(nodeFileLayer, journal)!,
    timeZone: "UTC",
    settings: historySettings({ memoryBytesMax: 1024 ** 3, fileRowsMax: eventCount }),
  });
}

/** Seconds that the work takes. */
export async function timed(work: () => Promise<void>): Promise<number> {
  const before = performance.now();
  await work();
  return (performance.now() - before) / 1_000;
}
