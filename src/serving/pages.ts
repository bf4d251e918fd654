/**
 * Pages of the dashboard as the browser gets them: what `dashboards/*.yaml` say, looked up in the views that
 * there are. Shared with the browser: types only. `docs/reference/dashboards.md` tells what each means.
 *
 * A page with mistakes is a page all the same: what is wrong stands where it is (`problem`).
 */
import type { WireType } from "./protocol.ts";

export interface PageList {
  /** In the order of the navigation. */
  readonly pages: readonly PageSummary[];
}

export interface PageSummary {
  /** Its address in the dashboard. */
  readonly name: string;
  readonly title: string;
  readonly summary: string | null;
  /** How many mistakes it has. */
  readonly problems: number;
}

export interface Page extends PageSummary {
  /** What it opens with. */
  readonly span: PageSpan;
  /** It is not drawn more often than so many seconds; 0: as changes come. */
  readonly everySeconds: number;
  readonly filters: readonly PageFilter[];
  readonly rows: readonly PageRow[];
  /** Of the file as a whole. */
  readonly problem: PageProblem | null;
}

export type PageSpan = "15m" | "1h" | "24h" | "7d";

export interface PageProblem {
  readonly message: string;
  readonly hint: string;
  /** "dashboards/shop.yaml:12". */
  readonly place: string;
}

/** A choice of the page: panels that `match` it show rows with that value only. */
export interface PageFilter {
  readonly name: string;
  readonly title: string;
  /** Where its values come from. */
  readonly view: string;
  readonly column: string;
  readonly type: WireType;
  /** What is chosen at first; null: all of them, or where `all` is not allowed, the value of most rows. */
  readonly first: string | null;
  /** Whether nobody has to choose. */
  readonly all: boolean;
  readonly problem: PageProblem | null;
}

export interface PageRow {
  readonly title: string | null;
  readonly panels: readonly Panel[];
}

export type Panel =
  | KpiPanel
  | SeriesPanel
  | BarsPanel
  | TablePanel
  | FunnelPanel
  | CohortPanel
  | HeatMapPanel
  | BubblePanel
  | PlacesPanel
  | FeedPanel
  | GaugePanel
  | StatusPanel
  | TextPanel;

export type PanelKindName = Panel["kind"];

interface PanelFrame {
  /** Unique on its page, and the same as long as its title is. */
  readonly id: string;
  readonly title: string;
  /** What is shown, in a sentence. */
  readonly note: string | null;
  /** Of twelve columns. */
  readonly width: number;
  /** The first is what the panel is of. */
  readonly sources: readonly PanelSource[];
  /** By column of the first source: the filter that it has to match. */
  readonly match: Readonly<Record<string, string>>;
  /** In place of the page's own, where that shows a time up to now. */
  readonly span: PageSpan | null;
  /** Only rows of the newest moment of this column that has passed: of the last window. Null: all. */
  readonly newest: ColumnPath | null;
  readonly problem: PageProblem | null;
}

export type PanelSource =
  | {
      readonly over: "view";
      readonly view: string;
      /** SQL, as behind WHERE. */
      readonly where: string | null;
      readonly emit: "changes" | "final" | null;
      /** Those that the panel reads. */
      readonly columns: readonly string[];
      /** The column that says when a row is: those older than what is shown are not wanted. */
      readonly time: { readonly column: string; readonly sqlType: string } | null;
    }
  | {
      readonly over: "endpoint";
      readonly path: string;
      readonly parameters: Readonly<Record<string, string>>;
      readonly everySeconds: number;
    }
  | {
      readonly over: "analysis";
      readonly name: string;
      readonly kind: string;
      readonly parameters: Readonly<Record<string, string>>;
      /** Whether the span of the page is that of the analysis. */
      readonly followsSpan: boolean;
      readonly everySeconds: number;
    };

/** Rows of a stream, as they were written. */
export interface StreamSource {
  readonly over: "stream";
  readonly stream: string;
  /** SQL, as behind WHERE. */
  readonly where: string | null;
  readonly columns: readonly string[];
}

