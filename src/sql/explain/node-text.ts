/**
 * What each kind of node does and what it keeps, as EXPLAIN tells it. A new kind of node needs one entry
 * here, and the compiler asks for it.
 */
import type {
  Aggregate,
  AggregateCall,
  AssignWindows,
  LogicalPlan,
  LogicalPlanKind,
  OrderKey,
  Over,
  Rank,
  Scan,
  SlicedWindow,
  Sort,
  Unnest,
  WindowAggregate,
} from "../plan/logical-plan.ts";
import { isUpdating } from "../plan/traits.ts";
import { callText, namesOf, overCallText } from "./column-names.ts";
import { durationText } from "./duration-text.ts";
import { expressionText, literalText } from "./expression-text.ts";
import { joinText } from "./join-text.ts";

export interface NodeText {
  /** The SQL word. */
  readonly word: string;
  readonly does: string;
  /** What is kept and until when; undefined where nothing is. */
  readonly keeps?: string | undefined;
}

type Teller<K extends LogicalPlanKind> = (node: Extract<LogicalPlan, { kind: K }>) => NodeText;

const tellers: { readonly [K in LogicalPlanKind]: Teller<K> } = {
  Scan: scanText,
  Values: ({ rows, schema }) => {
    const shown = rows.slice(0, 3).map((row) => {
      return `(${row.map((value, index) => literalText(value, schema.columns[index]!.type)).join(", ")})`;
    });
    if (rows.length > shown.length) shown.push(`… ${rows.length} rows`);
    return { word: "VALUES", does: shown.join(", ") };
  },
  Filter: ({ predicate, input }) => ({ word: "WHERE", does: expressionText(predicate, namesOf(input)) }),
  Project: ({ expressions, input, schema }) => {
    const items = expressions.map((expression, index) => {
      const text = expressionText(expression, namesOf(input));
      const { name } = schema.columns[index]!;
      return text === name ? text : `${text} AS ${name}`;
    });
    return { word: "SELECT", does: items.length === 0 ? "no column" : items.join(", ") };
  },
  AssignTime: ({ time, input }) => {
    switch (time.kind) {
      case "event": {
        const does = `event time ${namesOf(input)[time.column]!}, less ${durationText(time.delayMs)}`;
        return { word: "WATERMARK", does };
      }
      case "processing":
        return { word: "PROCTIME", does: "rows in the order in which they come" };
      case "wall":
        return { word: "WATERMARK", does: `on the wall clock of ${time.zone}` };
      case "instant":
        return { word: "WATERMARK", does: `back from the wall clock of ${time.zone}` };
    }
  },
  AssignWindows: ({ window, input }) => ({
    word: window.kind,
    does: `${windowText(window, namesOf(input))}, each row once for each of its windows`,
    keeps: window.kind === "SESSION" ? sessionState : undefined,
  }),
  RepeatRows: ({ numbers }) => ({
    word: "GROUPING SETS",
    does: `each row once for each of ${numbers.length} sets`,
  }),
  WindowAggregate: windowAggregateText,
  Aggregate: aggregateText,
  Union: ({ inputs }) => ({ word: "UNION ALL", does: `rows of ${inputs.length} inputs as they come` }),
  Over: overText,
  Rank: rankText,
  Sort: sortText,
  Join: joinText,
  Unnest: unnestText,
  LatestRows: ({ keys, input }) => ({
    word: "PRIMARY KEY",
    does: `a row replaces the one of its key (${listed(keys, namesOf(input))})`,
    keeps: "the latest row of each key",
  }),
};

export function nodeText(node: LogicalPlan): NodeText {
  return (tellers[node.kind] as Teller<LogicalPlanKind>)(node);
}

