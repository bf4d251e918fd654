/** How the connection, the server and what is measured are, item by item. */
import type { StatusPanel } from "../../../../src/serving/pages.ts";
import type { PanelKind } from "../panel-kind.ts";
import { DrawStatus } from "./draw.tsx";
import { type StatusModel, shapeStatus, twinOfStatus } from "./shape.ts";

export const kind: PanelKind<StatusPanel, StatusModel> = {
  shape: shapeStatus,
  twin: twinOfStatus,
  Draw: DrawStatus,
};
