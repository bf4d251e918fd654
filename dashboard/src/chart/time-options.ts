/** A time chart as uPlot is told of it. Its numbers are read from `content` whenever it draws. */
import uPlot from "uplot";
import type { Times } from "../time/times.ts";
import { axisTimes } from "./axis-times.ts";
import type { ResolveColour } from "./css-colours.ts";
import type { TimeContent } from "./time-content.ts";
import { barsPath, drawSigns, seriesOf } from "./time-tracks.ts";

export interface TimeChartSettings {
  readonly width: number;
  readonly height: number;
  readonly resolve: ResolveColour;
  readonly times: Times;
  readonly content: () => TimeContent;
  /** The text beside a mark of the value axis. */
  readonly formatMark: (value: number) => string;
  /** Whole values only, such as counts: the axis has no marks between them. */
  readonly wholeNumbers: boolean;
  readonly onPoint: (index: number | undefined) => void;
  readonly onSpan: (fromSeconds: number, toSeconds: number) => void;
}

/** So that a click is none. */
const dragPixelsMin = 8;
/** Of the span, at both ends: no point is cut in half. */
const margin = 0.008;
const font =
  '11px -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, system-ui, sans-serif';
const wholeSteps = Array.from({ length: 16 }, (_, power) =>
  [1, 2, 5].map((step) => step * 10 ** power),
).flat();

export function timeChartOptions(settings: TimeChartSettings): uPlot.Options {
  const { width, height, times, content, onPoint, onSpan } = settings;
  return {
    width,
    height,
    padding: [14, 18, 0, 0],
    legend: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), times.zone),
    cursor: {
      y: false,
      drag: { setScale: false, x: true, y: false, dist: dragPixelsMin },
      points: { size: 7, ...(content().tracks.some(({ look }) => look === "bars") && { show: false }) },
      bind: { dblclick: () => null },
    },
    scales: {
      x: { time: true, range: () => timeRange(content()) },
      y: { range: () => valueRange(content()) },
    },
    series: [{}, ...tracksOf(settings)],
    axes: axesOf(settings),
    hooks: {
      drawAxes: [(chart) => drawMarks(chart, settings)],
      drawSeries: [
        (chart, seriesIndex) => {
          const track = content().tracks[seriesIndex - 1];
          if (track !== undefined) drawSigns(chart, track, content(), settings.resolve);
        },
      ],
      draw: [(chart) => drawThresholds(chart, settings)],
      setCursor: [
        ({ cursor: { idx, left } }) =>
          onPoint(typeof idx === "number" && (left ?? -1) >= 0 ? idx : undefined),
      ],
      setSelect: [
        (chart) => {
          const { left, width: wide } = chart.select;
          if (wide < dragPixelsMin) return;
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          onSpan(chart.posToVal(left, "x"), chart.posToVal(left + wide, "x"));
        },
      ],
    },
  };
}

function timeRange({ fromSeconds, toSeconds }: TimeContent): uPlot.Range.MinMax {
  const room = (toSeconds - fromSeconds || 1) * margin;
  return [fromSeconds - room, toSeconds + room];
}

function valueRange({ low, high }: TimeContent): uPlot.Range.MinMax {
  const room = (high - low || 1) * 0.08;
  return [low < 0 ? low - room : low, high > 0 || low === high ? high + room : high];
}

function tracksOf({ content, resolve }: TimeChartSettings): uPlot.Series[] {
  const { tracks, spanGaps } = content();
  return tracks.map((track, position): uPlot.Series => {
    const series = seriesOf(track, spanGaps, resolve);
    if (track.look !== "bars") return series;
    const paths: uPlot.Series.PathBuilder = (chart) => {
      const bars = content().tracks[position];
      const path = bars === undefined ? new Path2D() : barsPath(chart, bars, content());
      return { fill: path, stroke: path };
    };
    return { ...series, paths };
  });
}

function axesOf({ resolve, formatMark, wholeNumbers, times }: TimeChartSettings): uPlot.Axis[] {
  const shared = { stroke: resolve("var(--muted)"), font, ticks: { show: false } };
  return [
    {
      ...shared,
      grid: { show: false },
      space: 64,
      size: 26,
      values: (_chart, marks, _axis, _space, stepSeconds) => axisTimes(marks, stepSeconds, times),
    },
    {
      ...shared,
      grid: { stroke: resolve("var(--line)"), width: 1 },
      space: 30,
      size: (_chart, texts) => axisWidth(texts),
      gap: 8,
      ...(wholeNumbers && { incrs: wholeSteps }),
      values: (_chart, marks) => marks.map(formatMark),
    },
  ];
}

/** Of the longest text; wide enough from the beginning that it seldom changes. */
function axisWidth(texts: readonly string[] | null): number {
  const letters = Math.max(0, ...(texts ?? []).map((text) => text.length));
  return Math.min(96, Math.max(44, letters * 6.5 + 14));
}

/** Of moments a line from above, of what took a while a shade; of corrected points a tip at the axis. */
function drawMarks(chart: uPlot, { content, resolve }: TimeChartSettings): void {
  const { ctx, bbox } = chart;
  const { marksSeconds, bandsSeconds, correctedSeconds } = content();
  const bottom = bbox.top + bbox.height;
  const size = 4 * uPlot.pxRatio;
  const placeOf = (seconds: number) => Math.round(chart.valToPos(seconds, "x", true));
  ctx.save();
  ctx.fillStyle = resolve("color-mix(in srgb, var(--muted) 14%, transparent)");
  for (const [from, to] of bandsSeconds) {
    const left = Math.max(bbox.left, placeOf(from));
    const right = Math.min(bbox.left + bbox.width, Math.max(placeOf(to), left + uPlot.pxRatio));
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
  }
  ctx.strokeStyle = resolve("color-mix(in srgb, var(--muted) 45%, transparent)");
  ctx.fillStyle = resolve("var(--muted)");
  ctx.setLineDash([]);
  ctx.lineWidth = uPlot.pxRatio;
  for (const x of marksSeconds.map(placeOf)) {
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bottom);
    ctx.stroke();
    fillTip(ctx, x, bbox.top + size / 2, -size);
  }
  ctx.fillStyle = resolve("var(--ink)");
  for (const x of correctedSeconds.map(placeOf)) fillTip(ctx, x, bottom - size, size);
  ctx.restore();
}

/** A triangle with its tip at a point; it is as high as wide, downwards from the tip. */
function fillTip(ctx: CanvasRenderingContext2D, x: number, y: number, height: number): void {
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x - Math.abs(height), y + height * 1.4);
  ctx.lineTo(x + Math.abs(height), y + height * 1.4);
  ctx.fill();
}

function drawThresholds(chart: uPlot, { content, resolve }: TimeChartSettings): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.font = font.replace("11px", `${11 * uPlot.pxRatio}px`);
  ctx.textAlign = "left";
  ctx.textBaseline = "bottom";
  ctx.lineJoin = "round";
  ctx.setLineDash([]);
  for (const { value, colour, label } of content().thresholds) {
    const y = Math.round(chart.valToPos(value, "y", true));
    ctx.strokeStyle = resolve(colour);
    ctx.lineWidth = uPlot.pxRatio;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    const [x, above] = [bbox.left + 4 * uPlot.pxRatio, y - 2 * uPlot.pxRatio];
    ctx.strokeStyle = resolve("var(--surface)");
    ctx.lineWidth = 4 * uPlot.pxRatio;
    ctx.strokeText(label, x, above, bbox.width / 2);
    ctx.fillStyle = resolve("var(--ink)");
    ctx.fillText(label, x, above, bbox.width / 2);
  }
  ctx.restore();
}
