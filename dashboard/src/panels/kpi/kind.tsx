import type { KpiPanel } from "../../../../src/serving/pages.ts";
import type { PanelKind } from "../panel-kind.ts";
import { KpiDraw } from "./draw.tsx";
import { type Kpi, shapeKpi } from "./shape.ts";
import { kpiTwin } from "./twin.ts";

export const kind: PanelKind<KpiPanel, Kpi> = {
  shape: shapeKpi,
  twin: kpiTwin,
  Draw: KpiDraw,
};
