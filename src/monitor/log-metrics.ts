/** Metrics of streams, of the journal that holds them, and of checkpoints. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Books } from "../dataflow/runtime/books.ts";
import type { Engine } from "../engine.ts";
import { isSegmentName } from "../log/journal/segments.ts";
import type { HistogramFamily, MetricFamily } from "./exposition.ts";
import { counter, families, gauge } from "./families.ts";

export async function logMetrics(engine: Engine, books: Books): Promise<readonly MetricFamily[]> {
  const { folder, lastStep } = engine.journal;
  const segments = await segmentBytes(folder);
  return [
    ...streamMetrics(engine, books),
    gauge("quickwater_journal_bytes", "Bytes of the journal's segments on disk.", sumOf(segments)),
    gauge("quickwater_journal_segments", "Segments of the journal.", segments.length),
    counter("quickwater_journal_steps_total", "Steps of the journal that are on disk.", lastStep),
    flushFamily(books),
    gauge(
      "quickwater_log_pending_bytes",
      "Bytes of bodies that were handed to the log and are not answered yet.",
      engine.pendingBytes,
    ),
    ...checkpointMetrics(engine),
  ];
}

function streamMetrics({ catalog }: Engine, books: Books): readonly MetricFamily[] {
  const writers = catalog.writers();
  // Those that were dropped are in the journal, and nobody's any more.
  const all = [...books.streams]
    .map(([stream, counts]) => ({ stream, counts }))
    .filter(({ stream }) => catalog.table(stream) !== undefined);
  const taking = all.filter(
    ({ stream }) => catalog.table(stream)?.origin.kind === "stream" && !writers.has(stream),
  );
  const ofTaking = families(taking, ({ stream }) => ({ stream }));
  return [
    ofTaking.counter(
      "quickwater_stream_events_received_total",
      "Events that came for the stream: logged, duplicate and dead ones.",
      ({ counts }) => counts.received,
    ),
    ofTaking.counter(
      "quickwater_stream_events_logged_total",
      "Events that are in the journal, on disk.",
      ({ counts }) => counts.logged,
    ),
    ofTaking.counter(
      "quickwater_stream_events_duplicate_total",
      "Events that had come before, by their key or that of their request.",
      ({ counts }) => counts.duplicate,
    ),
    ofTaking.counter(
      "quickwater_stream_events_dead_total",
      "Events that could not be taken, and are kept as dead letters.",
      ({ counts }) => counts.dead,
    ),
    families(all, ({ stream }) => ({ stream })).counter(
      "quickwater_stream_rows_total",
      "Rows that the stream ever had in this journal, those that retention took among them.",
      ({ counts }) => counts.rows,
    ),
  ];
}

function flushFamily({ flushes }: Books): HistogramFamily {
  return {
    name: "quickwater_journal_flush_duration_seconds",
    help: "How long it took to write a group of steps and to flush it to disk.",
    type: "histogram",
    sum: flushes.seconds,
    count: flushes.count,
    buckets: flushes.buckets,
  };
}

function checkpointMetrics({ checkpoint }: Engine): readonly MetricFamily[] {
  return [
    counter("quickwater_checkpoints_total", "Checkpoints since the start.", checkpoint?.count ?? 0),
    gauge(
      "quickwater_checkpoint_age_seconds",
      "Since the last checkpoint: a restart reads the journal from there on.",
      checkpoint && Math.max(0, Date.now() - checkpoint.createdAtMs) / 1000,
    ),
    gauge("quickwater_checkpoint_step", "The step that the last one is of.", checkpoint?.step),
    gauge(
      "quickwater_checkpoint_duration_seconds",
      "From its freeze until a restart could take the last one.",
      checkpoint && checkpoint.durationMs / 1000,
    ),
    gauge(
      "quickwater_checkpoint_stopped_seconds",
      "Of that, how long no event was taken.",
      checkpoint && checkpoint.stoppedMs / 1000,
    ),
    gauge(
      "quickwater_checkpoint_state_bytes",
      "All that the engine keeps, as of it.",
      checkpoint?.stateBytes,
    ),
    gauge(
      "quickwater_checkpoint_written_bytes",
      "Of that, what had changed and was written.",
      checkpoint?.writtenBytes,
    ),
  ];
}

/** Of each segment; one that retention takes meanwhile is none any more. */
async function segmentBytes(folder: string): Promise<readonly number[]> {
  const names = (await readdir(folder)).filter(isSegmentName);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => [size],
        () => [],
      ),
    ),
  );
  return sizes.flat();
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
