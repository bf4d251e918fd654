/**
 * An exported value that no other file takes is not an interface, only noise. Types may be exported freely.
 */
import type { CodeFile } from "./code-file.ts";
import type { Violation } from "./law.ts";
import { isTest, type SourceTree } from "./source-tree.ts";

/**
 * What these export is for callers outside the sources: users, and the launcher in bin/, which knows a path
 * only.
 */
const PUBLIC: readonly string[] = ["src/index.ts", "src/client/index.ts", "src/cli/main.ts"];

export function deadExports(tree: SourceTree): Violation[] {
  const used = usedExports(tree);
  return tree.code
    .filter(({ path }) => path.startsWith("src/") && !isTest(path) && !PUBLIC.includes(path))
    .flatMap(({ path, exportedValues }) =>
      exportedValues
        .filter(({ name }) => !used.has(keyOf(path, name)))
        .map(({ name, line }) => ({
          file: path,
          line,
          what: `no other file imports \`${name}\``,
          instead: "Remove the word `export`, or the whole thing if nothing here uses it either.",
        })),
    );
}

/** Every (file, name) that somebody takes, followed through the files that pass it on. */
function usedExports(tree: SourceTree): Set<string> {
  const used = new Set<string>();
  const take = (path: string, name: string): void => {
    const file = tree.codeFile(path);
    if (file === undefined || used.has(keyOf(path, name))) return;
    used.add(keyOf(path, name));
    const from = file.exportedValues.find((each) => each.name === name)?.from;
    if (from !== undefined) takeFrom(file, from.specifier, [from.name]);
    for (const specifier of file.passesOnAllOf) takeFrom(file, specifier, [name]);
  };
  const takeAll = (path: string): void => {
    const file = tree.codeFile(path);
    if (file === undefined || used.has(keyOf(path, "*"))) return;
    used.add(keyOf(path, "*"));
    for (const { name } of file.exportedValues) take(path, name);
    for (const specifier of file.passesOnAllOf) takeFrom(file, specifier, "all");
  };
  const takeFrom = (file: CodeFile, specifier: string, names: readonly string[] | "all"): void => {
    const target = tree.resolve(file.path, specifier)?.path;
    if (target === undefined) return;
    if (names === "all") takeAll(target);
    else for (const name of names) take(target, name);
  };
  for (const path of PUBLIC) takeAll(path);
  for (const file of tree.code) {
    for (const { specifier, names } of file.references) takeFrom(file, specifier, names);
  }
  return used;
}

function keyOf(path: string, name: string): string {
  return `${path}#${name}`;
}
