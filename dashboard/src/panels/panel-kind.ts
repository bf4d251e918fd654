/**
 * What a kind of panel is made of. `shape` is pure: from rows to what is drawn, told with exact numbers;
 * `twin` is the same as a table, for those who do not see the picture, and for downloads; `Draw` only draws.
 */
import type { ReactNode } from "react";
import type { ChronicleEntry } from "../../../src/serving/chronicle.ts";
import type { Panel } from "../../../src/serving/pages.ts";
import type { WireColumn, WireRow } from "../../../src/serving/protocol.ts";
import type { Mark } from "../explain/mark.ts";
import type { Times } from "../time/times.ts";

/** Rows of a source, whole and of one step. The order means nothing where the source is a view. */
export interface Reading {
  readonly columns: readonly WireColumn[];
  readonly rows: readonly WireRow[];
  /** No row older than this changes any more, but by a correction; null where nobody says. */
  readonly watermarkMs: number | null;
  /** Of a view: whether a row was ever in it, be it none of these. */
  readonly hadRows?: boolean | undefined;
  /** The answer of an analysis, as it came. */
  readonly answer?: Readonly<Record<string, unknown>> | undefined;
}

/** What of a page concerns all its panels. */
export interface Around {
  /** What the page shows of time. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly endsNow: boolean;
  /** The page stands: all of it is as of this instant, which is now for it. */
  readonly at: string | undefined;
  /** From when on rows are asked for: at or before all that is shown or compared. */
  readonly sinceMs: number;
  /** Where the period to compare with begins and ends: as long as has passed of this one. */
  readonly before: { readonly fromMs: number; readonly toMs: number; readonly words: string } | undefined;
  readonly times: Times;
  /** What happened to the server itself. */
  readonly chronicle: readonly ChronicleEntry[];
  /** By name; null: all. */
  readonly filters: ReadonlyMap<string, string | null>;
  readonly choose: (filter: string, value: string | null) => void;
  /** Zooms the page: all its panels, and its address. */
  readonly zoom: (fromMs: number, toMs: number) => void;
  /** Values that are no longer known to be true. */
  readonly dimmed: boolean;
}

export interface PanelInput<P extends Panel = Panel> {
  readonly panel: P;
  /** By position of the panel's sources; the first has the rows only that match the page's filters. */
  readonly readings: readonly Reading[];
  readonly around: Around;
}

/** Cells as texts: exact, not rounded for the eye. */
export interface Twin {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Which number of the panel a cell is; undefined where it is none, as in texts. */
  readonly markAt?: (row: number, column: number) => Mark | undefined;
}

export interface DrawProps<P extends Panel, Model> extends PanelInput<P> {
  readonly model: Model;
}

export interface PanelKind<P extends Panel, Model> {
  /** Undefined where there is nothing to show. */
  readonly shape: (input: PanelInput<P>) => Model | undefined;
  readonly twin: (model: Model, input: PanelInput<P>) => Twin;
  readonly Draw: (props: DrawProps<P, Model>) => ReactNode;
}

/** What the gallery shows of a kind: `panels/<kind>/gallery.ts` exports a list of them as `examples`. */
export interface GalleryExample {
  readonly title: string;
  readonly panel: Panel;
  readonly readings: readonly Reading[];
}
