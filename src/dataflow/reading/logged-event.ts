/** An event as the log holds it, and the name of its place there. */

import { rowBytes } from "../../log/dead/letter-walk.ts";
import type { Step } from "../../log/event-log.ts";
import { rowKind } from "../../values/column-batch.ts";

/** A step and the row within it, from 0: given once, and never to another event. */
export interface EventPlace {
  readonly step: number;
  readonly row: number;
}

export type EventKind = "insert" | "delete";

export interface LoggedEvent extends EventPlace {
  readonly appendedAtMs: number;
  readonly eventTimeMs: number | undefined;
  /** Of a stream whose rows are taken back, or replaced, what this one does. */
  readonly kind: EventKind;
  /** One JSON object, as it was received. */
  readonly text: string;
}

const utf8 = new TextDecoder();

export function loggedEvent(step: Step, row: number, eventTimeMs: number | undefined): LoggedEvent {
  return {
    step: step.number,
    row,
    appendedAtMs: step.appendTimeMs,
    eventTimeMs,
    kind: step.rowKinds?.[row] === rowKind.delete ? "delete" : "insert",
    text: utf8.decode(rowBytes(step, row)).trim(),
  };
}

export function placeText({ step, row }: EventPlace): string {
  return `${step}-${row}`;
}

/** Undefined of what names no place. */
export function placeOf(text: string): EventPlace | undefined {
  const [, step, row] = /^(\d{1,16})-(\d{1,10})$/.exec(text) ?? [];
  const place = { step: Number(step), row: Number(row) };
  return Number.isSafeInteger(place.step) && Number.isSafeInteger(place.row) ? place : undefined;
}
