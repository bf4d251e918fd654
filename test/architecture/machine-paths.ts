/** Nothing in the repository knows the machine it was written on. */
import type { Violation } from "./law.ts";
import type { SourceTree } from "./source-tree.ts";

/** Starts a path: what stands before it is no part of a longer path, a URL or a package name. */
const MACHINE_PATH = /(?<![\w.~@})\]-])\/(?:work|root|home|Users)\/[\w.-]*/;

/** Files about a machine of their own: inside a container image these paths are true everywhere. */
const CONTAINERS = /^deploy\/|(?:^|\/)(?:Dockerfile|Containerfile)[\w.-]*$/;

export function machinePaths(tree: SourceTree): Violation[] {
  return [...tree.texts]
    .filter(([path]) => !CONTAINERS.test(path))
    .flatMap(([file, text]) =>
      text.split("\n").flatMap((line, index) => {
        const found = MACHINE_PATH.exec(line)?.[0];
        if (found === undefined) return [];
        return [
          {
            file,
            line: index + 1,
            what: `"${found}" exists on one machine only`,
            instead:
              "Write a path relative to the repository, or take it from `import.meta.url` or a setting.",
          },
        ];
      }),
    );
}
