/**
 * Packs hold no code: what a pack needs and cannot say is a gap in the engine, and is closed there (DESIGN
 * §2).
 */
import { posix } from "node:path";
import type { Violation } from "./law.ts";
import type { SourceTree } from "./source-tree.ts";

const PROGRAM = /\.(?:[cm]?[jt]sx?|py|sh|bash|rb|java|wasm)$/;

export function packsAreData(tree: SourceTree): Violation[] {
  return [...tree.paths]
    .filter((path) => path.startsWith("packs/") && PROGRAM.test(path))
    .map((file) => ({
      file,
      line: 1,
      what: `a pack holds a program (${posix.extname(file)})`,
      instead: "Say it in SQL or YAML; if that cannot say it, extend the engine for everybody.",
    }));
}
