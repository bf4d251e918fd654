/** How the tracks of a time chart are painted: lines, areas and bars by uPlot, signs at points by hand. */
import uPlot from "uplot";
import type { ResolveColour } from "./css-colours.ts";
import { lonePoints } from "./lone-points.ts";
import { markerShape } from "./marker-shapes.ts";
import type { TimeContent, Track } from "./time-content.ts";

const openDash = [4, 3];
const barWidthMax = 22;
/** Of the time that a bar is of; the rest is air. */
const barPart = 0.72;
/** Between signs of one line, in pixels of CSS: as many as tell it from others, or one at each point. */
const signDistance = 88;
const pointDistance = 9;

export function seriesOf(track: Track, spanGaps: boolean, resolve: ResolveColour): uPlot.Series {
  const { colour, look, open, base } = track;
  const stroke = resolve(open ? lighter(colour, 70) : colour);
  const shared = { stroke, spanGaps, points: { show: false }, ...(open && { dash: openDash }) };
  if (look === "bars")
    return { ...shared, fill: resolve(open ? lighter(colour, 22) : colour), width: open ? 1 : 0 };
  if (look !== "area") return { ...shared, width: 2 };
  const part = (base === undefined ? 14 : 42) / (open ? 2 : 1);
  const fill =
    base === undefined ? `color-mix(in srgb, ${colour} ${part}%, transparent)` : lighter(colour, part);
  return { ...shared, width: base === undefined ? 2 : 1.5, fill: resolve(fill) };
}

/** Opaque, so that areas that are painted over each other stay apart. */
function lighter(colour: string, percent: number): string {
  return `color-mix(in srgb, ${colour} ${percent}%, var(--surface))`;
}

/** Each from its base to its value, over the time that it is of. */
export function barsPath(chart: uPlot, track: Track, { timesSeconds, stepSeconds }: TimeContent): Path2D {
  const path = new Path2D();
  const { position, count } = track.beside;
  const room = chart.valToPos(stepSeconds, "x", true) - chart.valToPos(0, "x", true);
  const width = Math.max(1, Math.min((room * barPart) / count, barWidthMax * uPlot.pxRatio));
  const shift = (position - count / 2) * width;
  for (const [index, value] of track.values.entries()) {
    if (value === null) continue;
    const left = chart.valToPos(timesSeconds[index] ?? 0, "x", true) + shift;
    const top = chart.valToPos(value, "y", true);
    const bottom = chart.valToPos(track.base?.[index] ?? 0, "y", true);
    path.rect(left, Math.min(top, bottom), count > 1 ? width * 0.9 : width, Math.abs(bottom - top));
  }
  return path;
}

/** Signs of a line, and dots where a line has no length. */
export function drawSigns(chart: uPlot, track: Track, content: TimeContent, resolve: ResolveColour): void {
  const { values, open, colour, sign, look } = track;
  const isBar = look === "bars";
  const positions = signPositions(chart, track, content);
  if (positions.length === 0) return;
  const { ctx } = chart;
  const size = (isBar ? 2.6 : look === "points" ? 3.2 : 3.6) * uPlot.pxRatio;
  const sketch = new Path2D(markerShape(sign ?? 0));
  ctx.save();
  ctx.setLineDash([]);
  ctx.fillStyle = resolve(open || isBar ? "var(--surface)" : colour);
  ctx.strokeStyle = resolve(open ? colour : "var(--surface)");
  for (const index of positions) {
    const value = values[index] ?? 0;
    const base = track.base === undefined ? (isBar ? 0 : value) : (track.base[index] ?? 0);
    const x = chart.valToPos(content.timesSeconds[index] ?? 0, "x", true);
    const y = (chart.valToPos(value, "y", true) + chart.valToPos(base, "y", true)) / 2;
    const path = new Path2D();
    path.addPath(sketch, new DOMMatrix([size, 0, 0, size, x, y]));
    ctx.lineWidth = (open ? 1.5 : 1) * uPlot.pxRatio;
    ctx.fill(path);
    if (!isBar) ctx.stroke(path);
  }
  ctx.restore();
}

function signPositions(chart: uPlot, track: Track, content: TimeContent): readonly number[] {
  const { values, look, open, sign } = track;
  const known = values.flatMap((value, index) => (value === null ? [] : [index]));
  if (look === "points") return spaced(chart, content, open ? known.slice(-1) : known, pointDistance);
  if (open) return look === "bars" ? [] : known.slice(-1);
  const told = sign === undefined ? [] : spaced(chart, content, known, signDistance);
  if (look === "bars") return told;
  return [...new Set([...told, ...(content.spanGaps && known.length > 1 ? [] : lonePoints(values))])];
}

/** The first, and those that are far enough from the one before. */
function spaced(
  chart: uPlot,
  { timesSeconds }: TimeContent,
  positions: readonly number[],
  distance: number,
): readonly number[] {
  let last = Number.NEGATIVE_INFINITY;
  return positions.filter((index) => {
    const place = chart.valToPos(timesSeconds[index] ?? 0, "x");
    if (place - last < distance) return false;
    last = place;
    return true;
  });
}
