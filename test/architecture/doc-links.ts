/** Documents do not send readers to places that are gone: each relative link and each anchor exists. */
import { posix } from "node:path";
import type { Violation } from "./law.ts";
import { anchorsIn, type Link, linksIn } from "./markdown.ts";
import type { SourceTree } from "./source-tree.ts";

export function docLinks(tree: SourceTree): Violation[] {
  const documents = [...tree.texts].filter(([path]) => path.endsWith(".md"));
  return documents.flatMap(([path, text]) =>
    linksIn(text)
      .filter(({ target }) => !/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(target))
      .flatMap((link) => {
        const what = whatIsWrong(tree, path, link);
        const instead =
          "Correct the link, or bring back what it names; links are relative to their own file.";
        return what === undefined ? [] : [{ file: path, line: link.line, what, instead }];
      }),
  );
}

function whatIsWrong(tree: SourceTree, from: string, { target }: Link): string | undefined {
  const [place = "", anchor] = decodeURI(target).split("#");
  const path = place === "" ? from : placeOf(from, place);
  if (path !== "." && !tree.paths.has(path) && !tree.hasFolder(path)) {
    return `the link "${target}" names ${path}, which does not exist`;
  }
  const text = tree.texts.get(path);
  if (anchor === undefined || anchor === "" || text === undefined) return undefined;
  const anchors = anchorsIn(path, text);
  // `#L10-L20` marks a range of lines: its first line stands for it.
  if (anchors.has(anchor) || anchors.has(anchor.replace(/-L\d+$/, ""))) return undefined;
  return `the link "${target}" names a heading that ${path} does not have`;
}

/** `/docs/x.md` counts from the root of the repository, as on GitHub. */
function placeOf(from: string, place: string): string {
  const bare = place.replace(/\?.*$/, "");
  const path = bare.startsWith("/") ? bare.slice(1) : posix.join(posix.dirname(from), bare);
  return posix.normalize(path).replace(/(.)\/$/, "$1");
}
