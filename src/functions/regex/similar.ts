/**
 * The patterns of SIMILAR TO in Java's syntax, as Calcite translates them for Flink: `%` is any text, `_` any
 * character, `[:ALPHA:]` and its like are classes. What Java knows beyond that goes through unchanged, a dot
 * too.
 */
import { PatternMistake } from "./syntax.ts";

const javaSpecials = "[]()|^-+*?{}$\\.";
const similarSpecials = "[]()|^-+*_%?{}";
const classes: Readonly<Record<string, string>> = {
  ALPHA: "\\p{Alpha}",
  UPPER: "\\p{Upper}",
  LOWER: "\\p{Lower}",
  DIGIT: "\\d",
  SPACE: " ",
  WHITESPACE: "\\s",
  ALNUM: "\\p{Alnum}",
};

export function similarToRegex(pattern: string, mark: string | undefined): string {
  if (mark !== undefined && mark.length !== 1) throw new PatternMistake(`'${mark}' is no escape character`);
  let translated = "";
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    if (character === mark) translated += escaped(pattern, ++at, mark);
    else if (character === "_") translated += ".";
    else if (character === "%") translated += "(?s:.*)";
    else if (character === "\\") translated += "\\\\";
    else if (character === "$") translated += "\\$";
    else if (character === "[") {
      const end = classEnd(pattern, at, mark);
      translated += `[${classText(pattern, at + 1, end, mark)}]`;
      at = end;
    } else if (character === "]") {
      throw new PatternMistake(`the pattern '${pattern}' has a ] without its [`);
    } else translated += character;
  }
  return translated;
}

function escaped(pattern: string, at: number, mark: string): string {
  const next = pattern[at];
  if (next !== undefined && similarSpecials.includes(next))
    return javaSpecials.includes(next) ? `\\${next}` : next;
  if (next === mark) return javaSpecials.includes(mark) ? `\\${mark}` : mark;
  throw new PatternMistake(`the pattern '${pattern}' has an escape that stands for nothing`);
}

function classEnd(pattern: string, from: number, mark: string | undefined): number {
  for (let at = from + 1; at < pattern.length; at++) {
    if (pattern[at] === mark) at++;
    else if (pattern.startsWith("[:", at)) at = Math.max(pattern.indexOf(":]", at) + 1, at);
    else if (pattern[at] === "]") return at;
  }
  throw new PatternMistake(`the pattern '${pattern}' has a [ that does not end`);
}

function classText(pattern: string, from: number, end: number, mark: string | undefined): string {
  let text = "";
  for (let at = from; at < end; at++) {
    const character = pattern[at]!;
    if (character === mark) text += escaped(pattern, ++at, mark);
    else if (character === "-" || character === "^") text += character;
    else if (pattern.startsWith("[:", at)) {
      const name = /^\[:([A-Za-z]+):\]/.exec(pattern.slice(at, at + 20))?.[1];
      const known =
        name === name?.toUpperCase() || name === name?.toLowerCase() ? name?.toUpperCase() : undefined;
      const found = known === undefined ? undefined : classes[known];
      if (found === undefined)
        throw new PatternMistake(`the pattern '${pattern}' has a class without a name`);
      text += found;
      at += name!.length + 3;
    } else if (similarSpecials.includes(character)) {
      throw new PatternMistake(`the pattern '${pattern}' has ${character} in a class without an escape`);
    } else text += character === "\\" ? "\\\\" : character;
  }
  return text;
}
