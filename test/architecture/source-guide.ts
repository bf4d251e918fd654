/** `src/README.md` is the walk through the house: it names every room that exists, and only what exists. */
import { posix } from "node:path";
import type { Violation } from "./law.ts";
import { proseLines } from "./markdown.ts";
import type { SourceTree } from "./source-tree.ts";

const GUIDE = "src/README.md";

/** How a paragraph, heading, list item or table row on a folder begins: `ingest/`, marked up or not. */
const OPENS_WITH_FOLDER =
  /^(?:#{1,6} +|[-*] +|\d+\. +|\| *)?(?:[*_`[]| {0,3})*([a-z][a-z-]*(?:\/[a-z-]+)*)\/[*_`\]]/;
/**
 * A heading, list item or table row: it opens something wherever it stands. Plain text opens after a blank
 * line.
 */
const MARKED = /^(?:#|[-*] |\d+\. |\|)/;
const CODE_SPAN = /(`+)(.+?)\1/g;
const FILE_NAME = /^[\w.@-]+(?:\/[\w.@-]+)*\.(?:tsx?|jsx?|md)$/;

export function sourceGuide(tree: SourceTree): Violation[] {
  const rooms = tree.foldersIn("src");
  const text = tree.texts.get(GUIDE);
  if (text === undefined) return rooms.length === 0 ? [] : [noGuide(rooms)];
  const lines = proseLines(text);
  return [
    ...unmentionedRooms(rooms, text),
    ...roomsThatAreGone(tree, lines),
    ...filesThatAreGone(tree, lines),
  ];
}

function noGuide(rooms: readonly string[]): Violation {
  return {
    file: GUIDE,
    line: 1,
    what: `src/ has the folders ${rooms.join(", ")} and no guide to them`,
    instead: `Write ${GUIDE}: one paragraph a folder, in path order, each naming the file to open first.`,
  };
}

function unmentionedRooms(rooms: readonly string[], text: string): Violation[] {
  return rooms
    .filter((room) => !new RegExp(`(?<![\\w/-])(?:src/)?${room}/`).test(text))
    .map((room) => ({
      file: GUIDE,
      line: 1,
      what: `the folder src/${room}/ is not mentioned`,
      instead: `Add a paragraph that begins with \`${room}/\`: what belongs there, which file to open first.`,
    }));
}

function roomsThatAreGone(tree: SourceTree, lines: readonly string[]): Violation[] {
  return lines.flatMap((line, index) => {
    const opens = MARKED.test(line) || /^\s*$|^#/.test(lines[index - 1] ?? "");
    const folder = opens ? OPENS_WITH_FOLDER.exec(line)?.[1]?.replace(/^src\//, "") : undefined;
    if (folder === undefined || folder === "src") return [];
    if (tree.hasFolder(`src/${folder}`) || tree.hasFolder(folder)) return [];
    return [
      {
        file: GUIDE,
        line: index + 1,
        what: `the guide speaks of the folder ${folder}/, which does not exist`,
        instead: "Remove the paragraph, or correct the name.",
      },
    ];
  });
}

function filesThatAreGone(tree: SourceTree, lines: readonly string[]): Violation[] {
  const names = new Set([...tree.paths].map((path) => posix.basename(path)));
  const exists = (path: string): boolean =>
    path.includes("/") ? tree.paths.has(`src/${path}`) || tree.paths.has(path) : names.has(path);
  return lines.flatMap((line, index) =>
    [...line.matchAll(CODE_SPAN)]
      .map((match) => match[2]!.trim())
      .filter((path) => FILE_NAME.test(path) && !exists(path))
      .map((path) => ({
        file: GUIDE,
        line: index + 1,
        what: `\`${path}\` does not exist`,
        instead:
          "Name the file by its path from src/ (or from the root), and keep the guide true when files move.",
      })),
  );
}
