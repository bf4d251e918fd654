/**
 * Steps of a funnel, each beside the first one and the one before. A step may have more than the one before:
 * then its share is above 100 %, and nobody dropped off.
 */
import type { FunnelPanel } from "../../../../src/serving/pages.ts";
import type { WireRow } from "../../../../src/serving/protocol.ts";
import { rowsToMeasure } from "../../data/groups.ts";
import { measured } from "../../data/measures.ts";
import { greater, placeBetween, shareOf } from "../../data/ratios.ts";
import { type Note, standingNotes, standingOf } from "../../data/standing.ts";
import { absolute, type ExactDecimal, subtract, zero } from "../../numbers/exact-decimal.ts";
import type { PanelInput } from "../panel-kind.ts";
import { answeredParts, answeredSteps, type CountedStep, partedBy, type StepTime } from "./answer.ts";

export interface FunnelStep extends CountedStep {
  /** 1 is all of them. */
  readonly ofFirst: ExactDecimal | undefined;
  readonly ofPrevious: ExactDecimal | undefined;
  /** Less than zero where more came than before. */
  readonly dropOff: ExactDecimal | undefined;
  /** Of the step before. */
  readonly droppedShare: ExactDecimal | undefined;
  /** Where its bar ends, from 0 to 1. */
  readonly place: number;
}

export interface FunnelPart {
  readonly name: string | null;
  readonly steps: readonly FunnelStep[];
}

export interface Funnel {
  readonly steps: readonly FunnelStep[];
  readonly parts: readonly FunnelPart[];
  readonly partedBy: string;
  /** Undefined where an answer counts them. */
  readonly rows: readonly WireRow[] | undefined;
  /** Some of it may still change. */
  readonly isOpen: boolean;
  readonly notes: readonly Note[];
}

export function shapeFunnel(input: PanelInput<FunnelPanel>): Funnel | undefined {
  const answer = input.readings[0]?.answer;
  const counted = answer === undefined ? measuredSteps(input) : { ...nothing, steps: answeredSteps(answer) };
  if (counted.steps.every(({ value }) => value === undefined)) return undefined;
  const parts = answer === undefined ? [] : answeredParts(answer);
  return {
    steps: comparedSteps(counted.steps),
    parts: parts.map(({ name, steps }) => ({ name, steps: comparedSteps(steps) })),
    partedBy: answer === undefined ? "" : partedBy(answer),
    rows: counted.rows,
    isOpen: counted.isOpen,
    notes: counted.notes,
  };
}

interface Counted {
  readonly steps: readonly CountedStep[];
  readonly rows: readonly WireRow[] | undefined;
  readonly isOpen: boolean;
  readonly notes: readonly Note[];
}

const nothing: Counted = { steps: [], rows: undefined, isOpen: false, notes: [] };

function measuredSteps({ panel, readings, around }: PanelInput<FunnelPanel>): Counted {
  const [reading] = readings;
  if (reading === undefined) return nothing;
  const { steps, time } = panel;
  const measures = steps.flatMap(({ value, seconds }) => (seconds === null ? [value] : [value, seconds]));
  const { rows, atMs } = rowsToMeasure(reading, time, measures, around);
  if (rows.length === 0) return nothing;
  return {
    steps: steps.map(({ title, value, seconds }): CountedStep => {
      const took = seconds === null ? undefined : measured(seconds, reading, rows, time);
      return { title, value: measured(value, reading, rows, time), took: took && inMs(took) };
    }),
    notes: [
      ...(atMs === undefined ? [] : [`As of ${around.times.moment(atMs)}.`]),
      ...standingNotes(reading, rows, time, around),
    ],
    rows,
    isOpen: standingOf(rows, time).isOpen,
  };
}

function inMs({ unscaled, scale }: ExactDecimal): StepTime {
  return { is: "measured", ms: { unscaled: unscaled * 1_000n, scale } };
}

function comparedSteps(steps: readonly CountedStep[]): readonly FunnelStep[] {
  const first = steps[0]?.value;
  const most = steps.reduce((most, { value }) => greater(most, value ?? zero), zero);
  return steps.map((step, at) => {
    const { value } = step;
    const previous = steps[at - 1]?.value;
    const dropOff = value && previous && subtract(previous, value);
    return {
      ...step,
      ofFirst: shareOf(value, first),
      ofPrevious: shareOf(value, previous),
      dropOff,
      droppedShare: dropOff && shareOf(absolute(dropOff), previous),
      place: Math.max(placeBetween(value ?? zero, zero, most), 0),
    };
  });
}
