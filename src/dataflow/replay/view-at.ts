/** A view as it was at a moment: as of the last step that was written by then. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { EventLogReader } from "../../log/event-log.ts";
import type { Turns } from "../../log/turns.ts";
import type { ChangeBatch } from "../../views/view.ts";
import { type ReplayedView, ViewReplay } from "./view-replay.ts";

export interface ViewAtRequest extends ReplayedView {
  readonly atMs: number;
  readonly msMax: number;
}

/** All rows in one batch. */
export function* viewAt(openReader: () => EventLogReader, request: ViewAtRequest): Turns<ChangeBatch> {
  const { view, atMs, msMax } = request;
  const untilMs = performance.now() + msMax;
  const replay = new ViewReplay(request, openReader);
  const reader = openReader();
  try {
    let stepNumber = 0;
    for (let step = reader.next(); step !== undefined && step.appendTimeMs <= atMs; step = reader.next()) {
      replay.take(step);
      stepNumber = step.number;
      yield;
      if (performance.now() > untilMs) throw quickwaterError("request.query-timeout", { limit: msMax });
    }
    const [stream] = replay.streamsWithGaps;
    if (stream !== undefined) {
      throw quickwaterError("request.view-not-kept", { view: view.view.name, stream });
    }
    return replay.changes(stepNumber)!;
  } finally {
    reader.close();
  }
}
