/** Sources that are asked again and again, and for which time. */
import type { PanelSource } from "../../../src/serving/pages.ts";

export type ViewSource = Extract<PanelSource, { over: "view" }> & {
  /** With those that other panels of the page read of the same rows; undefined: its own. */
  readonly asked?: readonly string[] | undefined;
};
export type AskedSource = Exclude<PanelSource, ViewSource>;

/** What is asked for, where it is the span of the page that decides. */
export interface AskedSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly endsNow: boolean;
  /** Rows as they were then; undefined: as they are. */
  readonly at: string | undefined;
  /** From when on rows are wanted; undefined: all. It seldom moves: what moves it asks anew. */
  readonly sinceMs?: number | undefined;
}
