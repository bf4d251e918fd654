/** Rows of a panel's sources as they are now: of views live, others asked again and again. */
import { type UseQueryResult, useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import type { SubscriptionState, ViewState } from "../../../src/client/index.ts";
import type { PanelSource } from "../../../src/serving/pages.ts";
import type { WireRow } from "../../../src/serving/protocol.ts";
import { useViews } from "../live/live-context.ts";
import type { ViewShape } from "../live/live-views.ts";
import type { Reading } from "../panels/panel-kind.ts";
import { answerQuery } from "../server/queries.ts";
import { readAnswer } from "./answer-rows.ts";
import type { AskedSource, AskedSpan, ViewSource } from "./asked.ts";
import { instantOf } from "./cells.ts";
import { failureWords } from "./failure.ts";
import { allOf, quotedName, timestampLiteral } from "./sql.ts";

export interface SourceState {
  /** Undefined until the first answer. */
  readonly reading: Reading | undefined;
  /** When the newest row was written, or the answer given. */
  readonly lastRowAtMs: number | undefined;
  readonly failure: SourceFailure | undefined;
  /** Why the engine stopped the view: these are its last rows. */
  readonly stopped: { readonly reason: string; readonly retry: () => void } | undefined;
}

export interface SourceFailure {
  readonly message: string;
  readonly hint: string;
  readonly retry: () => void;
}

export function useSources(sources: readonly PanelSource[], span: AskedSpan): readonly SourceState[] {
  const ofViews = sources.filter((source) => source.over === "view");
  const asked = sources.filter((source) => source.over !== "view");
  const views = useViews(ofViews.map((source) => shapeOf(source, span.sinceMs)));
  const answers = useQueries({ queries: asked.map((source) => answerQuery(source, span)) });
  const states = sources.map((source) => {
    if (source.over !== "view") return ofAnswer(source, answers[asked.indexOf(source)]!);
    const { state, retry } = views[ofViews.indexOf(source)]!;
    return ofView(state, retry);
  });
  return useStable(states);
}

/** `sinceMs`: rows that are older are not asked for. */
function shapeOf({ view, where, emit, columns, time }: ViewSource, sinceMs: number | undefined): ViewShape {
  const since = time === null || sinceMs === undefined ? null : sinceCondition(time, sinceMs);
  return { view, where: allOf([where, since]), emit: emit ?? undefined, columns };
}

function sinceCondition({ column, sqlType }: NonNullable<ViewSource["time"]>, sinceMs: number): string {
  return `${quotedName(column)} >= ${timestampLiteral(new Date(sinceMs).toISOString(), sqlType)}`;
}

const readings = new WeakMap<ViewState, Reading>();

/** A state of a view is read once, however many panels show it. */
export function readingOfView(view: ViewState): Reading {
  let reading = readings.get(view);
  if (reading === undefined) {
    const { columns, rows, freshness } = view;
    const watermarkMs = instantOf(freshness.watermark) ?? null;
    const areOfWindows = columns.some(({ name }) => name === "window_end");
    const all = [...rows.values()];
    reading = { columns, rows: areOfWindows ? all : all.map(uncorrected), watermarkMs };
    readings.set(view, reading);
  }
  return reading;
}

const uncorrectedRows = new WeakMap<WireRow, WireRow>();

/** A row that is of no window is another one with every event of its key: that corrects nothing. */
function uncorrected(row: WireRow): WireRow {
  if (row.revision === 0) return row;
  let same = uncorrectedRows.get(row);
  if (same === undefined) {
    same = { ...row, revision: 0 };
    uncorrectedRows.set(row, same);
  }
  return same;
}

function ofView(state: SubscriptionState, retry: () => void): SourceState {
  const { view } = state;
  return {
    reading: view && readingOfView(view),
    lastRowAtMs: view && instantOf(view.freshness.lastRowAt),
    failure: state.status === "failed" ? { ...state.error, retry } : undefined,
    stopped: state.status === "stopped" ? { reason: state.reason, retry } : undefined,
  };
}

function ofAnswer(source: AskedSource, { data, error, refetch, dataUpdatedAt }: UseQueryResult): SourceState {
  return {
    reading: data === undefined ? undefined : readAnswer(source, data as object),
    lastRowAtMs: data === undefined ? undefined : dataUpdatedAt,
    failure: error === null ? undefined : { ...failureWords(error), retry: () => void refetch() },
    stopped: undefined,
  };
}

/** The same array while what is in it is the same. */
function useStable(states: readonly SourceState[]): readonly SourceState[] {
  const parts = states.flatMap(({ reading, lastRowAtMs, failure, stopped }) => [
    reading,
    lastRowAtMs,
    failure?.message,
    stopped?.reason,
  ]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are all that a state is made of.
  return useMemo(() => states, [states.length, ...parts]);
}
