/** Functions whose arguments are divided by words. */
import type {
  ExtractCall,
  OverlayCall,
  PositionCall,
  RoundToUnitCall,
  TimestampCall,
  TrimCall,
} from "./ast.ts";
import { bindingPower } from "./binding-power.ts";
import type { Printer } from "./printer.ts";

export function printExtract({ unit, operand }: ExtractCall, printer: Printer): string {
  return `EXTRACT(${unit} FROM ${printer.expression(operand)})`;
}

/** An interval at the end would take the TO for its own. */
export function printRoundToUnit(call: RoundToUnitCall, printer: Printer): string {
  const text = printer.expression(call.operand);
  const operand = /\b(?:YEAR|QUARTER|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)$/.test(text) ? `(${text})` : text;
  return `${call.function}(${operand} TO ${call.unit})`;
}

export function printTimestamp(call: TimestampCall, printer: Printer): string {
  const { unit, first, second } = call;
  return `${call.function}(${unit}, ${printer.expression(first)}, ${printer.expression(second)})`;
}

export function printTrim({ side, characters, operand }: TrimCall, printer: Printer): string {
  const trimmed = characters === undefined ? "" : ` ${printer.expression(characters)}`;
  return `TRIM(${side}${trimmed} FROM ${printer.expression(operand)})`;
}

export function printPosition({ searched, operand, from }: PositionCall, printer: Printer): string {
  const start = from === undefined ? "" : ` FROM ${printer.expression(from)}`;
  const text = printer.expression(searched, bindingPower.predicate);
  return `POSITION(${text} IN ${printer.expression(operand)}${start})`;
}

export function printOverlay(call: OverlayCall, printer: Printer): string {
  const length = call.length === undefined ? "" : ` FOR ${printer.expression(call.length)}`;
  const placing = `${printer.expression(call.operand)} PLACING ${printer.expression(call.replacement)}`;
  return `OVERLAY(${placing} FROM ${printer.expression(call.from)}${length})`;
}
