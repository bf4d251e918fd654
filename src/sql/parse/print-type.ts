/** `ROW<lat DOUBLE, lon DOUBLE> NOT NULL` */
import type { IntervalRange, TypeChild, TypeName } from "./ast.ts";
import { printName, printText } from "./print-name.ts";

export function printType(type: TypeName): string {
  const inner = type.children.length > 0 ? `<${type.children.map(printChild).join(", ")}>` : "";
  const numbers = type.arguments.length > 0 ? `(${type.arguments.join(", ")})` : "";
  const interval = type.interval === undefined ? "" : ` ${printRange(type.interval)}`;
  return `${type.name}${numbers}${inner}${interval}${type.notNull ? " NOT NULL" : ""}`;
}

/** `DAY TO SECOND` */
export function printRange({ from, to }: IntervalRange): string {
  return to === undefined ? from : `${from} TO ${to}`;
}

function printChild({ name, type, comment }: TypeChild): string {
  const before = name === undefined ? "" : `${printName(name)} `;
  return `${before}${printType(type)}${comment === undefined ? "" : ` ${printText(comment)}`}`;
}
