/**
 * The books of streams and views as of one moment. Of the views is read first: what they were given had been
 * flushed, and shown by the log, before. So nothing is in flight less than nothing.
 */
import { setImmediate } from "node:timers/promises";
import type { StreamId } from "../../log/event-log.ts";
import type { FlushCounts, LogBooks, StreamCounts } from "../../log/journal/log-books.ts";
import type { ViewCounters } from "../../views/view.ts";
import type { BooksReader, ViewProgress } from "./engine-books.ts";

export interface SourceBook {
  readonly stream: string;
  readonly logged: number;
  readonly inFlight: number;
}

/** logged = taken + filtered + late + in flight, over all streams that the view reads. */
export interface ViewBook extends ViewCounters {
  readonly view: string;
  readonly sources: readonly SourceBook[];
}

export interface Books {
  readonly streams: ReadonlyMap<string, StreamCounts>;
  readonly views: readonly ViewBook[];
  readonly flushes: FlushCounts;
}

export async function readBooks(
  shown: BooksReader,
  log: LogBooks,
  streams: ReadonlyMap<string, StreamId>,
): Promise<Books> {
  let views = shown.read();
  // What they are of was sent before they were shown: it is in the next messages.
  for (; views === undefined; views = shown.read()) await setImmediate();
  const logged = log.read();
  const counts = [...streams].flatMap(([name, id]) => {
    const of = logged.of(id);
    return of === undefined ? [] : [[name, of] as const];
  });
  const byName = new Map(counts);
  return { streams: byName, flushes: logged.flushes, views: views.map((view) => bookOf(view, byName)) };
}

function bookOf({ sources, ...view }: ViewProgress, streams: ReadonlyMap<string, StreamCounts>): ViewBook {
  return {
    ...view,
    sources: sources.map(({ stream, scans, passed, missed, isMade }) => {
      const rows = isMade ? passed : (streams.get(stream)?.rows ?? passed);
      return { stream, logged: scans * (rows - missed), inFlight: scans * (rows - passed) };
    }),
  };
}
