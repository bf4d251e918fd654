import type { Panel } from "../../../../src/serving/pages.ts";
import { type About, about } from "../../explain/about.ts";
import type { DetailNumber } from "../../explain/pressed.ts";
import type { PanelInput } from "../panel-kind.ts";
import { shownColumn } from "./columns.ts";

/** Its source stands behind those of the panel. */
export function aboutDetail({ detail, reading, row, column }: DetailNumber, panel: Panel): About | undefined {
  const told = detail.columns[column];
  if (told === undefined) return undefined;
  const value = shownColumn(told, reading).exact(row) || "no value";
  const number = { title: told.title, formula: told.column, value };
  return { ...about([panel.title, detail.title, told.title], [number], [row]), source: panel.sources.length };
}

/** The panel with what was asked for when a row was opened, as a view among its others. */
export function withDetail(input: PanelInput, detail: DetailNumber | undefined): PanelInput {
  if (detail?.source.over !== "view") return input;
  const { panel, readings } = input;
  return {
    ...input,
    panel: { ...panel, sources: [...panel.sources, detail.source] },
    readings: [...readings, detail.reading],
  };
}
