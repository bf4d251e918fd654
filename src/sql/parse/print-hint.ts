/** Hints to the planner as they stand behind SELECT or a table. */
import type { Hint, HintArgument } from "./ast.ts";
import { printName, printText } from "./print-name.ts";

/** With a space before them; they follow a word or a name. */
export function printHints(hints: readonly Hint[]): string {
  return hints.length === 0 ? "" : ` /*+ ${hints.map(printHint).join(", ")} */`;
}

function printHint({ name, arguments: values }: Hint): string {
  if (values.length === 0) return printName(name);
  const given = values.map(({ key, value }) =>
    key === undefined ? printHintValue(value) : `${printHintValue(key)} = ${printHintValue(value)}`,
  );
  return `${printName(name)}(${given.join(", ")})`;
}

function printHintValue(value: HintArgument["value"]): string {
  switch (value.kind) {
    case "StringLiteral":
      return printText(value.value);
    case "NumberLiteral":
      return value.text;
    case "Identifier":
      return printName(value);
  }
}
