/**
 * No file waits for itself: no runtime cycle anywhere, and no cycle at all, types included, between
 * folders.
 */
import { posix } from "node:path";
import type { Violation } from "./law.ts";
import type { SourceTree } from "./source-tree.ts";

/** File → the files it imports, each with the line of the import. */
type Graph = ReadonlyMap<string, ReadonlyMap<string, number>>;

export function cycles(tree: SourceTree): Violation[] {
  const runtime = graphOf(tree, ["runtime", "lazy"]);
  const everything = graphOf(tree, ["runtime", "lazy", "type"]);
  const atRuntime = knotsOf(runtime).map((knot) => shortestCycle(runtime, knot, () => true));
  const reported = new Set(atRuntime.flat());
  const acrossFolders = knotsOf(everything)
    .filter((knot) => !knot.some((path) => reported.has(path)))
    .map((knot) => shortestCycle(everything, knot, (a, b) => posix.dirname(a) !== posix.dirname(b)));
  return [
    ...atRuntime.map((path) => violation(runtime, path, "a runtime import cycle")),
    ...acrossFolders
      .filter((path) => path.length > 0)
      .map((path) => violation(everything, path, "an import cycle between folders (through types)")),
  ];
}

/** Starting a worker is no import: the worker has a module graph of its own. */
function graphOf(tree: SourceTree, kinds: readonly string[]): Graph {
  const graph = new Map<string, Map<string, number>>();
  for (const { path, references } of tree.code) {
    const edges = new Map<string, number>();
    for (const { kind, specifier, line } of references) {
      const target = kinds.includes(kind) ? tree.resolve(path, specifier)?.path : undefined;
      if (target !== undefined && !edges.has(target)) edges.set(target, line);
    }
    graph.set(path, edges);
  }
  return graph;
}

/**
 * Tarjan's strongly connected components, those that hold a cycle: each file in it can reach all the
 * others.
 */
function knotsOf(graph: Graph): string[][] {
  const order = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const knots: string[][] = [];
  const visit = (file: string): number => {
    const index = order.size;
    let low = index;
    order.set(file, index);
    stack.push(file);
    onStack.add(file);
    for (const next of graph.get(file)?.keys() ?? []) {
      if (!order.has(next)) low = Math.min(low, visit(next));
      else if (onStack.has(next)) low = Math.min(low, order.get(next)!);
    }
    if (low === index) {
      const knot = stack.splice(stack.indexOf(file));
      for (const each of knot) onStack.delete(each);
      if (knot.length > 1 || graph.get(file)?.has(file)) knots.push(knot.sort());
    }
    return low;
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return knots;
}

/** The shortest way round through an edge of the knot that `counts`; empty where no edge does. */
function shortestCycle(
  graph: Graph,
  knot: readonly string[],
  counts: (from: string, to: string) => boolean,
): string[] {
  const inside = new Set(knot);
  let shortest: string[] = [];
  for (const from of knot) {
    for (const to of graph.get(from)?.keys() ?? []) {
      if (!inside.has(to) || !counts(from, to)) continue;
      const cycle = [from, ...shortestPath(graph, to, from)];
      if (shortest.length === 0 || cycle.length < shortest.length) shortest = cycle;
    }
  }
  return shortest;
}

function shortestPath(graph: Graph, from: string, to: string): string[] {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  for (const file of cameFrom.keys()) {
    if (file === to) break;
    for (const next of graph.get(file)?.keys() ?? []) if (!cameFrom.has(next)) cameFrom.set(next, file);
  }
  const path: string[] = [];
  for (let at: string | undefined = to; at !== undefined; at = cameFrom.get(at)) path.unshift(at);
  return path;
}

function violation(graph: Graph, path: readonly string[], kind: string): Violation {
  const file = path[0]!;
  return {
    file,
    line: graph.get(file)?.get(path[1]!) ?? 1,
    what: `${kind}: ${path.join(" → ")}`,
    instead:
      "Move what both sides need into a file of its own that imports neither, or pass it in as an argument.",
  };
}
