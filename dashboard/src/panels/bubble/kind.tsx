import type { BubblePanel } from "../../../../src/serving/pages.ts";
import type { PanelKind } from "../panel-kind.ts";
import { DrawBubbles, pictureHeight } from "./draw.tsx";
import { type Bubbles, shapeBubbles } from "./shape.ts";
import { bubblesTwin } from "./words.ts";

export const kind: PanelKind<BubblePanel, Bubbles> = {
  shape: shapeBubbles,
  twin: bubblesTwin,
  Draw: DrawBubbles,
  height: pictureHeight + 36,
};
