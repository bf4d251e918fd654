/** Which panels a page shows before anybody scrolls, as far as can be told before it is laid out. */
import type { Page, Panel } from "../../../src/serving/pages.ts";
import { heightOf } from "../panels/placeholder.tsx";

export interface Screen {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** As the theme has it: narrower, panels stand below each other. */
const columnsFromPx = 1_024;
const columnCount = 12;
/** The heads of the dashboard and of the page, of a row that has a title, of a panel; what lies between. */
const headPx = 120;
const rowHeadPx = 60;
const panelHeadPx = 46;
const gapPx = 16;

/** Too many begin a little early, too few as soon as they are laid out. */
export function firstPanels({ rows }: Pick<Page, "rows">, screen: Screen): ReadonlySet<string> {
  const first = new Set<string>();
  let topPx = headPx;
  for (const { title, panels } of rows) {
    if (title !== null) topPx += rowHeadPx;
    for (const line of linesOf(panels, screen)) {
      if (topPx >= screen.heightPx) return first;
      for (const { id } of line) first.add(id);
      topPx += Math.max(...line.map(heightOf)) + panelHeadPx + gapPx;
    }
  }
  return first;
}

/** Panels that stand beside each other. */
function linesOf(panels: readonly Panel[], { widthPx }: Screen): readonly (readonly Panel[])[] {
  const lines: Panel[][] = [];
  let left = 0;
  for (const panel of panels) {
    const width = widthPx < columnsFromPx ? columnCount : panel.width;
    if (width > left) {
      lines.push([]);
      left = columnCount;
    }
    lines.at(-1)!.push(panel);
    left -= width;
  }
  return lines;
}
