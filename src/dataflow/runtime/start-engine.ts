/**
 * An engine as of its newest checkpoint. Queries that are as they were take their state from there; views
 * that are new or changed, and those that read their late rows, read the journal for themselves up to that
 * step. Where INSERT INTO changed, or no checkpoint is whole, everything is made of the journal again.
 */
import type { EventLogReader } from "../../log/event-log.ts";
import type { CheckpointStore } from "../../state/checkpoint/checkpoint-store.ts";
import { imageOf } from "./engine-checkpoint.ts";
import type { EngineImage } from "./engine-image.ts";
import type { EngineService, EngineView } from "./engine-service.ts";
import type { EngineInsert } from "./stream-graph.ts";
import { markOf } from "./take-step.ts";

export interface EngineStart {
  readonly views: readonly EngineView[];
  readonly inserts: readonly EngineInsert[];
  /** Answers an engine that has nothing yet. */
  readonly makeEngine: () => EngineService;
  readonly openReader: () => EventLogReader;
  /** Undefined where there are no checkpoints. */
  readonly checkpoints: CheckpointStore | undefined;
  /** Why a restart takes longer than it might; a sentence. */
  readonly onNotice: (notice: string) => void;
}

export function startEngine(start: EngineStart): EngineService {
  const engine = engineOf(start, start.views);
  const image = newestImage(start);
  if (image === undefined) return engine;
  const changes = changedQueries(image, engine.freeze(), start);
  if (changes.inserts) {
    start.onNotice("An INSERT INTO is not the one of the checkpoint: all is made of the journal again.");
    return engine;
  }
  if (changes.views.size === 0) {
    engine.restore(image);
    return engine;
  }
  engine.close();
  const isChanged = ({ view }: EngineView) => changes.views.has(view.name);
  const kept = engineOf(
    start,
    start.views.filter((each) => !isChanged(each)),
  );
  kept.restore(image);
  start.onNotice(`Made of the journal again: ${[...changes.views].join(", ")}.`);
  kept.addViews(start.views.filter(isChanged));
  return kept;
}

function engineOf({ makeEngine, inserts }: EngineStart, views: readonly EngineView[]): EngineService {
  const engine = makeEngine();
  for (const insert of inserts) engine.addInsert(insert);
  engine.addViews(views);
  return engine;
}

function newestImage({ checkpoints, openReader, onNotice }: EngineStart): EngineImage | undefined {
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
      onNotice(`The checkpoint ${file} is passed over: ${problem}.`);
    },
  );
  if (image === undefined && passed > 0) onNotice("No checkpoint is left: all is made of the journal again.");
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

/** `made` is what an engine of the present queries freezes before its first step. */
function changedQueries(
  image: EngineImage,
  made: EngineImage,
  { views, inserts }: EngineStart,
): { readonly inserts: boolean; readonly views: ReadonlySet<string> } {
  const before = new Map(image.views.map(([name, { fingerprint }]) => [name, fingerprint]));
  const now = new Map(made.views.map(([name, { fingerprint }]) => [name, fingerprint]));
  const changed = new Set<string>();
  for (const { view } of views) if (before.get(view.name) !== now.get(view.name)) changed.add(view.name);
  // Late rows of a view that is made again come again too, and who reads them is made again with it.
  const late = new Set<string>();
  for (let count = -1; count !== changed.size; ) {
    count = changed.size;
    for (const { view, lateRows, tables } of views) {
      if (tables.some(({ name }) => late.has(name))) changed.add(view.name);
      if (changed.has(view.name) && lateRows !== undefined) late.add(lateRows.name);
    }
  }
  const same = (place: number) => image.inserts[place]?.fingerprint === made.inserts[place]!.fingerprint;
  const areSame =
    image.inserts.length === inserts.length &&
    inserts.every(({ tables }, place) => same(place) && !tables.some(({ name }) => late.has(name)));
  return { inserts: !areSame, views: changed };
}
