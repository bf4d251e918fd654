import { exact } from "../../data/formatted.ts";
import { noName } from "../../data/groups.ts";
import type { Mark } from "../../explain/mark.ts";
import type { Twin } from "../panel-kind.ts";
import type { StepTime } from "./answer.ts";
import type { Funnel, FunnelStep } from "./shape.ts";
import { count, share, stepMark, stepNumbers, time } from "./words.ts";

const headings = [
  "Step",
  "Value",
  "Share of the first",
  "Share of the one before",
  "Dropped off",
  "Milliseconds",
  "Milliseconds of nine in ten",
];

/** The steps of all, and below them those of each part. */
export function funnelTwin({ steps, parts, partedBy }: Funnel): Twin {
  if (parts.length === 0) {
    const markAt = (row: number, column: number) => markOf(steps[row]!, undefined, row, column);
    return { headings, rows: steps.map(cellsOf), markAt };
  }
  return {
    headings: [`By ${partedBy}`, ...headings],
    rows: [
      ...steps.map((step) => ["all", ...cellsOf(step)]),
      ...parts.flatMap(({ name, steps: own }) => own.map((step) => [name ?? noName, ...cellsOf(step)])),
    ],
    markAt: (row, column) => {
      const [part, at] = [Math.floor(row / steps.length) - 1, row % steps.length];
      const own = part < 0 ? steps : parts[part]!.steps;
      return markOf(own[at]!, part < 0 ? undefined : part, at, column - 1);
    },
  };
}

function markOf(step: FunnelStep, part: number | undefined, at: number, column: number): Mark | undefined {
  const what = stepNumbers[column - 1];
  if (what === undefined || cellsOf(step)[column] === "") return undefined;
  return stepMark(at, what, part);
}

function cellsOf({ title, value, ofFirst, ofPrevious, dropOff, took }: FunnelStep): readonly string[] {
  const numbers = [
    exact(value, count),
    exact(ofFirst, share),
    exact(ofPrevious, share),
    exact(dropOff, count),
  ];
  return [title, ...numbers, ...timesOf(took)];
}

function timesOf(took: StepTime | undefined): readonly [string, string] {
  if (took === undefined) return ["", ""];
  if (took.is === "measured") return [exact(took.ms, time), ""];
  return [exact(took.medianMs, time), exact(took.p90Ms, time)];
}
