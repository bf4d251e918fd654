/**
 * An engine as of its newest checkpoint. Queries that are as they were take their state from there; those
 * that are new or changed, and those that read what these write, are made of the journal again, beside the
 * others. Where no checkpoint is whole, everything is.
 */
import type { EventLogReader } from "../../log/event-log.ts";
import type { CheckpointStore } from "../../state/checkpoint/checkpoint-store.ts";
import { LiveTable } from "../../views/live-table.ts";
import type { ChangeBatch } from "../../views/view.ts";
import { imageOf } from "./engine-checkpoint.ts";
import type { EngineImage } from "./engine-image.ts";
import { type EngineQueries, isNone, nameOf, namesOf, writtenBy, writtenStreams } from "./engine-queries.ts";
import type { EngineService } from "./engine-service.ts";
import type { Beginning } from "./ledger-book.ts";
import type { QueryChange } from "./query-change.ts";
import { changesOf, type QueryPrints } from "./query-changes.ts";
import type { EngineEvents } from "./query-set.ts";
import { markOf } from "./take-step.ts";

export interface EngineStart {
  readonly queries: EngineQueries;
  /** Answers an engine that has nothing yet. */
  readonly makeEngine: () => EngineService;
  readonly events: EngineEvents;
  readonly openReader: () => EventLogReader;
  /** Undefined where there are no checkpoints. */
  readonly checkpoints: CheckpointStore | undefined;
}

export interface StartedEngine {
  readonly engine: EngineService;
  /** Queries that are made while the others go on. */
  readonly change: QueryChange | undefined;
  /** What the journal is to be told before the first step is taken. */
  readonly beginnings: readonly Beginning[];
  /** Rows of views that are made again, as they were: to be shown meanwhile. */
  readonly earlier: readonly ChangeBatch[];
}

export function startEngine(start: EngineStart): StartedEngine {
  const { queries, makeEngine, events } = start;
  const engine = makeEngine();
  engine.expect(queries);
  const image = newestImage(start);
  if (image === undefined) return { engine, ...begun(engine, queries, 0), change: undefined, earlier: [] };
  const prints = engine.prints(queries);
  const changes = changesOf(ownPrints(printsOf(image, prints), engine, queries), queries, prints);
  const { made, kept } = changes;
  const isNothingMade = isNone(made);
  const earlier = earlierRows(image, made);
  if (!isNothingMade) events.onNotice(`Made of the journal again: ${namesOf(made).join(", ")}.`);
  if (isNone(kept) && !isNothingMade)
    return { engine, ...begun(engine, queries, image.stepNumber), change: undefined, earlier };
  engine.start(kept);
  engine.restore(image);
  if (isNothingMade) return { engine, change: undefined, beginnings: [], earlier };
  const behind = engine.ledgers.beginBehindOthers(writtenStreams(made), image.stepNumber);
  const change = engine.make(queries, changes, events.onFailure);
  return { engine, change, beginnings: [...behind, ...change.firstBeginnings], earlier };
}

/** Everything is made of the journal; up to the step others may have made what streams hold. */
function begun(engine: EngineService, queries: EngineQueries, madeUpTo: number) {
  const streams = writtenStreams(queries);
  const behind = engine.ledgers.beginBehindOthers(streams, madeUpTo);
  const beginnings = [...behind, ...engine.ledgers.firstBeginnings(streams)];
  engine.start(queries);
  return { beginnings };
}

/** Images of before the streams were told name none: then either all INSERTs are as they were, or none is. */
function printsOf(image: EngineImage, wanted: QueryPrints): QueryPrints {
  const views = new Map(image.views.map(([name, { fingerprint }]) => [name, fingerprint]));
  const inserts = new Map<string, string[]>();
  const all = image.inserts.map(({ fingerprint }) => fingerprint);
  if (image.inserts.some(({ target }) => target === undefined)) {
    const isSame = [...wanted.inserts.values()].flat().sort().join() === [...all].sort().join();
    return { views, inserts: isSame ? wanted.inserts : inserts };
  }
  for (const { target, fingerprint } of image.inserts)
    inserts.set(target!, [...(inserts.get(target!) ?? []), fingerprint]);
  return { views, inserts };
}

/** What the journal says others have written since is not gone on with. */
function ownPrints(
  { views, inserts }: QueryPrints,
  engine: EngineService,
  queries: EngineQueries,
): QueryPrints {
  const disowned = new Set(
    [...queries.inserts, ...queries.views]
      .filter((query) => writtenBy(query).some((stream) => engine.ledgers.isOfOthers(stream)))
      .map(nameOf),
  );
  const isOwn = ([name]: readonly [string, unknown]) => !disowned.has(name);
  return { views: new Map([...views].filter(isOwn)), inserts: new Map([...inserts].filter(isOwn)) };
}

/** Of those whose rows look as they did. */
function earlierRows(image: EngineImage, { views }: EngineQueries): readonly ChangeBatch[] {
  const images = new Map(image.views);
  return views.flatMap(({ view }) => {
    const of = images.get(view.name);
    const { schema, key } = view;
    if (of === undefined || JSON.stringify(of.shape) !== JSON.stringify({ schema, key })) return [];
    const table = new LiveTable(view, view.rowsMax);
    table.restore(of.table);
    const unknown = { lastRowAtMs: undefined, watermarkMs: undefined };
    const batch = table.takeChanges(image.stepNumber, unknown, {
      rowsTaken: 0,
      rowsFiltered: 0,
      rowsLate: 0,
    });
    return [{ ...batch, replaces: view }];
  });
}

function newestImage({ checkpoints, openReader, events }: EngineStart): EngineImage | undefined {
  let image: EngineImage | undefined;
  let passed = 0;
  checkpoints?.newest(
    ({ content }) => {
      image = imageOf(content);
      const problem = isInJournal(image, openReader)
        ? undefined
        : "the journal has another step in its place";
      if (problem !== undefined) image = undefined;
      return problem;
    },
    (file, problem) => {
      passed++;
      events.onNotice(`The checkpoint ${file} is passed over: ${problem}.`);
    },
  );
  if (image === undefined && passed > 0)
    events.onNotice("No checkpoint is left: all is made of the journal again.");
  return image;
}

function isInJournal({ stepNumber, mark }: EngineImage, openReader: () => EventLogReader): boolean {
  const reader = openReader();
  reader.seek(stepNumber);
  const step = reader.next();
  const isThere = step !== undefined && markOf(step).every((number, place) => number === mark[place]);
  reader.close();
  return isThere;
}
