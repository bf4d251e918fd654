/**
 * A small source tree written as one page of text, so that a case reads as a whole:
 *
 *     sql/ reaches up into dataflow/.
 *     expect: src/sql/plan.ts:1 dataflow, which stands above it
 *
 *     --- src/sql/plan.ts
 *     import { operators } from "../dataflow/operators.ts";
 *
 * The first line says what the case shows; each `expect:` is a violation (place, then words of its
 * message); `exempt:` (file or file#function, then the reason) stands for a row of exemptions.ts; each `---
 * path` begins a file. The files are laid over the lawful house in `scaffold.tree`; `--- path (removed)`
 * takes one away.
 */
import type { LengthExemption } from "./exemptions.ts";
import { SourceTree } from "./source-tree.ts";

export interface Fixture {
  readonly shows: string;
  readonly expected: readonly { readonly place: string; readonly words: string }[];
  readonly exemptions: readonly LengthExemption[];
  /** Path → text, or undefined for a file that is removed. */
  readonly files: ReadonlyMap<string, string | undefined>;
}

const FILE_HEADER = /^--- (\S+)( \(removed\))?\n/m;
/** `@repeat 400 text` stands for that many lines, so that a case about length stays short. */
const REPEAT = /^@repeat (\d+) (.*)$/gm;

export function parseFixture(page: string): Fixture {
  const [head = "", ...sections] = page.split(FILE_HEADER);
  const [shows = "", ...directives] = head.split("\n").filter((line) => line.trim() !== "");
  const files = new Map<string, string | undefined>();
  for (let at = 0; at < sections.length; at += 3) {
    const [path, removed, text] = sections.slice(at, at + 3);
    files.set(path!, removed === undefined ? spellOut(text!) : undefined);
  }
  return {
    shows,
    expected: valuesOf(directives, "expect").map(([place, words]) => ({ place, words })),
    exemptions: valuesOf(directives, "exempt").map(([target, because]) => {
      const [file = "", name] = target.split("#");
      return name === undefined ? { file, because } : { file, function: name, because };
    }),
    files,
  };
}

/** The lawful house with the fixture's files laid over it. */
export function treeOf(scaffold: Fixture, { files }: Fixture): SourceTree {
  const texts = new Map<string, string>();
  for (const [path, text] of new Map([...scaffold.files, ...files])) {
    if (text !== undefined) texts.set(path, text);
  }
  return new SourceTree(texts);
}

function valuesOf(directives: readonly string[], name: string): [string, string][] {
  return directives.flatMap((line) => {
    const match = new RegExp(`^${name}: (\\S+) (.+)$`).exec(line);
    return match === null ? [] : [[match[1]!, match[2]!] as [string, string]];
  });
}

function spellOut(text: string): string {
  return text.replace(REPEAT, (_, count: string, line: string) =>
    Array.from({ length: Number(count) }, (_each, index) => line.replaceAll("@n", String(index))).join("\n"),
  );
}
