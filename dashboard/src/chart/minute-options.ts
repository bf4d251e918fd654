/**
 * How a series by the minute is drawn: full minutes filled with the accent, the open minute dashed and
 * lighter.
 */
import uPlot from "uplot";
import type { Times } from "../time/times.ts";
import type { ChartColours } from "./colours.ts";
import { lonePoints } from "./lone-points.ts";

export type ChartKind = "area" | "bars";

export interface MinuteChartSettings {
  readonly kind: ChartKind;
  readonly width: number;
  readonly height: number;
  readonly colours: ChartColours;
  /** The text beside a mark of the value axis. */
  readonly formatMark: (value: number) => string;
  /** Whole values only, such as counts: the axis has no marks between them. */
  readonly wholeNumbers: boolean;
  readonly times: Times;
  readonly onPoint: (index: number | undefined, left: number) => void;
}

const halfMinuteSeconds = 30;
const font =
  '11px -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, system-ui, sans-serif';
const wholeSteps = Array.from({ length: 16 }, (_, power) =>
  [1, 2, 5].map((step) => step * 10 ** power),
).flat();

export function minuteChartOptions(settings: MinuteChartSettings): uPlot.Options {
  const { kind, width, height, times, onPoint } = settings;
  return {
    width,
    height,
    padding: [12, 8, 0, 0],
    legend: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), times.zone),
    cursor: {
      y: false,
      drag: { setScale: false, x: false, y: false },
      points: { show: kind === "area", size: 8 },
    },
    scales: {
      // Half a minute of room at both ends, so that no bar is cut.
      x: { time: true, range: (_chart, min, max) => [min - halfMinuteSeconds, max + halfMinuteSeconds] },
      y: { range: (_chart, min, max) => valueRange(min, max) },
    },
    series: [{}, ...seriesOf(settings)],
    axes: axesOf(settings),
    hooks: {
      setCursor: [
        (chart) => {
          const { idx, left } = chart.cursor;
          const isInside = typeof idx === "number" && left !== undefined && left >= 0;
          onPoint(isInside ? idx : undefined, isInside ? chart.valToPos(chart.data[0][idx] ?? 0, "x") : 0);
        },
      ],
    },
  };
}

/** From zero, or from below it where amounts are negative; never of no height. */
function valueRange(min: number | null, max: number | null): uPlot.Range.MinMax {
  const low = Math.min(0, min ?? 0);
  const high = Math.max(0, max ?? 0);
  const room = (high - low || 1) * 0.08;
  return [low < 0 ? low - room : 0, high + room];
}

function seriesOf({ kind, colours }: MinuteChartSettings): uPlot.Series[] {
  const dash = [4, 3];
  if (kind === "bars") {
    const bars = uPlot.paths.bars?.({ size: [0.64, 14], radius: 0.25 });
    const shared = { ...(bars && { paths: bars }), points: { show: false }, stroke: colours.series };
    return [
      { ...shared, fill: colours.series, width: 0 },
      { ...shared, fill: colours.seriesFaint, width: 1, dash },
    ];
  }
  const shared = { stroke: colours.series, width: 2 };
  return [
    {
      ...shared,
      fill: colours.seriesFaint,
      points: { show: true, filter: pointsAlone, size: 5, width: 0, fill: colours.series },
    },
    {
      ...shared,
      dash,
      points: { show: true, filter: lastPoint, size: 7, width: 2, fill: colours.seriesFaint },
    },
  ];
}

function pointsAlone(chart: uPlot, seriesIndex: number, show: boolean): number[] | null {
  return show ? lonePoints(chart.data[seriesIndex] ?? []) : null;
}

/** Of the open part only its end is marked. */
function lastPoint(chart: uPlot, seriesIndex: number, show: boolean): number[] | null {
  const values = chart.data[seriesIndex] ?? [];
  const last = Array.from(values).findLastIndex((value) => typeof value === "number");
  return show && last !== -1 ? [last] : null;
}

function axesOf({ colours, formatMark, wholeNumbers, times }: MinuteChartSettings): uPlot.Axis[] {
  const shared = { stroke: colours.muted, font, ticks: { show: false } };
  return [
    {
      ...shared,
      grid: { show: false },
      space: 56,
      size: 26,
      values: (_chart, marks) => marks.map((seconds) => times.minute(seconds * 1_000)),
    },
    {
      ...shared,
      grid: { stroke: colours.line, width: 1 },
      space: 30,
      size: 52,
      gap: 8,
      ...(wholeNumbers && { incrs: wholeSteps }),
      values: (_chart, marks) => marks.map(formatMark),
    },
  ];
}
