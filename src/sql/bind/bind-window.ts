/** `TABLE(TUMBLE(…))`: which window, on which time, and which columns it adds. */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { type QuickwaterError, quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { formatType, isTimestamp, type SqlType } from "../../values/sql-type.ts";
import type { Expression, WindowTable } from "../parse/ast.ts";
import { unknownColumn } from "./bind-create-table.ts";
import { intervalOf } from "./bind-literal.ts";
import type { WindowColumn } from "./scope.ts";

export interface BoundWindow {
  readonly timeColumn: string;
  readonly sizeMs: number;
  readonly offsetMs: number;
  readonly columns: readonly WindowColumn[];
}

const usage =
  "Write TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)), with an offset as a fourth argument.";

export function bindWindow(window: WindowTable, table: TableDefinition): BoundWindow {
  const { timeColumn } = window;
  const column = table.schema.columns.find(({ name }) => name === timeColumn.name);
  if (column === undefined) {
    throw unknownColumn(
      timeColumn,
      table.name,
      table.schema.columns.map(({ name }) => name),
    );
  }
  if (!isTimestamp(column.type) || column.type.attribute === undefined) {
    const params = { column: column.name, type: formatType(column.type) };
    throw quickwaterError("sql.window-time-column", params, { position: timeColumn.position });
  }
  const { size, offset } = takeArguments(window);
  const sizeMs = milliseconds(size, "SIZE");
  const offsetMs = offset === undefined ? 0 : milliseconds(offset, "OFFSET");
  if (sizeMs <= 0) throw badArguments("the size must be longer than nothing", size.position);
  if (Math.abs(offsetMs) >= sizeMs) {
    throw badArguments("the offset must be shorter than the size", offset!.position);
  }
  return { timeColumn: column.name, sizeMs, offsetMs, columns: windowColumns(column.type) };
}

/**
 * Start and end are plain timestamps; the window's time is again a time attribute, of the kind of the time
 * column.
 */
function windowColumns(time: SqlType): WindowColumn[] {
  const kind = time.kind as "TIMESTAMP" | "TIMESTAMP_LTZ";
  const plain: SqlType = { kind: "TIMESTAMP", precision: 3, nullable: false };
  return [
    { name: "window_start", type: plain },
    { name: "window_end", type: plain },
    { name: "window_time", type: { kind, precision: 3, nullable: false, attribute: "rowtime" } },
  ];
}

function takeArguments(window: WindowTable): {
  readonly size: Expression;
  readonly offset: Expression | undefined;
} {
  const named = new Map<string, Expression>();
  const order = ["SIZE", "OFFSET"];
  for (const [index, { name, value }] of window.arguments.entries()) {
    const key = name?.name.toUpperCase() ?? order[index];
    if (key === undefined) throw badArguments("it takes a size and at most an offset", value.position);
    if (!order.includes(key)) {
      throw badArguments(
        `it has no argument ${name!.name}; it has DATA, TIMECOL, SIZE and OFFSET`,
        name!.position,
      );
    }
    if (named.has(key)) throw badArguments(`${key} is there twice`, value.position);
    named.set(key, value);
  }
  const size = named.get("SIZE");
  if (size === undefined) throw badArguments("the size is missing", window.functionName.position);
  return { size, offset: named.get("OFFSET") };
}

function milliseconds(value: Expression, what: string): number {
  const sign = value.kind === "UnaryExpression" && value.operator === "-" ? -1 : 1;
  const node = value.kind === "UnaryExpression" && value.operator !== "NOT" ? value.operand : value;
  if (node.kind === "IntervalLiteral") {
    const interval = intervalOf(node);
    if (interval?.kind === "ms") return sign * (node.negative ? -interval.ms : interval.ms);
  }
  throw badArguments(`${what} must be a constant interval of days to seconds, not of months`, value.position);
}

function badArguments(reason: string, position: SourcePosition): QuickwaterError {
  return quickwaterError("sql.window-arguments", { function: "TUMBLE", reason, usage }, { position });
}
