/** What each kind of panel is told, setting by setting. */
import type { PageWorld } from "../../serving/dashboard/written-page.ts";
import type {
  BarsPanel,
  BubblePanel,
  CohortPanel,
  FunnelPanel,
  GaugePanel,
  HeatMapPanel,
  KpiPanel,
  Panel,
  PanelKindName,
  PanelSource,
  PlacesPanel,
  SeriesPanel,
  TextPanel,
} from "../../serving/pages.ts";
import type { YamlValue } from "../yaml-file.ts";
import { feedReader, statusReader, tableReader } from "./list-kinds.ts";
import {
  type Columns,
  optional,
  readColumn,
  readColumns,
  readFormat,
  readLevels,
  readMeasure,
  readNamedMeasure,
  readNamedMeasures,
  readSpan,
  readWord,
  readYes,
} from "./panel-reader.ts";
import { readSource } from "./source-file.ts";

export interface Reading {
  /** Of the panel's own source. */
  readonly columns: Columns;
  /** Names of the page's. */
  readonly filters: readonly string[];
  readonly world: PageWorld;
}

type FrameSetting =
  | "kind"
  | "id"
  | "title"
  | "note"
  | "width"
  | "sources"
  | "match"
  | "span"
  | "newest"
  | "problem";

/** With sources beside the panel's own. */
export type Own<P extends Panel> = Omit<P, FrameSetting> & { readonly sources?: readonly PanelSource[] };

export interface KindReader<P extends Panel = Panel> {
  readonly settings: readonly string[];
  /** Of twelve columns, where nothing is said. */
  readonly width: number;
  readonly hasSource: boolean;
  /** @throws QuickwaterError */
  readonly read: (written: YamlValue, reading: Reading) => Own<P>;
}

const dayMs = 86_400_000;

const kpi: KindReader<KpiPanel> = {
  settings: [
    ...[
      "value",
      "time",
      "format",
      "before",
      "change",
      "change-format",
      "compare",
      "better",
      "sparkline",
      "extremes",
      "mean",
      "target",
    ],
  ],
  width: 3,
  hasSource: true,
  read(written, { columns }) {
    const members = written.members();
    const time = optional(members.get("time"), (each) => readColumn(each, columns, "time"));
    const compare = members.get("compare");
    if (compare !== undefined && time === null)
      throw compare.refuse("beside time, which says what was earlier");
    const value = readMeasure(written.member("value"), columns);
    const { of, per } = value;
    const isSum = per === null && (of.aggregate === "sum" || of.aggregate === "count");
    return {
      value,
      time,
      format: readFormat(members.get("format"), columns),
      before: optional(members.get("before"), (each) => readMeasure(each, columns)),
      change: optional(members.get("change"), (each) => readMeasure(each, columns)),
      changeAs: readWord(members.get("change-format"), ["share", "percent"], "share"),
      compareMs: optional(compare, (each) => readSpan(each, 1_000, 366 * dayMs)),
      better: readWord(members.get("better"), ["more", "less", "neither"], "more"),
      sparkline: readYes(members.get("sparkline"), time !== null),
      extremes: readYes(members.get("extremes"), false),
      mean: readYes(members.get("mean"), isSum),
      target: optional(members.get("target"), (each) => each.number(-1e15, 1e15)),
    };
  },
};

