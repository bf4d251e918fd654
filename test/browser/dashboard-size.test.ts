import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildDashboard, type DashboardBuild } from "./dashboard-build.ts";

/** Of script, for the shell and the first page. */
const bytesMax = 150 * 1_024;

interface ManifestEntry {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
}

let built: DashboardBuild;
beforeAll(async () => {
  built = await buildDashboard();
});
afterAll(() => built.remove());

function firstPageScripts(): { readonly file: string; readonly bytes: number }[] {
  const text = readFileSync(join(built.folder, ".vite/manifest.json"), "utf8");
  const manifest = JSON.parse(text) as Record<string, ManifestEntry>;
  const reached = new Set(Object.keys(manifest).filter((name) => manifest[name]?.isEntry));
  // A Set hands out what is added while it is walked: all that the entry needs to start.
  for (const name of reached) for (const other of manifest[name]?.imports ?? []) reached.add(other);
  return [...reached].map((name) => {
    const { file } = manifest[name]!;
    return { file, bytes: brotliCompressSync(readFileSync(join(built.folder, file))).byteLength };
  });
}

it("needs at most 150 KB of script before the first page is there", () => {
  const scripts = firstPageScripts();
  const bytes = scripts.reduce((sum, script) => sum + script.bytes, 0);
  console.info(`First page: ${(bytes / 1_024).toFixed(1)} KB of script (brotli), ${scripts.length} files`);
  expect(bytes).toBeGreaterThan(20 * 1_024);
  expect(bytes).toBeLessThanOrEqual(bytesMax);
});

it("loads tables only when they are shown", () => {
  const manifest = JSON.parse(readFileSync(join(built.folder, ".vite/manifest.json"), "utf8")) as object;
  const lazy = Object.keys(manifest).filter((name) => name.startsWith("src/panels/"));
  expect(lazy.sort()).toEqual([
    "src/panels/minute-charts/minute-table.tsx",
    "src/panels/windows-table/draw.tsx",
  ]);
  const first = firstPageScripts().map(({ file }) => readFileSync(join(built.folder, file), "utf8"));
  expect(first.some((text) => text.includes("older ones are in the view itself"))).toBe(false);
});
