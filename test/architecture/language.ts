/**
 * The TypeScript of the house: erasable, fully typed, named exports, imports spelled out (STYLE, House
 * style).
 */
import { isBuiltin } from "node:module";
import type { CodeFile, NodeOf } from "./code-file.ts";
import type { Violation } from "./law.ts";
import type { SourceTree } from "./source-tree.ts";

export function language(tree: SourceTree): Violation[] {
  return tree.code.flatMap((file) => [
    ...syntaxErrors(file),
    ...forbiddenSyntax(file),
    ...looseSpecifiers(tree, file),
    ...(file.path === "src/index.ts" ? onlyExports(file) : []),
  ]);
}

function syntaxErrors({ path, syntaxErrors: errors }: CodeFile): Violation[] {
  return errors.map(({ message, line }) => ({
    file: path,
    line,
    what: `the file does not parse: ${message}`,
    instead: "Correct the syntax; every other law is blind for this file until then.",
  }));
}

function forbiddenSyntax(file: CodeFile): Violation[] {
  const at = (node: { start: number }, what: string, instead: string): Violation => ({
    file: file.path,
    line: file.lineAt(node.start),
    what,
    instead,
  });
  const defaults = isConfig(file.path) ? [] : file.nodes("ExportDefaultDeclaration");
  return [
    ...defaults.map(({ node }) =>
      at(node, "a default export", "Export it by name, so that it is found by name."),
    ),
    ...file
      .nodes("TSAnyKeyword")
      .map(({ node }) => at(node, "the type `any`", "Use `unknown` and parse it once.")),
    ...file
      .nodes("TSEnumDeclaration")
      .map(({ node }) => at(node, `the enum ${node.id.name}`, "Use a union of literals.")),
    ...file
      .nodes("TSModuleDeclaration")
      .filter(({ node }) => isNamespace(node))
      .map(({ node }) => at(node, "a namespace", "A file is a namespace: use a module.")),
    ...file
      .nodes("TSParameterProperty")
      .map(({ node }) =>
        at(node, "a parameter property", "Declare the field and assign it in the constructor."),
      ),
  ];
}

/** `declare module "x"` and `declare global` describe what is there; only `namespace X` makes something. */
function isNamespace(node: NodeOf<"TSModuleDeclaration">): boolean {
  return !node.global && node.id.type !== "Literal";
}

function looseSpecifiers(tree: SourceTree, file: CodeFile): Violation[] {
  return file.references.flatMap(({ kind, specifier, line }) => {
    const what = kind === "worker" ? undefined : whatIsLoose(tree, file.path, specifier);
    return what === undefined ? [] : [{ file: file.path, line, ...what }];
  });
}

function whatIsLoose(
  tree: SourceTree,
  from: string,
  specifier: string,
): Pick<Violation, "what" | "instead"> | undefined {
  if (!specifier.startsWith(".")) {
    if (specifier.startsWith("node:") || !isBuiltin(specifier)) return undefined;
    return { what: `"${specifier}" is a module of Node`, instead: `Write "node:${specifier}".` };
  }
  const target = tree.resolve(from, specifier);
  if (target === undefined) {
    return {
      what: `"${specifier}" names no file`,
      instead: "Correct the path; dist/ and ignored files do not count.",
    };
  }
  if (target.spelledOut) return undefined;
  return {
    what: `"${specifier}" leaves the file to be guessed`,
    instead: `Name the file with its extension (${target.path}): Node runs the sources as they are.`,
  };
}

function onlyExports(file: CodeFile): Violation[] {
  return file.nodes("Program").flatMap(({ node: { body } }) =>
    body
      .filter((statement) => {
        if (statement.type === "ExportAllDeclaration") return false;
        return statement.type !== "ExportNamedDeclaration" || statement.declaration !== null;
      })
      .map((statement) => ({
        file: file.path,
        line: file.lineAt(statement.start),
        what: "src/index.ts holds code",
        instead:
          'It is the list of what is public: only `export { … } from "…"`. Put the code into its room.',
      })),
  );
}

function isConfig(path: string): boolean {
  return /\.config\.[cm]?[jt]s$/.test(path);
}
