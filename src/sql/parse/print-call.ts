/** Function calls and the windows that they run over. */
import type { FrameBound, FunctionCall, OrderItem, WindowFrame, WindowSpecification } from "./ast.ts";
import { printName, printPlain } from "./print-name.ts";
import { listed, type Printer } from "./printer.ts";

export function printFunctionCall(call: FunctionCall, printer: Printer): string {
  const values = call.star ? "*" : listed(printer, call.arguments);
  const nulls = call.nulls === undefined ? "" : ` ${call.nulls} NULLS`;
  const group =
    call.withinGroup.length === 0 ? "" : ` WITHIN GROUP (${printOrderBy(call.withinGroup, printer)})`;
  const filter = call.filter === undefined ? "" : ` FILTER (WHERE ${printer.expression(call.filter)})`;
  const over = call.over === undefined ? "" : ` OVER ${printOver(call.over, printer)}`;
  const distinct = call.distinct ? "DISTINCT " : "";
  return `${printPlain(call.name)}(${distinct}${values})${nulls}${group}${filter}${over}`;
}

/** `ORDER BY a DESC NULLS LAST, b` */
export function printOrderBy(items: readonly OrderItem[], printer: Printer): string {
  return `ORDER BY ${items.map((item) => printOrderItem(item, printer)).join(", ")}`;
}

export function printOrderItem(item: OrderItem, printer: Printer): string {
  const direction = item.direction === undefined ? "" : ` ${item.direction}`;
  const nulls = item.nulls === undefined ? "" : ` NULLS ${item.nulls}`;
  return `${printer.expression(item.expression)}${direction}${nulls}`;
}

function printOver(over: NonNullable<FunctionCall["over"]>, printer: Printer): string {
  return over.kind === "Identifier" ? printName(over) : printWindow(over, printer);
}

export function printWindow(window: WindowSpecification, printer: Printer): string {
  const { base, partitionBy, orderBy, frame } = window;
  const parts = [
    ...(base === undefined ? [] : [printName(base)]),
    ...(partitionBy.length === 0 ? [] : [`PARTITION BY ${listed(printer, partitionBy)}`]),
    ...(orderBy.length === 0 ? [] : [printOrderBy(orderBy, printer)]),
    ...(frame === undefined ? [] : [printFrame(frame, printer)]),
  ];
  return `(${parts.join(" ")})`;
}

function printFrame({ unit, start, end }: WindowFrame, printer: Printer): string {
  if (end === undefined) return `${unit} ${printBound(start, printer)}`;
  return `${unit} BETWEEN ${printBound(start, printer)} AND ${printBound(end, printer)}`;
}

function printBound({ side, distance }: FrameBound, printer: Printer): string {
  if (side === "CURRENT ROW") return side;
  if (distance === undefined) return `UNBOUNDED ${side}`;
  const text = printer.expression(distance);
  // A column may be called UNBOUNDED.
  return distance.kind === "ColumnReference" ? `(${text}) ${side}` : `${text} ${side}`;
}
