import type { BubblePanel } from "../../../../src/serving/pages.ts";
import type { PanelKind } from "../panel-kind.ts";
import { DrawBubbles } from "./draw.tsx";
import { type Bubbles, shapeBubbles } from "./shape.ts";
import { bubblesTwin } from "./words.ts";

export const kind: PanelKind<BubblePanel, Bubbles> = {
  shape: shapeBubbles,
  twin: bubblesTwin,
  Draw: DrawBubbles,
};
