/**
 * Which queries change where others are wanted than those that run, or than those of a checkpoint. A stream
 * that queries write is one with its queries: where one of them is another, all of them begin anew, and so
 * does everything that reads the stream.
 */
import { createHash } from "node:crypto";
import { type EngineInsert, type EngineQueries, type EngineView, writtenBy } from "./engine-queries.ts";
import { fingerprintOf } from "./query-fingerprint.ts";

export interface QueryPrints {
  readonly views: ReadonlyMap<string, string>;
  /** By the stream that they write, in their order. */
  readonly inserts: ReadonlyMap<string, readonly string[]>;
}

export interface QueryChanges {
  /** To be made anew, or for the first time. */
  readonly made: EngineQueries;
  /** They go on as they are. */
  readonly kept: EngineQueries;
  /** Those of the present ones that end: they are replaced, or nobody wants them any more. */
  readonly endedViews: ReadonlySet<string>;
  readonly endedStreams: ReadonlySet<string>;
}

/** `prints` are those of the wanted queries. */
export function changesOf(present: QueryPrints, wanted: EngineQueries, prints: QueryPrints): QueryChanges {
  const { views, inserts } = wanted;
  const streams = new Set<string>();
  for (const target of new Set([...present.inserts.keys(), ...prints.inserts.keys()])) {
    const [before = [], now = []] = [present.inserts.get(target), prints.inserts.get(target)];
    if (before.length !== now.length || before.some((print, place) => print !== now[place]))
      streams.add(target);
  }
  const changedViews = new Set<string>();
  for (const { view } of views)
    if (present.views.get(view.name) !== prints.views.get(view.name)) changedViews.add(view.name);
  const isMade = (query: EngineView | EngineInsert) =>
    "target" in query ? streams.has(query.target.name) : changedViews.has(query.view.name);
  for (let before = -1; before !== streams.size + changedViews.size; ) {
    before = streams.size + changedViews.size;
    for (const query of [...inserts, ...views]) {
      if (!isMade(query) && !query.tables.some(({ name }) => streams.has(name))) continue;
      if ("view" in query) changedViews.add(query.view.name);
      for (const stream of writtenBy(query)) streams.add(stream);
    }
  }
  const names = new Set(views.map(({ view }) => view.name));
  const isEnded = (name: string) => changedViews.has(name) || !names.has(name);
  return {
    made: { views: views.filter(isMade), inserts: inserts.filter(isMade) },
    kept: {
      views: views.filter((query) => !isMade(query)),
      inserts: inserts.filter((query) => !isMade(query)),
    },
    endedViews: new Set([...present.views.keys()].filter(isEnded)),
    endedStreams: streams,
  };
}

/**
 * By written stream: what tells the queries that write it from others, together with all that they are made
 * of. How they keep their state is no part of it.
 */
export function makersOf({ views, inserts }: EngineQueries): ReadonlyMap<string, string> {
  const writers = new Map<string, (EngineView | EngineInsert)[]>();
  for (const query of [...inserts, ...views]) {
    for (const stream of writtenBy(query)) writers.set(stream, [...(writers.get(stream) ?? []), query]);
  }
  const known = new Map<string, string>();
  const makerOf = (stream: string): string => {
    const found = known.get(stream);
    if (found !== undefined) return found;
    // What late rows of the own stream are written into it says nothing new of it.
    known.set(stream, "");
    const queries = (writers.get(stream) ?? []).map((query) => {
      const target = "target" in query ? query.target : query.view.name;
      const { plan, tables } = query;
      const below = tables.filter(({ name }) => writers.has(name)).map(({ name }) => makerOf(name));
      return [fingerprintOf({ plan, tables, target }, [], "compiled"), ...below];
    });
    const maker = createHash("sha256").update(JSON.stringify(queries)).digest("hex");
    known.set(stream, maker);
    return maker;
  };
  return new Map([...writers.keys()].map((stream) => [stream, makerOf(stream)]));
}
