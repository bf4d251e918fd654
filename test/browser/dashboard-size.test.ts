import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { kindReaders } from "../../src/project/pages/panel-kinds.ts";
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

function manifestOf(): Readonly<Record<string, ManifestEntry>> {
  const text = readFileSync(join(built.folder, ".vite/manifest.json"), "utf8");
  return JSON.parse(text) as Record<string, ManifestEntry>;
}

function firstPageEntries(): readonly string[] {
  const manifest = manifestOf();
  const reached = new Set(Object.keys(manifest).filter((name) => manifest[name]?.isEntry));
  // A Set hands out what is added while it is walked: all that the entry needs to start.
  for (const name of reached) for (const other of manifest[name]?.imports ?? []) reached.add(other);
  return [...reached];
}

function firstPageScripts(): { readonly file: string; readonly bytes: number }[] {
  const manifest = manifestOf();
  return firstPageEntries().map((name) => {
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

it("loads each kind of panel only where one is shown", () => {
  const kinds = Object.keys(kindReaders);
  expect(Object.keys(manifestOf())).toEqual(
    expect.arrayContaining(kinds.map((kind) => `src/panels/${kind}/kind.tsx`)),
  );
  expect(firstPageEntries().filter((name) => /^src\/panels\/[^/]+\//.test(name))).toEqual([]);
});
