/** The newest windows first, as many as are asked for. */
import type { RevenueWindow } from "../revenue-windows/shape.ts";

export const windowsShownAtFirst = 12;
/** More than anyone reads; the view itself is at GET /v1/views. */
export const windowsShownMax = 200;

export interface WindowsTableShape {
  readonly windows: readonly RevenueWindow[];
  /** How many more there are that a press of the button shows. */
  readonly more: number;
  /** How many there are that no button shows. */
  readonly beyond: number;
}

export function shapeTable(windows: readonly RevenueWindow[], all: boolean): WindowsTableShape {
  const showable = Math.min(windows.length, windowsShownMax);
  const shown = all ? showable : Math.min(showable, windowsShownAtFirst);
  return {
    windows: shown === 0 ? [] : windows.slice(-shown).reverse(),
    more: showable - shown,
    beyond: windows.length - showable,
  };
}
