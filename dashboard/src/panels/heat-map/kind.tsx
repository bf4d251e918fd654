import type { HeatMapPanel } from "../../../../src/serving/pages.ts";
import type { PanelKind } from "../panel-kind.ts";
import { DrawHeatMap } from "./draw.tsx";
import { type HeatMap, shapeHeatMap } from "./shape.ts";
import { heatMapTwin } from "./twin.ts";

export const kind: PanelKind<HeatMapPanel, HeatMap> = {
  shape: shapeHeatMap,
  twin: heatMapTwin,
  Draw: DrawHeatMap,
};
