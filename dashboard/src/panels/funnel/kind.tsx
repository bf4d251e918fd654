import type { FunnelPanel } from "../../../../src/serving/pages.ts";
import type { PanelKind } from "../panel-kind.ts";
import { DrawFunnel } from "./draw.tsx";
import { type Funnel, shapeFunnel } from "./shape.ts";
import { funnelTwin } from "./twin.ts";

export const kind: PanelKind<FunnelPanel, Funnel> = {
  shape: shapeFunnel,
  twin: funnelTwin,
  Draw: DrawFunnel,
};
