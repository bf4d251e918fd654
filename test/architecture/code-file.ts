/** One TypeScript or JavaScript file, parsed once: its nodes by type, what it refers to, what it exports. */
import { type Comment, type Node, parseSync, type StaticExportEntry, visitorKeys } from "oxc-parser";

/**
 * The nodes that may carry the type `T`. (The parser has one interface for several types of function and
 * class.)
 */
export type NodeOf<T extends Node["type"], N extends Node = Node> = N extends Node
  ? [Extract<N["type"], T>] extends [never]
    ? never
    : N
  : never;

/** A node and the nodes around it: the parser's own `parent` is not filled in. */
export interface Placed<N extends Node = Node> {
  readonly node: N;
  readonly parent: Placed | undefined;
}

/**
 * One place where a file names another module. `runtime` loads it at once, `lazy` when the line runs,
 * `type` never, and `worker` starts it on another thread: it is part of the program, but of another module
 * graph.
 */
export interface Reference {
  readonly kind: "runtime" | "lazy" | "type" | "worker";
  readonly specifier: string;
  readonly line: number;
  /** The names taken, or `"all"` where we cannot tell (`import * as`, `import()`, `export * as`). */
  readonly names: readonly string[] | "all";
}

/** A value that the file exports; `from` where it only passes it on from another module. */
export interface ExportedValue {
  readonly name: string;
  readonly line: number;
  readonly from: { readonly specifier: string; readonly name: string } | undefined;
}

export class CodeFile {
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  readonly comments: readonly Comment[];
  readonly syntaxErrors: readonly { readonly message: string; readonly line: number }[];
  readonly references: readonly Reference[];
  readonly exportedValues: readonly ExportedValue[];
  /** The modules of `export * from "…"`. */
  readonly passesOnAllOf: readonly string[];
  readonly #byType: ReadonlyMap<string, readonly Placed[]>;
  readonly #lineStarts: readonly number[];

  constructor(path: string, text: string) {
    const parsed = parseSync(path, text);
    this.path = path;
    this.text = text;
    this.lines = text.replace(/\n$/, "").split("\n");
    this.#lineStarts = lineStartsOf(text);
    this.#byType = nodesByType(parsed.program);
    this.comments = parsed.comments;
    this.syntaxErrors = parsed.errors.map(({ message, labels }) => ({
      message,
      line: this.lineAt(labels[0]?.start ?? 0),
    }));
    this.references = referencesOf(this);
    const exported = parsed.module.staticExports.flatMap(({ entries }) => entries);
    this.exportedValues = exported.flatMap((entry) => exportedValue(this, entry));
    this.passesOnAllOf = exported.flatMap(({ importName, moduleRequest }) =>
      importName.kind === "AllButDefault" && moduleRequest !== null ? [moduleRequest.value] : [],
    );
  }

  /** Every node of these types, in the order of the text. */
  nodes<T extends Node["type"]>(...types: readonly T[]): readonly Placed<NodeOf<T>>[] {
    const found = types.flatMap((type) => this.#byType.get(type) ?? []);
    return found as readonly Placed[] as readonly Placed<NodeOf<T>>[];
  }

  lineAt(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function nodesByType(program: Node): Map<string, Placed[]> {
  const byType = new Map<string, Placed[]>();
  const visit = (node: Node, parent: Placed | undefined): void => {
    const placed = { node, parent };
    const others = byType.get(node.type);
    if (others === undefined) byType.set(node.type, [placed]);
    else others.push(placed);
    for (const key of visitorKeys[node.type] ?? []) {
      const child = (node as unknown as Record<string, Node | readonly (Node | null)[] | null>)[key];
      for (const each of Array.isArray(child) ? child : [child]) {
        if (each !== null && each !== undefined) visit(each, placed);
      }
    }
  };
  visit(program, undefined);
  return byType;
}

function referencesOf(file: CodeFile): Reference[] {
  const found: Reference[] = [];
  const note = (node: Node, kind: Reference["kind"], specifier: string, names: Reference["names"]): void => {
    found.push({ kind, specifier, line: file.lineAt(node.start), names });
  };
  // `import { type A } from` still loads the module in Node, which only blanks the name: the statement
  // decides.
  for (const { node } of file.nodes("ImportDeclaration")) {
    note(node, node.importKind === "type" ? "type" : "runtime", node.source.value, importedNames(node));
  }
  for (const { node } of file.nodes("ExportNamedDeclaration")) {
    if (node.source === null) continue;
    note(node, node.exportKind === "type" ? "type" : "runtime", node.source.value, []);
  }
  for (const { node } of file.nodes("ExportAllDeclaration")) {
    const names = node.exported === null ? [] : "all";
    note(node, node.exportKind === "type" ? "type" : "runtime", node.source.value, names);
  }
  for (const { node } of file.nodes("TSImportType")) note(node, "type", node.source.value, []);
  for (const { node } of file.nodes("ImportExpression")) {
    const specifier = textOf(node.source);
    if (specifier !== undefined) note(node, "lazy", specifier, "all");
  }
  for (const { node } of file.nodes("NewExpression", "CallExpression")) {
    const specifier = workerEntry(node);
    if (specifier !== undefined) note(node, "worker", specifier, []);
  }
  return found;
}

function importedNames(node: NodeOf<"ImportDeclaration">): Reference["names"] {
  const names: string[] = [];
  for (const specifier of node.specifiers) {
    if (specifier.type === "ImportNamespaceSpecifier") return "all";
    if (specifier.type === "ImportDefaultSpecifier") names.push("default");
    else names.push("name" in specifier.imported ? specifier.imported.name : specifier.imported.value);
  }
  return names;
}

/** `new URL("./worker.ts", import.meta.url)` or `workerUrl(import.meta.url, "./worker")`. */
function workerEntry(node: NodeOf<"NewExpression" | "CallExpression">): string | undefined {
  if (node.callee.type !== "Identifier") return undefined;
  const specifier = node.arguments.map(textOf).find((text) => text?.startsWith("."));
  if (node.callee.name === "workerUrl") return specifier;
  return node.callee.name === "URL" && /\.[cm]?[jt]sx?$/.test(specifier ?? "") ? specifier : undefined;
}

function textOf(node: Node): string | undefined {
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  if (node.type === "TemplateLiteral" && node.quasis.length === 1) return node.quasis[0]?.value.raw;
  return undefined;
}

function exportedValue(file: CodeFile, entry: StaticExportEntry): ExportedValue[] {
  const name = entry.exportName.name;
  if (entry.isType || name === null) return [];
  const from =
    entry.moduleRequest === null || entry.importName.name === null
      ? undefined
      : { specifier: entry.moduleRequest.value, name: entry.importName.name };
  return [{ name, line: file.lineAt(entry.start), from }];
}
