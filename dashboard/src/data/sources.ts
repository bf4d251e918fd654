/**
 * Rows of a panel's sources as they are now: of views live, others asked again and again. Where the page
 * stands all are asked for once, as they were; until they are there, what was drawn last stands for them.
 */
import { type UseQueryResult, useQueries } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import type { SubscriptionState, ViewState } from "../../../src/client/index.ts";
import type { ViewAnswer } from "../../../src/serving/answers.ts";
import type { PanelSource } from "../../../src/serving/pages.ts";
import { type ShownView, useLive, useViews } from "../live/live-context.ts";
import type { ViewShape } from "../live/live-views.ts";
import type { Reading } from "../panels/panel-kind.ts";
import { answerQuery, pastViewQuery } from "../server/queries.ts";
import { readAnswer, readViewAnswer } from "./answer-rows.ts";
import type { AskedSource, AskedSpan, ViewSource } from "./asked.ts";
import { instantOf } from "./cells.ts";
import { failureWords } from "./failure.ts";
import { allOf, quotedName, timestampLiteral } from "./sql.ts";
import { viewReading } from "./view-reading.ts";

export interface SourceState {
  /** Undefined until the first answer. */
  readonly reading: Reading | undefined;
  /** When the newest row was written, or the answer given. */
  readonly lastRowAtMs: number | undefined;
  readonly failure: SourceFailure | undefined;
  /** Why the engine stopped the view: these are its last rows. */
  readonly stopped: { readonly reason: string; readonly retry: () => void } | undefined;
  /** The page stands, and these are the rows of when it was drawn last: not yet those of its moment. */
  readonly asDrawn: boolean;
}

export interface SourceFailure {
  readonly message: string;
  readonly hint: string;
  readonly retry: () => void;
}

export function useSources(sources: readonly PanelSource[], span: AskedSpan): readonly SourceState[] {
  const ofViews: readonly ViewSource[] = sources.filter((source) => source.over === "view");
  const asked = sources.filter((source) => source.over !== "view");
  const shapes = ofViews.map((source) => shapeOf(source, span.sinceMs));
  const views = useViews(shapes);
  const answers = useQueries({ queries: asked.map((source) => answerQuery(source, span)) });
  const covering = useCovering(span.sinceMs);
  const { at } = span;
  const past = useQueries({
    queries: at === undefined ? [] : shapes.map((shape) => pastViewQuery(shape, at)),
  });
  const isDrawn = useLive().standsAt === at;
  const states = sources.map((source) => {
    if (source.over !== "view") return ofAnswer(source, answers[asked.indexOf(source)]!);
    const place = ofViews.indexOf(source);
    const { state, retry } = covering(views[place]!, source);
    return at === undefined ? ofView(state, retry) : ofPast(past[place]!, isDrawn ? state.view : undefined);
  });
  return useStable(states);
}

/** `sinceMs`: rows that are older are not asked for. */
function shapeOf(source: ViewSource, sinceMs: number | undefined): ViewShape {
  const { view, where, emit, columns, asked, time } = source;
  const since = time === null || sinceMs === undefined ? null : sinceCondition(time, sinceMs);
  return { view, where: allOf([where, since]), emit: emit ?? undefined, columns: asked ?? columns };
}

function sinceCondition({ column, sqlType }: NonNullable<ViewSource["time"]>, sinceMs: number): string {
  return `${quotedName(column)} >= ${timestampLiteral(new Date(sinceMs).toISOString(), sqlType)}`;
}

interface Covered {
  readonly state: SubscriptionState;
  readonly sinceMs: number | undefined;
}

/** While rows since a later time are on their way, those since an earlier one have them all. */
function useCovering(sinceMs: number | undefined) {
  const { current: last } = useRef(new Map<ViewSource, Covered>());
  return (shown: ShownView, source: ViewSource): ShownView => {
    const before = last.get(source);
    const covers =
      before !== undefined &&
      (before.sinceMs ?? Number.NEGATIVE_INFINITY) <= (sinceMs ?? Number.NEGATIVE_INFINITY);
    if (shown.state.view === undefined && shown.state.status === "waiting" && covers)
      return { ...shown, state: before.state };
    last.set(source, { state: shown.state, sinceMs });
    return shown;
  };
}

const readings = new WeakMap<ViewState, Reading>();

/** A state of a view is read once, however many panels show it. */
export function readingOfView(view: ViewState): Reading {
  let reading = readings.get(view);
  if (reading === undefined) {
    const { columns, rows, freshness } = view;
    reading = viewReading(columns, [...rows.values()], freshness);
    readings.set(view, reading);
  }
  return reading;
}

function ofView(state: SubscriptionState, retry: () => void): SourceState {
  const { view } = state;
  return {
    reading: view && readingOfView(view),
    lastRowAtMs: view && instantOf(view.freshness.lastRowAt),
    failure: state.status === "failed" ? { ...state.error, retry } : undefined,
    stopped: state.status === "stopped" ? { reason: state.reason, retry } : undefined,
    asDrawn: false,
  };
}

function ofPast(
  { data, error, refetch }: UseQueryResult<ViewAnswer>,
  drawn: ViewState | undefined,
): SourceState {
  const freshness = (data ?? drawn)?.freshness;
  return {
    reading: data === undefined ? drawn && readingOfView(drawn) : readViewAnswer(data),
    lastRowAtMs: freshness && instantOf(freshness.lastRowAt),
    failure: error === null ? undefined : { ...failureWords(error), retry: () => void refetch() },
    stopped: undefined,
    asDrawn: data === undefined && drawn !== undefined,
  };
}

function ofAnswer(source: AskedSource, { data, error, refetch, dataUpdatedAt }: UseQueryResult): SourceState {
  return {
    reading: data === undefined ? undefined : readAnswer(source, data as object),
    lastRowAtMs: data === undefined ? undefined : dataUpdatedAt,
    failure: error === null ? undefined : { ...failureWords(error), retry: () => void refetch() },
    stopped: undefined,
    asDrawn: false,
  };
}

/** The same array while what is in it is the same. */
function useStable(states: readonly SourceState[]): readonly SourceState[] {
  const parts = states.flatMap(({ reading, lastRowAtMs, failure, stopped, asDrawn }) => [
    reading,
    lastRowAtMs,
    failure?.message,
    stopped?.reason,
    asDrawn,
  ]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are all that a state is made of.
  return useMemo(() => states, [states.length, ...parts]);
}
