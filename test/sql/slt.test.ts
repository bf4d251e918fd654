/**
 * Every query of test/sql/slt, compiled and interpreted, with the input cut into chunks of 1, 7 and 1024
 * rows, and frozen and restored after every second row: the rows are the same each time. UPDATE=1 fills the
 * rows in; expected rows come from Flink's documentation, so read them before they are committed.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fillSlt, readSlt } from "./slt-file.ts";
import { runBlock, type SltWay, SltWorld } from "./slt-runner.ts";

const folder = new URL("slt/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".slt"));
const ways: readonly SltWay[] = (["compiled", "interpreted"] as const).flatMap((mode) => [
  ...[1, 7, 1024].map((chunkRows) => ({ mode, chunkRows, restores: false })),
  { mode, chunkRows: 2, restores: true },
]);

async function problemsOf(text: string, way: SltWay): Promise<string[]> {
  const world = new SltWorld(way);
  const problems: string[] = [];
  for (const block of readSlt(text)) {
    const { problem } = await runBlock(world, block);
    if (problem !== undefined) problems.push(`line ${block.line}: ${problem}`);
  }
  return problems;
}

describe.each(files)("%s", (name) => {
  const url = new URL(name, folder);
  const text = readFileSync(url, "utf8");

  test.each(ways)("$mode, $chunkRows rows at once, restored: $restores", async (way) => {
    const problems = process.env.UPDATE === "1" ? [] : await problemsOf(text, way);
    expect(problems.join("\n\n")).toBe("");
  });

  if (process.env.UPDATE !== "1") return;
  test("is filled in", async () => {
    const world = new SltWorld({ mode: "interpreted", chunkRows: 1024 });
    const rowsAt = new Map<number, readonly string[]>();
    for (const block of readSlt(text)) {
      const { rows } = await runBlock(world, block);
      if (rows !== undefined) rowsAt.set(block.line, rows);
    }
    writeFileSync(url, fillSlt(text, rowsAt));
  });
});
