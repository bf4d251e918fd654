/** Every source file is reached from an entry point: what nothing reaches is not part of the program. */
import type { Violation } from "./law.ts";
import { isTest, type SourceTree } from "./source-tree.ts";

/** Where the program begins: the embedded engine, the command line, the client, the web app. */
const ENTRY_POINTS: readonly string[] = [
  "src/index.ts",
  "src/cli/main.ts",
  "src/client/index.ts",
  "dashboard/src/main.tsx",
];

export function deadFiles(tree: SourceTree): Violation[] {
  const reached = new Set(ENTRY_POINTS.filter((path) => tree.paths.has(path)));
  // A Set hands out what is added while it is walked, so this runs until nothing new is reached.
  for (const path of reached) {
    for (const { specifier } of tree.codeFile(path)?.references ?? []) {
      const target = tree.resolve(path, specifier);
      if (target !== undefined) reached.add(target.path);
    }
  }
  return tree.code
    .map(({ path }) => path)
    .filter((path) => /^(?:src|dashboard\/src)\//.test(path) && !isTest(path) && !path.endsWith(".d.ts"))
    .filter((path) => !reached.has(path))
    .map((file) => ({
      file,
      line: 1,
      what: `nothing reaches this file from ${ENTRY_POINTS.join(", ")}`,
      instead: "Import it where it is used, or delete it; what only tests need belongs in test/.",
    }));
}
