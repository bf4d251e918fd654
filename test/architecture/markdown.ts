/** The little of Markdown that the laws on documents need: links, anchors, paragraphs, code spans. */
import { CODE } from "./source-tree.ts";

export interface Link {
  readonly target: string;
  readonly line: number;
}

const INLINE_LINK = /\]\(\s*<?([^)\s>]+)>?(?:\s+["'(][^)]*)?\)/g;
const REFERENCE = /^ {0,3}\[(?!\^)[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)/g;
const HTML_LINK = /<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)\s*=\s*["']([^"']+)["']/g;

/** The lines of a document, with fenced code blanked out so that line numbers stay true. */
export function proseLines(text: string): readonly string[] {
  let fence: string | undefined;
  return text.split("\n").map((line) => {
    const mark = /^\s*(?:[-*>]\s*)*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined && mark === undefined) return line;
    if (fence === undefined) fence = mark;
    else if (mark?.startsWith(fence)) fence = undefined;
    return "";
  });
}

export function linksIn(text: string): Link[] {
  return proseLines(text).flatMap((line, index) => {
    const prose = line.replace(/(`+).*?\1/g, "code");
    const matches = [INLINE_LINK, REFERENCE, HTML_LINK].flatMap((pattern) => [...prose.matchAll(pattern)]);
    return matches.map((match) => ({ target: match[1]!, line: index + 1 }));
  });
}

/**
 * What may follow `#` in a link to this file: GitHub's heading slugs and explicit ids; line numbers in
 * code.
 */
export function anchorsIn(path: string, text: string): ReadonlySet<string> {
  if (CODE.test(path)) return new Set(text.split("\n").map((_, index) => `L${index + 1}`));
  const anchors = new Set<string>();
  for (const line of proseLines(text)) {
    const heading = /^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$/.exec(line)?.[1];
    if (heading !== undefined) addSlug(anchors, slugOf(heading));
    for (const [, id] of line.matchAll(/\b(?:id|name)\s*=\s*["']([^"']+)["']/g)) anchors.add(id!);
  }
  return anchors;
}

function slugOf(heading: string): string {
  const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/<[^>]+>/g, "");
  return words
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
}

function addSlug(anchors: Set<string>, slug: string): void {
  let unique = slug;
  for (let count = 1; anchors.has(unique); count++) unique = `${slug}-${count}`;
  anchors.add(unique);
}