function scanText({ table, columns, rowtime, schema }: Scan): NodeText {
  const names = columns.map(({ path, metadata }) =>
    metadata === undefined ? path.join(".") : `METADATA '${metadata}'`,
  );
  const reads = names.length === 0 ? "reads no column" : `reads ${names.join(", ")}`;
  const time = rowtime === undefined ? "" : `; event time ${schema.columns[rowtime]!.name}`;
  return { word: "FROM", does: `${table}: ${reads}${time}` };
}

function windowAggregateText(node: WindowAggregate): NodeText {
  const { window, input, keys } = node;
  const by = listed(keys, namesOf(input));
  const what =
    window.kind === "ATTACHED"
      ? "window_start, window_end"
      : `${window.kind}(${windowText(window, namesOf(input))})`;
  const each = keys.length === 0 ? "one group a" : `a group a key (${by}) and`;
  return {
    word: "GROUP BY",
    does: [
      [what, by].filter((part) => part !== "").join(", "),
      callsText(node.aggregates, namesOf(input)),
    ].join(": "),
    keeps: `${each} ${windowState(window)}`,
  };
}

const sessionState = "the rows of open sessions; freed when the watermark has passed a session's end";

const untilLastWindow = "freed when the watermark has passed its last window's end";

function windowState(window: WindowAggregate["window"]): string {
  switch (window.kind) {
    case "TUMBLE":
    case "ATTACHED":
      return "window; freed when the watermark has passed the window's end";
    case "SESSION":
      return "session; freed when the watermark has passed the session's end";
    default:
      return `slice of ${slicesText(window)}; ${untilLastWindow}`;
  }
}

/** Between the beginnings of two windows one may end. What is in no window is not kept. */
function slicesText({ sizeMs, stepMs }: SlicedWindow): string {
  const rest = sizeMs % stepMs;
  const isParted = rest > 0 && sizeMs > stepMs;
  const lengths = isParted ? new Set([rest, stepMs - rest]) : [Math.min(sizeMs, stepMs)];
  return [...lengths].map(durationText).join(" or ");
}

function aggregateText({ keys, aggregates, input, retentionMs }: Aggregate): NodeText {
  const by = listed(keys, namesOf(input));
  const until =
    retentionMs === undefined
      ? "unbounded: it needs an input that ends"
      : `freed when no row of it has come for ${durationText(retentionMs)}`;
  const keeps = keys.length === 0 ? "one group" : `a group a key (${by}); ${until}`;
  if (aggregates.length === 0) return { word: "DISTINCT", does: by, keeps };
  const calls = callsText(aggregates, namesOf(input));
  if (by === "") return { word: "AGGREGATE", does: calls, keeps };
  return { word: "GROUP BY", does: `${by}: ${calls}`, keeps };
}

function overText({ keys, order, frame, calls, input }: Over): NodeText {
  const names = namesOf(input);
  const partition = keys.length === 0 ? "" : `PARTITION BY ${listed(keys, names)} `;
  const { unit, preceding } = frame;
  const from =
    preceding === undefined ? "UNBOUNDED" : unit === "ROWS" ? `${preceding}` : durationText(preceding);
  const window = `${partition}ORDER BY ${orderText(order, names)} ${unit} ${from} PRECEDING`;
  const called = calls.map((call) => overCallText(call, names));
  const waiting = "the rows that wait for the watermark";
  return { word: "OVER", does: `${called.join(", ")} (${window})`, keeps: `${waiting}, and ${frameState()}` };

  function frameState(): string {
    const each = keys.length === 0 ? "" : " of each key";
    if (preceding === undefined) {
      return keys.length === 0
        ? "one answer"
        : "an answer of each key; unbounded: it needs an input that ends";
    }
    if (unit === "ROWS") return `the last ${preceding + 1} rows${each}`;
    return `those of the last ${durationText(preceding)}; freed as the watermark moves on`;
  }
}

