/** Views as they were at a moment: as of the last step that was written by then. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { EventLogReader } from "../../log/event-log.ts";
import { type PostedError, postedError } from "../../log/journal/posted-error.ts";
import type { Turns } from "../../log/turns.ts";
import type { ChangeBatch } from "../../views/view.ts";
import type { EngineView } from "../runtime/engine-queries.ts";
import { type ReplayedViews, ViewReplay } from "./view-replay.ts";

export interface ViewsAtRequest extends ReplayedViews {
  readonly atMs: number;
  readonly msMax: number;
}

/** All rows of a view in one batch, or why they are not known. */
export type ViewThen = { readonly rows: ChangeBatch } | { readonly refused: PostedError };

/** By the places of the views: the journal is read once for all of them. */
export function* viewsAt(
  openReader: () => EventLogReader,
  request: ViewsAtRequest,
): Turns<readonly ViewThen[]> {
  const { views, atMs, msMax } = request;
  const untilMs = performance.now() + msMax;
  const replay = new ViewReplay(request, openReader);
  const reader = openReader();
  try {
    let stepNumber = 0;
    for (let step = reader.next(); step !== undefined && step.appendTimeMs <= atMs; step = reader.next()) {
      replay.take(step);
      stepNumber = step.number;
      yield;
      if (performance.now() > untilMs) throw quickwaterError("request.replay-timeout", { limit: msMax });
    }
    return views.map((view) => viewThen(replay, view, stepNumber));
  } finally {
    reader.close();
  }
}

function viewThen(replay: ViewReplay, view: EngineView, stepNumber: number): ViewThen {
  try {
    const { name } = view.view;
    const [stream] = replay.streamsWithGaps(view);
    if (stream !== undefined) throw quickwaterError("request.view-not-kept", { view: name, stream });
    return { rows: replay.changes(name, stepNumber)! };
  } catch (error) {
    return { refused: postedError(error, "reading") };
  }
}
