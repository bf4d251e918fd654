import { exact } from "../../data/formatted.ts";
import { noName } from "../../data/groups.ts";
import type { Twin } from "../panel-kind.ts";
import type { StepTime } from "./answer.ts";
import type { Funnel, FunnelStep } from "./shape.ts";
import { count, share, time } from "./words.ts";

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
  if (parts.length === 0) return { headings, rows: steps.map(cellsOf) };
  return {
    headings: [`By ${partedBy}`, ...headings],
    rows: [
      ...steps.map((step) => ["all", ...cellsOf(step)]),
      ...parts.flatMap(({ name, steps: own }) => own.map((step) => [name ?? noName, ...cellsOf(step)])),
    ],
  };
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
