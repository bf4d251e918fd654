import type { TextPanel } from "../../../../src/serving/pages.ts";
import type { PanelInput, Twin } from "../panel-kind.ts";
import { type Block, parsedText, plainWords } from "./parse.ts";

export interface TextModel {
  readonly blocks: readonly Block[];
}

export function shapeText({ panel }: PanelInput<TextPanel>): TextModel | undefined {
  const blocks = parsedText(panel.text);
  return blocks.length === 0 ? undefined : { blocks };
}

export function twinOfText({ blocks }: TextModel): Twin {
  const lines = blocks.flatMap((block) => (block.is === "list" ? block.items : [block.words]));
  return { headings: ["Text"], rows: lines.map((words) => [plainWords(words)]) };
}