const series: KindReader<SeriesPanel> = {
  settings: [
    ...["time", "end", "value", "values", "by", "look", "stacked", "bucket", "format", "thresholds", "marks"],
  ],
  width: 6,
  hasSource: true,
  read(written, { columns, world }) {
    const members = written.members();
    const [one, several, by] = [members.get("value"), members.get("values"), members.get("by")];
    if ((one === undefined) === (several === undefined))
      throw written.refuse("a series of value or of values");
    const format = readFormat(members.get("format"), columns);
    const title = String(members.get("series")?.value);
    const values = several
      ? readNamedMeasures(several, columns, 8).map((each) =>
          each.format.as === "number" && each.format.digits === null ? { ...each, format } : each,
        )
      : [{ ...readNamedMeasure(title, one!, columns), format }];
    if (by !== undefined && values.length > 1) throw by.refuse("nothing beside several values");
    const end = optional(members.get("end"), (each) => readColumn(each, columns, "time"));
    const hasEnd = columns.known?.some(({ name }) => name === "window_end");
    const marks = members.get("marks");
    const marked = marks && readMarks(marks, world);
    return {
      time: readColumn(written.member("time"), columns, "time"),
      end: end ?? (hasEnd ? "window_end" : null),
      values,
      by: optional(by, (each) => readColumn(each, columns, "anything")),
      look: readWord(members.get("look"), ["line", "points", "area", "bars"], "line"),
      stacked: readYes(members.get("stacked"), false),
      bucketMs: optional(members.get("bucket"), (each) => readSpan(each, 1_000, 31 * dayMs)),
      format,
      thresholds: readLevels(members.get("thresholds")),
      marks: marked === undefined ? null : marked.marks,
      sources: marked === undefined ? [] : [marked.source],
    };
  },
};

/** Moments of another source. */
function readMarks(written: YamlValue, world: PageWorld) {
  const members = written.members(["view", "where", "emit", "time", "text"]);
  const { columns, source } = readSource(written, world);
  const time = readColumn(written.member("time"), columns, "time");
  const text = members.get("text")?.text() ?? "";
  for (const [, column = ""] of text.matchAll(/\{([\w.$]+)\}/g))
    readColumn(written.member("text"), columns, "anything", column);
  return { marks: { time, text }, source: source() };
}

const bars: KindReader<BarsPanel> = {
  settings: [
    "by",
    "values",
    "time",
    "value",
    "format",
    "stack",
    "sort",
    "limit",
    "rest",
    "levels",
    "level-of",
  ],
  width: 6,
  hasSource: true,
  read(written, { columns }) {
    const members = written.members();
    const several = members.get("values");
    const values = several === undefined ? [] : readNamedMeasures(several, columns, 20);
    const strange = ["by", "value", "stack"].find((name) => several !== undefined && members.has(name));
    if (strange !== undefined) throw members.get(strange)!.refuse("nothing beside values: each is a bar");
    return {
      by: several === undefined ? readColumns(written.member("by"), columns) : [],
      values,
      time: optional(members.get("time"), (each) => readColumn(each, columns, "time")),
      value: values[0]?.value ?? readMeasure(written.member("value"), columns),
      format: readFormat(members.get("format"), columns),
      stack: optional(members.get("stack"), (each) => readColumn(each, columns, "anything")),
      sort: readWord(members.get("sort"), ["most", "least", "name", "none"], "most"),
      limit: members.get("limit")?.wholeNumber(1, 100) ?? 10,
      rest: readYes(members.get("rest"), true),
      levels: readLevels(members.get("levels")),
      levelOf: optional(members.get("level-of"), (each) => readMeasure(each, columns)),
    };
  },
};

const funnel: KindReader<FunnelPanel> = {
  settings: ["steps", "time"],
  width: 6,
  hasSource: true,
  read(written, { columns }) {
    const members = written.members();
    const steps = members.get("steps");
    refuseUnsaid(written, "analysis", steps, "steps");
    return {
      steps: [...(steps?.members() ?? [])].map(([title, step]) => readStep(title, step, columns)),
      time: optional(members.get("time"), (each) => readColumn(each, columns, "time")),
    };
  },
};

function readStep(title: string, written: YamlValue, columns: Columns) {
  if (typeof written.value === "string")
    return { title, value: readMeasure(written, columns), seconds: null };
  const members = written.members(["value", "seconds"]);
  return {
    title,
    value: readMeasure(written.member("value"), columns),
    seconds: optional(members.get("seconds"), (each) => readMeasure(each, columns)),
  };
}

