import type { BarsPanel } from "../../../../src/serving/pages.ts";
import type { PanelKind } from "../panel-kind.ts";
import { DrawBars } from "./draw.tsx";
import { type Bars, shapeBars } from "./shape.ts";
import { barsTwin } from "./twin.ts";

export const kind: PanelKind<BarsPanel, Bars> = {
  shape: shapeBars,
  twin: barsTwin,
  Draw: DrawBars,
};
