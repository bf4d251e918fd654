/**
 * Panels that show the same rows of a view, each other columns of them, ask for the columns of all: so they
 * share one subscription, and each row comes once.
 */
import type { Page, Panel, PanelSource } from "../../../src/serving/pages.ts";
import type { ViewSource } from "../data/asked.ts";

export function withSharedRows(page: Page): Page {
  const panels = page.rows.flatMap((row) => row.panels);
  const groups = new Map<string, ViewSource[]>();
  for (const panel of panels) {
    for (const source of panel.sources) {
      if (source.over !== "view") continue;
      const rows = rowsOf(panel, source);
      groups.set(rows, [...(groups.get(rows) ?? []), source]);
    }
  }
  const shared = (panel: Panel, source: PanelSource): PanelSource => {
    if (source.over !== "view") return source;
    const all = groups.get(rowsOf(panel, source))!;
    const asked = [...new Set(all.flatMap(({ columns }) => columns))].sort();
    const withAll: ViewSource = { ...source, time: timeOf(all), asked };
    return withAll;
  };
  const rows = page.rows.map((row) => ({
    ...row,
    panels: row.panels.map((panel) => ({
      ...panel,
      sources: panel.sources.map((source) => shared(panel, source)),
    })),
  }));
  return { ...page, rows };
}

/** Equal where the rows are the same ones: of a window its start and its end bound the same. */
function rowsOf({ span, newest }: Panel, { view, where, emit, time }: ViewSource): string {
  const isNewest = newest !== null;
  const boundBy = time === null || windowColumns.includes(time.column) ? time !== null : time.column;
  return JSON.stringify([view, where, emit, boundBy, span, isNewest]);
}

const windowColumns = ["window_start", "window_end"];

/** Windows that end behind a moment are all that begin behind it, and the one that it is in. */
function timeOf(sources: readonly ViewSource[]): ViewSource["time"] {
  const ends = sources.find(({ time }) => time?.column === "window_end");
  return (ends ?? sources[0]!).time;
}
