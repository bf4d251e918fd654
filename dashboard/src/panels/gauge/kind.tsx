import type { GaugePanel } from "../../../../src/serving/pages.ts";
import type { PanelKind } from "../panel-kind.ts";
import { GaugeDraw } from "./draw.tsx";
import { type Gauge, shapeGauge } from "./shape.ts";
import { gaugeTwin } from "./twin.ts";

export const kind: PanelKind<GaugePanel, Gauge> = {
  shape: shapeGauge,
  twin: gaugeTwin,
  Draw: GaugeDraw,
};