/** A column, or a member of one that is an object: `metrics.revenue`. */
export type ColumnPath = string;

/** One number of many rows: `sum(revenue)`, or `sum(purchases) / sum(visits)`. */
export interface Measure {
  readonly of: MeasureTerm;
  readonly per: MeasureTerm | null;
}

export interface MeasureTerm {
  /** `latest`: of the newest row by the panel's time, of several together; of the first where it has none. */
  readonly aggregate: "latest" | "sum" | "min" | "max" | "count";
  /** Null of `count` alone. */
  readonly column: ColumnPath | null;
}

export interface Format {
  readonly as:
    | "number"
    | "money"
    /** 0.25 is 25 %. */
    | "share"
    /** 25 is 25 %. */
    | "percent"
    | "milliseconds"
    | "seconds"
    | "time"
    | "text";
  /** Of money: a code ("EUR"), or the column that holds it. */
  readonly currency: { readonly code: string } | { readonly column: ColumnPath } | null;
  /** Behind the point; null: as the value has them, or as the currency does. */
  readonly digits: number | null;
}

export type Tone = "good" | "warn" | "bad" | "plain";

/** From this value on, up to the next level. */
export interface Level {
  readonly from: number;
  readonly tone: Tone;
  readonly title: string | null;
}

export interface NamedMeasure {
  readonly title: string;
  readonly value: Measure;
  readonly format: Format;
  readonly tone: Tone | null;
}

export interface KpiPanel extends PanelFrame {
  readonly kind: "kpi";
  readonly value: Measure;
  readonly time: ColumnPath | null;
  readonly format: Format;
  /** The value to compare with, or the change itself, where a column has it. */
  readonly before: Measure | null;
  readonly change: Measure | null;
  /** How the change is told: as a share 0.25 is 25 % more, in percent 25 is. */
  readonly changeAs: "share" | "percent";
  /** Compare with the row so much earlier; null: what the page compares with (of sums), or nothing. */
  readonly compareMs: number | null;
  readonly better: "more" | "less" | "neither";
  readonly sparkline: boolean;
  /** Least and greatest of its windows. */
  readonly extremes: boolean;
  /** Beside them their mean, which of rates tells nothing. */
  readonly mean: boolean;
  readonly target: number | null;
}

export interface SeriesPanel extends PanelFrame {
  readonly kind: "series";
  readonly time: ColumnPath;
  /** Where a window ends; null: buckets are told by where the next begins. */
  readonly end: ColumnPath | null;
  readonly values: readonly NamedMeasure[];
  /** A line for each value of it; of one measure only. */
  readonly by: ColumnPath | null;
  readonly look: "line" | "points" | "area" | "bars";
  readonly stacked: boolean;
  /** Rows of so long are one point; null: one point for each time. */
  readonly bucketMs: number | null;
  readonly format: Format;
  readonly thresholds: readonly Level[];
  /** Of the second source: moments that are worth a mark. */
  readonly marks: { readonly time: ColumnPath; readonly text: string } | null;
}

export interface BarsPanel extends PanelFrame {
  readonly kind: "bars";
  /** Empty where each of `values` is a bar. */
  readonly by: readonly ColumnPath[];
  readonly values: readonly NamedMeasure[];
  readonly time: ColumnPath | null;
  readonly value: Measure;
  readonly format: Format;
  /** Parts of a bar. */
  readonly stack: ColumnPath | null;
  readonly sort: "most" | "least" | "name" | "none";
  readonly limit: number;
  /** What the limit leaves out, as one bar. */
  readonly rest: boolean;
  /** By the bar's value, or by this. */
  readonly levels: readonly Level[];
  readonly levelOf: Measure | null;
}

export interface TableColumn {
  readonly column: ColumnPath;
  readonly title: string;
  readonly format: Format;
  readonly levels: readonly Level[];
}

export interface Detail {
  readonly title: string;
  readonly source: Extract<PanelSource, { over: "view" }> | StreamSource;
  /** By column of the detail: the column of the row that it has to equal. */
  readonly match: Readonly<Record<string, ColumnPath>>;
  readonly columns: readonly TableColumn[];
  /** Newest first by this; null: as they come. */
  readonly time: ColumnPath | null;
  readonly limit: number;
}

