/** The columns that a window is made by, and the same window where they lie elsewhere. */
import type { WindowAggregate } from "../plan/logical-plan.ts";

type AnyWindow = WindowAggregate["window"];

export function columnsOfWindow(window: AnyWindow): readonly number[] {
  switch (window.kind) {
    case "ATTACHED":
      return [window.startColumn, window.endColumn];
    case "SESSION":
      return [window.timeColumn, ...window.partition];
    default:
      return [window.timeColumn];
  }
}

export function movedWindow<Window extends AnyWindow>(
  window: Window,
  place: (index: number) => number,
): Window {
  const moved = { ...window };
  for (const name of ["timeColumn", "startColumn", "endColumn"] as const) {
    if (name in window) Object.assign(moved, { [name]: place((window as never)[name]) });
  }
  return window.kind === "SESSION" ? { ...moved, partition: window.partition.map(place) } : moved;
}
