/**
 * Which path ran is seen at the one place that neither path can avoid: where text becomes a function.
 * Compiled, the corpus makes a decoder a query and kernels for its expressions and windows; interpreted, it
 * makes none, and what is left is the row check, which belongs to taking rows in and has no twin.
 */
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { compiledFunctionCount } from "../../src/dataflow/codegen/compile.ts";
import type { KernelMode } from "../../src/dataflow/codegen/kernels.ts";
import { readSlt } from "./slt-file.ts";
import { runBlock, SltWorld } from "./slt-runner.ts";

const folder = new URL("slt/", import.meta.url);

/** The texts that were made into functions. */
function watchFunctions(): string[] {
  const texts: string[] = [];
  const watched = new Proxy(Function, {
    construct: (target, given: string[], newTarget) => {
      texts.push(given.at(-1) ?? "");
      return Reflect.construct(target, given, newTarget);
    },
  });
  vi.stubGlobal("Function", watched);
  return texts;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Answers how many queries ran. */
async function runCorpus(mode: KernelMode): Promise<number> {
  let queries = 0;
  for (const name of readdirSync(folder)) {
    const world = new SltWorld({ mode, chunkRows: 1024 });
    for (const block of readSlt(readFileSync(new URL(name, folder), "utf8"))) {
      await runBlock(world, block);
      if (block.kind === "query") queries++;
    }
  }
  return queries;
}

const isRowCheck = (text: string): boolean =>
  text.includes("function checkRow(") || text.includes("checkNull(");
const isDecoder = (text: string): boolean => text.includes("function decode(");

test("compiled, every query has a decoder of its own, and expressions and windows have kernels", async () => {
  const texts = watchFunctions();
  const before = compiledFunctionCount();
  const queries = await runCorpus("compiled");
  expect(queries).toBeGreaterThan(60);
  expect(texts.filter(isDecoder).length).toBeGreaterThanOrEqual(queries);
  expect(compiledFunctionCount() - before, "predicates and projections").toBeGreaterThan(queries / 2);
  const windows = texts.filter((text) => /joinSlice|markChanged/.test(text));
  expect(windows.length, "window kernels").toBeGreaterThan(30);
  const changes = texts.filter((text) => text.includes("change(address, batch, row, isRetraction)"));
  const compared = texts.filter((text) => text.includes("function sameRow("));
  expect(compared.length, "groups without windows: what was told and is told").toBeGreaterThan(30);
  // Sessions, overlapping windows and OVER take rows one by one too.
  expect(changes.length, "kernels that take a row").toBeGreaterThan(compared.length + 30);
});

test("interpreted, nothing but the row check is compiled", async () => {
  const texts = watchFunctions();
  const before = compiledFunctionCount();
  await runCorpus("interpreted");
  expect(compiledFunctionCount() - before).toBe(0);
  expect(texts.filter((text) => !isRowCheck(text))).toEqual([]);
});