export interface TablePanel extends PanelFrame {
  readonly kind: "table";
  readonly columns: readonly TableColumn[];
  /** Where it is given rows are those of the page's span. */
  readonly time: ColumnPath | null;
  readonly sort: { readonly column: ColumnPath; readonly descending: boolean } | null;
  readonly pageRows: number;
  readonly search: boolean;
  readonly detail: Detail | null;
  /** A click chooses the row's value of `column` as that filter. */
  readonly choose: { readonly filter: string; readonly column: ColumnPath } | null;
}

export interface FunnelPanel extends PanelFrame {
  readonly kind: "funnel";
  /** Empty where an analysis says them. */
  readonly steps: readonly {
    readonly title: string;
    readonly value: Measure;
    readonly seconds: Measure | null;
  }[];
  readonly time: ColumnPath | null;
}

export interface CohortPanel extends PanelFrame {
  readonly kind: "cohort";
  /** Null where an analysis says them. */
  readonly group: ColumnPath | null;
  readonly period: ColumnPath | null;
  readonly size: ColumnPath | null;
  readonly percent: ColumnPath | null;
}

export interface HeatMapPanel extends PanelFrame {
  readonly kind: "heat-map";
  /** Null where an analysis says them. */
  readonly x: ColumnPath | null;
  readonly y: ColumnPath | null;
  readonly value: Measure | null;
  readonly time: ColumnPath | null;
  readonly format: Format;
  /** Words for values of y, in their order. */
  readonly yNames: Readonly<Record<string, string>>;
}

export interface BubblePanel extends PanelFrame {
  readonly kind: "bubble";
  readonly label: ColumnPath;
  readonly x: NamedMeasure;
  readonly y: NamedMeasure;
  readonly size: NamedMeasure;
  readonly time: ColumnPath | null;
}

export interface PlacesPanel extends PanelFrame {
  readonly kind: "places";
  /** From the wide to the narrow: country, city. */
  readonly by: readonly ColumnPath[];
  readonly time: ColumnPath | null;
  /** The first ranks the places. */
  readonly values: readonly NamedMeasure[];
  readonly limit: number;
}

export interface FeedAction {
  readonly title: string;
  readonly tone: Tone;
  /** Where it is written to. */
  readonly stream: string;
  /** By field text with `{column}` of the row, `{$now}`, `{$id}` (a new one), `{$name}` of what is asked. */
  readonly event: Readonly<Record<string, string>>;
  readonly ask: readonly { readonly name: string; readonly title: string; readonly required: boolean }[];
}

export interface FeedPanel extends PanelFrame {
  readonly kind: "feed";
  readonly time: ColumnPath | null;
  /** With `{column}` and `{column|format}`: "{user_id} made {event_count} events". */
  readonly text: string;
  readonly formats: Readonly<Record<ColumnPath, Format>>;
  /** Smaller, below. */
  readonly more: string | null;
  readonly levels: readonly Level[];
  readonly levelOf: ColumnPath | null;
  readonly limit: number;
  readonly actions: readonly FeedAction[];
  readonly detail: Detail | null;
  /** In place of what the panel says where there is no row. */
  readonly none: string | null;
}

export interface GaugePanel extends PanelFrame {
  readonly kind: "gauge";
  readonly value: Measure;
  readonly time: ColumnPath | null;
  readonly format: Format;
  readonly min: number;
  readonly max: number;
  readonly target: number | null;
  readonly levels: readonly Level[];
}

export interface StatusItem {
  readonly title: string;
  readonly shows:
    | { readonly is: "connection" | "clock" | "uptime" | "views" }
    | { readonly is: "measure"; readonly source: number; readonly value: Measure; readonly format: Format };
}

export interface StatusPanel extends PanelFrame {
  readonly kind: "status";
  readonly items: readonly StatusItem[];
}

export interface TextPanel extends PanelFrame {
  readonly kind: "text";
  /** Paragraphs, lists, `code`, **bold** and links; nothing else is more than text. */
  readonly text: string;
}
