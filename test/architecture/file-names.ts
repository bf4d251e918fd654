/** Files and folders of code are kebab-case and named after what they hold; a grab bag has no name. */
import { posix } from "node:path";
import type { Violation } from "./law.ts";
import { isGenerated, type SourceTree } from "./source-tree.ts";

const KEBAB_CASE = /^\.?[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/;
const GRAB_BAG = /^(?:utils?|helpers?|common|misc)$/;

export function fileNames(tree: SourceTree): Violation[] {
  return tree.code
    .filter(({ path, text }) => !isGenerated(path, text))
    .flatMap(({ path }) => {
      const parts = path.split("/");
      const unlike = parts.find((part) => !KEBAB_CASE.test(part));
      const grabBag = parts.find((part) => GRAB_BAG.test(part.replace(/\..*$/, "")));
      const violations: Violation[] = [];
      if (unlike !== undefined) violations.push(notKebab(path, unlike));
      if (grabBag !== undefined) violations.push(named(path, grabBag));
      return violations;
    });
}

function notKebab(file: string, part: string): Violation {
  const kebab = part
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/[_ ]+/g, "-")
    .toLowerCase();
  return { file, line: 1, what: `"${part}" is not kebab-case`, instead: `Call it "${kebab}".` };
}

function named(file: string, part: string): Violation {
  return {
    file,
    line: 1,
    what: `"${part}" says nothing about what is in it`,
    instead:
      `Name ${posix.extname(part) === "" ? "the folder" : "the file"} after the one concept it holds; ` +
      "split it if there are several.",
  };
}
