/** A live list of what happened, newest first, with what can be done about it. */
import type { FeedPanel } from "../../../../src/serving/pages.ts";
import type { PanelKind } from "../panel-kind.ts";
import { DrawFeed } from "./draw.tsx";
import { type FeedModel, shapeFeed, twinOfFeed } from "./shape.ts";

export const kind: PanelKind<FeedPanel, FeedModel> = {
  shape: shapeFeed,
  twin: twinOfFeed,
  Draw: DrawFeed,
};
