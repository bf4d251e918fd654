/** The two series of a chart: what is final, and the running minute that is drawn apart. */
import { nearestNumber } from "../../numbers/exact-decimal.ts";
import type { Minute, RevenueWindow } from "../revenue-windows/shape.ts";

/** Numbers here place pixels only; labels are made from the windows themselves. Null is a gap. */
export interface ChartSeries {
  readonly timesSeconds: readonly number[];
  readonly full: readonly (number | null)[];
  /** The open minutes; for a line also the full minute before them, from which the line goes on. */
  readonly partial: readonly (number | null)[];
}

export type Measure = "revenue" | "orders";

export function shapeSeries(minutes: readonly Minute[], measure: Measure, joined: boolean): ChartSeries {
  const values = minutes.map(({ is }) => pixelValue(is, measure));
  const isOpen = minutes.map(({ is }) => typeof is !== "string" && !is.final);
  return {
    timesSeconds: minutes.map(({ startMs }) => startMs / 1_000),
    full: values.map((value, index) => (isOpen[index] ? null : value)),
    partial: values.map((value, index) => (isOpen[index] || (joined && isOpen[index + 1]) ? value : null)),
  };
}

function pixelValue(is: RevenueWindow | "nothing" | "unknown", measure: Measure): number | null {
  if (is === "unknown") return null;
  if (is === "nothing") return 0;
  if (measure === "orders") return Number(is.orders);
  return is.revenue === null ? null : nearestNumber(is.revenue);
}

/** Whether there is anything to draw. */
export function hasWindows(minutes: readonly Minute[]): boolean {
  return minutes.some(({ is }) => typeof is !== "string");
}
