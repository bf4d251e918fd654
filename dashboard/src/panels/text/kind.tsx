/** What the makers of a page want to say. */
import type { TextPanel } from "../../../../src/serving/pages.ts";
import type { PanelKind } from "../panel-kind.ts";
import { DrawText } from "./draw.tsx";
import { shapeText, type TextModel, twinOfText } from "./shape.ts";

export const kind: PanelKind<TextPanel, TextModel> = {
  shape: shapeText,
  twin: twinOfText,
  Draw: DrawText,
};