const cohort: KindReader<CohortPanel> = {
  settings: ["group", "period", "size", "percent"],
  width: 12,
  hasSource: true,
  read(written, { columns }) {
    const members = written.members();
    refuseUnsaid(written, "analysis", members.get("group"), "group");
    const column = (name: string, need: "anything" | "number") =>
      optional(members.get(name), (each) => readColumn(each, columns, need));
    return {
      group: column("group", "anything"),
      period: column("period", "anything"),
      size: column("size", "number"),
      percent: column("percent", "number"),
    };
  },
};

const heatMap: KindReader<HeatMapPanel> = {
  settings: ["x", "y", "value", "time", "format", "y-names"],
  width: 12,
  hasSource: true,
  read(written, { columns }) {
    const members = written.members();
    refuseUnsaid(written, "analysis", members.get("value"), "x, y and value");
    const names = [...(members.get("y-names")?.members() ?? [])];
    const column = (name: string) =>
      optional(members.get(name), (each) => readColumn(each, columns, "anything"));
    return {
      x: column("x"),
      y: column("y"),
      value: optional(members.get("value"), (each) => readMeasure(each, columns)),
      time: optional(members.get("time"), (each) => readColumn(each, columns, "time")),
      format: readFormat(members.get("format"), columns),
      yNames: Object.fromEntries(names.map(([value, name]) => [value, name.text()])),
    };
  },
};

const bubble: KindReader<BubblePanel> = {
  settings: ["label", "x", "y", "size", "time"],
  width: 6,
  hasSource: true,
  read(written, { columns }) {
    const measure = (name: string) => readNamedMeasure(name, written.member(name), columns);
    return {
      label: readColumn(written.member("label"), columns, "anything"),
      x: measure("x"),
      y: measure("y"),
      size: measure("size"),
      time: optional(written.members().get("time"), (each) => readColumn(each, columns, "time")),
    };
  },
};

const places: KindReader<PlacesPanel> = {
  settings: ["by", "time", "values", "limit"],
  width: 6,
  hasSource: true,
  read(written, { columns }) {
    const members = written.members();
    return {
      by: readColumns(written.member("by"), columns),
      time: optional(members.get("time"), (each) => readColumn(each, columns, "time")),
      values: readNamedMeasures(written.member("values"), columns, 4),
      limit: members.get("limit")?.wholeNumber(1, 300) ?? 12,
    };
  },
};

const gauge: KindReader<GaugePanel> = {
  settings: ["value", "time", "format", "min", "max", "target", "levels"],
  width: 3,
  hasSource: true,
  read(written, { columns }) {
    const members = written.members();
    const min = members.get("min")?.number(-1e15, 1e15) ?? 0;
    const max = written.member("max").number(min, 1e15);
    if (max === min) throw written.member("max").refuse(`more than ${min}`);
    return {
      value: readMeasure(written.member("value"), columns),
      time: optional(members.get("time"), (each) => readColumn(each, columns, "time")),
      format: readFormat(members.get("format"), columns),
      min,
      max,
      target: optional(members.get("target"), (each) => each.number(-1e15, 1e15)),
      levels: readLevels(members.get("levels")),
    };
  },
};

const textMax = 10_000;

const text: KindReader<TextPanel> = {
  settings: ["body"],
  width: 12,
  hasSource: false,
  read(written) {
    const body = written.member("body");
    if (body.text().length > textMax) throw body.refuse(`at most ${textMax} characters`);
    return { text: body.text() };
  },
};

/** By name, as a file writes it. */
export const kindReaders: { readonly [Name in PanelKindName]: KindReader<Extract<Panel, { kind: Name }>> } = {
  kpi,
  series,
  bars,
  table: tableReader,
  funnel,
  cohort,
  "heat-map": heatMap,
  bubble,
  places,
  feed: feedReader,
  gauge,
  status: statusReader,
  text,
};

/** An analysis says itself what a panel of views has to be told. */
function refuseUnsaid(
  written: YamlValue,
  source: string,
  setting: YamlValue | undefined,
  names: string,
): void {
  const isOfAnalysis = written.members().has(source);
  if (isOfAnalysis && setting !== undefined) throw setting.refuse("nothing: the analysis says it");
  if (!isOfAnalysis && setting === undefined) throw written.refuse(`of an analysis, or with ${names}`);
}