function sortText({ method, order, from, to, input }: Sort): NodeText {
  const by = order.length === 0 ? "as they come" : `ORDER BY ${orderText(order, namesOf(input))}`;
  if (method === "time")
    return { word: "SORT", does: by, keeps: "rows until the watermark has passed their time" };
  const rows = to === undefined ? "" : `, ${to - from + 1} rows`;
  const does = `${by}${rows}${from === 1 ? "" : ` from row ${from} on`}, when the last row has come`;
  const isFirst = to !== undefined && !isUpdating(input);
  return { word: "SORT", does, keeps: isFirst ? `the first ${to} rows` : "all rows of its input" };
}

function rankText(node: Rank): NodeText {
  const { method, keys, order, from, to, givesNumber, input, retentionMs } = node;
  const partition = keys.length === 0 ? "" : `PARTITION BY ${listed(keys, namesOf(input))} `;
  const range = from === to ? `= ${from}` : from === 1 ? `<= ${to}` : `BETWEEN ${from} AND ${to}`;
  const number = givesNumber ? ", with the number" : "";
  const ordered = order.length === 0 ? "as they come" : `ORDER BY ${orderText(order, namesOf(input))}`;
  const does = `ROW_NUMBER ${range}, ${partition}${ordered}${number}`;
  const isKeyed = keys.length > 0;
  const until =
    retentionMs === undefined
      ? "unbounded: it needs an input that ends"
      : `freed when no row of it has come for ${durationText(retentionMs)}`;
  const each = isKeyed ? ` a key; ${until}` : "";
  switch (method) {
    case "keep-first":
      return { word: "FIRST ROW", does, keeps: `one row, and after it was given only that${each}` };
    case "keep-last":
      return { word: "LAST ROW", does, keeps: `one row${each}` };
    case "window":
      return {
        word: "WINDOW TOP-N",
        does,
        keeps: `the first ${to} rows a key and window; freed when the watermark has passed the window's end`,
      };
    case "top": {
      if (isUpdating(input)) return { word: "TOP-N", does, keeps: `all rows of its input${each}` };
      return { word: "TOP-N", does, keeps: `the first ${to} rows${each}` };
    }
  }
}

function unnestText({ input, column, keepsRow, ordinality, condition, schema }: Unnest): NodeText {
  const names = schema.columns.map(({ name }) => name);
  const added = names.slice(input.schema.columns.length).join(", ");
  const place = ordinality ? " WITH ORDINALITY" : "";
  const where = condition === undefined ? "" : ` ON ${expressionText(condition, names)}`;
  const does = `${namesOf(input)[column]!}${place} AS (${added})${where}`;
  return { word: keepsRow ? "LEFT JOIN UNNEST" : "UNNEST", does };
}

function windowText(window: AssignWindows["window"], names: readonly string[]): string {
  const time = names[window.timeColumn]!;
  if (window.kind === "SESSION") {
    const by = window.partition.length === 0 ? "" : ` PARTITION BY ${listed(window.partition, names)}`;
    return `${time}${by}, ${durationText(window.gapMs)}`;
  }
  const { kind, sizeMs, stepMs, offsetMs } = window;
  const step = kind === "TUMBLE" ? [] : [durationText(stepMs)];
  const offset = offsetMs === 0 ? [] : [`offset ${durationText(offsetMs)}`];
  return [time, ...step, durationText(sizeMs), ...offset].join(", ");
}

function callsText(calls: readonly AggregateCall[], names: readonly string[]): string {
  return calls.length === 0 ? "no aggregate" : calls.map((call) => callText(call, names)).join(", ");
}

function orderText(order: readonly OrderKey[], names: readonly string[]): string {
  return order
    .map(({ column, descending, nullsFirst }) => {
      // Without a word NULL is the least value.
      const nulls = nullsFirst === descending ? ` NULLS ${nullsFirst ? "FIRST" : "LAST"}` : "";
      return `${names[column]!}${descending ? " DESC" : ""}${nulls}`;
    })
    .join(", ");
}

function listed(columns: readonly number[], names: readonly string[]): string {
  return columns.map((column) => names[column]!).join(", ");
}
