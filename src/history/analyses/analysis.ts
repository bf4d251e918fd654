/**
 * An analysis: a question about what actors did, of one kind, with settings. A kind makes SQL of its settings
 * and an answer of the rows; it touches nothing itself. docs/reference/analyses.md defines each.
 */
import type { TypedValue } from "../../values/parameter.ts";
import { cellsOf } from "../../views/view.ts";
import type { AnalysedEvent, Range } from "./analysed-event.ts";
import type { SegmentRules } from "./segments.ts";
import { type Setting, SettingRefusal, type SettingValues } from "./setting.ts";

export const analysisKinds = ["funnel", "cohort", "segments", "heat-map", "paths", "growth", "top"] as const;
export type AnalysisKindName = (typeof analysisKinds)[number];

/** As a project keeps it. */
export interface SavedAnalysis {
  readonly name: string;
  readonly kind: AnalysisKindName;
  readonly summary: string;
  readonly settings: SettingValues;
  /** Of segments. */
  readonly rules: SegmentRules | undefined;
}

/** All that a project has of them. */
export interface ProjectAnalyses {
  readonly events: ReadonlyMap<string, AnalysedEvent>;
  readonly saved: readonly SavedAnalysis[];
}

export const noAnalyses: ProjectAnalyses = { events: new Map(), saved: [] };

export interface AnalysisContext {
  readonly events: ReadonlyMap<string, AnalysedEvent>;
  readonly nowMs: number;
  readonly timeZone: string;
}

/** With a value for each setting that has one. */
export interface AskedAnalysis {
  readonly values: SettingValues;
  readonly rules: SegmentRules | undefined;
}

export interface AnalysisQuery {
  readonly sql: string;
  readonly given: ReadonlyMap<string, TypedValue>;
}

export type Cell = string | number | boolean | null;
export type CellRow = readonly Cell[];

/** Rows as history answers them. */
export function cellRows(rows: readonly string[]): readonly CellRow[] {
  return rows.map((text) => cellsOf({ text }).map((cell) => JSON.parse(cell) as Cell));
}

export interface AnalysisKind {
  readonly name: AnalysisKindName;
  readonly summary: string;
  readonly settings: readonly Setting[];
  /** It judges by rules, which only a file says. */
  readonly hasRules?: true;
  /** @throws SettingRefusal */
  query(asked: AskedAnalysis, context: AnalysisContext): AnalysisQuery;
  /** What it answers, beside the settings and what all answers have. */
  answer(rows: readonly CellRow[], asked: AskedAnalysis): object;
}

/** Collects the values that stand at `$name` in a query. */
export class Given {
  readonly #all = new Map<string, TypedValue>();

  /** With those that the text names: a query takes no others. */
  query(sql: string): AnalysisQuery {
    const named = new Set(sql.match(/\$[a-z_0-9]+/g));
    return { sql, given: new Map([...this.#all].filter(([name]) => named.has(`$${name}`))) };
  }

  instant(name: string, ms: number): string {
    return this.#add(name, { type: { kind: "TIMESTAMP_LTZ", precision: 3, nullable: false }, value: ms });
  }

  whole(name: string, value: number): string {
    return this.#add(name, { type: { kind: "BIGINT", nullable: false }, value: BigInt(value) });
  }

  text(name: string, value: string): string {
    return this.#add(name, { type: { kind: "VARCHAR", length: value.length, nullable: false }, value });
  }

  number(name: string, value: number): string {
    return this.#add(name, { type: { kind: "DOUBLE", nullable: false }, value });
  }

  #add(name: string, value: TypedValue): string {
    this.#all.set(name, value);
    return `$${name}`;
  }
}

export interface RangeMs {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Back from `to`, as far as `from` or `span` say; `to` is now where it is not given. */
export function rangeOf(values: SettingValues, nowMs: number): RangeMs {
  const toMs = (values.get("to") as number | undefined) ?? nowMs;
  const fromMs = (values.get("from") as number | undefined) ?? toMs - (values.get("span") as number);
  if (fromMs >= toMs) throw new SettingRefusal("from", "before to");
  return { fromMs, toMs };
}

export function rangeIn(given: Given, { fromMs, toMs }: RangeMs): Range {
  return { from: given.instant("from", fromMs), to: given.instant("to", toMs) };
}

export function eventsOf(
  values: SettingValues,
  name: string,
  context: AnalysisContext,
): readonly AnalysedEvent[] {
  const names = [values.get(name) ?? []].flat() as readonly string[];
  return names.map((each) => {
    const event = context.events.get(each);
    if (event === undefined) throw new SettingRefusal(name, `an event, ${each} is none`);
    return event;
  });
}

export function eventOf(values: SettingValues, name: string, context: AnalysisContext): AnalysedEvent {
  return eventsOf(values, name, context)[0]!;
}

const dayMs = 86_400_000;
export const longestSpanMs = 3_660 * dayMs;

/** Which span of history an analysis is of. */
export function rangeSettings(span: string): readonly Setting[] {
  return [
    {
      name: "from",
      type: "instant",
      fallback: null,
      description: "From when on; in its place: span.",
    },
    {
      name: "to",
      type: "instant",
      fallback: null,
      description: "Until when, that instant not included: now.",
    },
    {
      name: "span",
      type: "span",
      minMs: 1_000,
      maxMs: longestSpanMs,
      fallback: span,
      unless: "from",
      description: "How far back from `to`, where `from` is not given.",
    },
  ];
}

/** Per cent with two places; null where there is nothing to divide by. */
export function percentOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 100;
}
