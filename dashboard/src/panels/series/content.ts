/** What the canvas is told: colours, signs, and the order of painting. */
import type { Level, SeriesPanel, Tone } from "../../../../src/serving/pages.ts";
import type { TimeContent, Track } from "../../chart/time-content.ts";
import { decimalOf } from "../../data/cells.ts";
import { formatted } from "../../data/formatted.ts";
import type { Drawn } from "./drawn.ts";
import type { Line } from "./lines.ts";
import type { Series } from "./shape.ts";

const toneColours: Readonly<Record<Tone, string>> = {
  good: "var(--ok)",
  warn: "var(--warn)",
  bad: "var(--bad)",
  plain: "var(--muted)",
};

/** As CSS has it. */
export function lineColour({ tone, isRest }: Line, position: number): string {
  if (isRest) return "var(--series-rest)";
  return tone === null || tone === "plain" ? `var(--series-${position + 1})` : toneColours[tone];
}

export function contentOf(model: Series, drawn: Drawn, panel: SeriesPanel): TimeContent {
  const { lines, slots } = model;
  const hasSigns = lines.length > 1;
  const isStacked = panel.stacked;
  const tracks = drawn.lines.flatMap(({ position, whole, open, base }, index): Track[] => {
    const line = lines[position];
    if (line === undefined) return [];
    const shared = {
      base,
      colour: lineColour(line, position),
      look: panel.look,
      sign: hasSigns ? position : undefined,
      beside: isStacked ? { position: 0, count: 1 } : { position: index, count: drawn.lines.length },
    };
    return [
      { ...shared, values: whole, open: false },
      { ...shared, values: open, open: true },
    ];
  });
  return {
    timesSeconds: drawn.timesSeconds,
    // The highest is painted first, so that those below it lie on top.
    tracks: isStacked ? tracks.reverse() : tracks,
    fromSeconds: drawn.fromSeconds,
    toSeconds: drawn.toSeconds,
    low: drawn.low,
    high: drawn.high,
    stepSeconds: drawn.stepSeconds ?? 60,
    spanGaps: slots.some(({ endMs }) => endMs === undefined),
    thresholds: panel.thresholds
      .filter((level) => !drawn.outside.includes(level))
      .map((level) => ({
        value: level.from,
        colour: toneColours[level.tone],
        label: thresholdWords(level, panel, model.currency),
      })),
    marksSeconds: model.marks.map(({ ms }) => ms / 1_000),
    bandsSeconds: model.marks.flatMap(({ ms, untilMs }) =>
      untilMs === undefined ? [] : [[ms / 1_000, untilMs / 1_000] as const],
    ),
    correctedSeconds: drawn.slots.flatMap((position, place) =>
      (slots[position]?.revision ?? 0) > 0 ? [drawn.timesSeconds[place] ?? 0] : [],
    ),
  };
}

/** "Limit 500". */
export function thresholdWords({ from, title }: Level, { format }: SeriesPanel, currency: string): string {
  return `${title ?? ""} ${formatted(decimalOf(from), format, currency)}`.trimStart();
}
