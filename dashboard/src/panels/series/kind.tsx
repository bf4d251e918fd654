import type { SeriesPanel } from "../../../../src/serving/pages.ts";
import type { PanelKind } from "../panel-kind.ts";
import { SeriesDraw } from "./draw.tsx";
import { type Series, shapeSeries } from "./shape.ts";
import { seriesTwin } from "./twin.ts";

export const kind: PanelKind<SeriesPanel, Series> = {
  shape: shapeSeries,
  twin: seriesTwin,
  Draw: SeriesDraw,
};
