import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { kindReaders } from "../../src/project/pages/panel-kinds.ts";
import { buildDashboard, type DashboardBuild } from "./dashboard-build.ts";

/** Of script, for the shell and the first page. */
const bytesMax = 150 * 1_024;
const firstPage = "../../demo/dashboards/overview.yaml";

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

function entryNames(): readonly string[] {
  const manifest = manifestOf();
  return Object.keys(manifest).filter((name) => manifest[name]?.isEntry);
}

/** Those, and all that they need to start. */
function withImports(names: readonly string[]): readonly string[] {
  const manifest = manifestOf();
  const reached = new Set(names);
  // A Set hands out what is added while it is walked.
  for (const name of reached) for (const other of manifest[name]?.imports ?? []) reached.add(other);
  return [...reached];
}

function kindsOfFirstPage(): readonly string[] {
  const yaml = readFileSync(join(import.meta.dirname, firstPage), "utf8");
  return Object.keys(kindReaders).filter((kind) => new RegExp(`^ *- ${kind}: `, "m").test(yaml));
}

const codeOf = (kind: string) => `src/panels/${kind}/kind.tsx`;

it("needs at most 150 KB of script until the first page has its numbers", () => {
  const kinds = kindsOfFirstPage();
  expect(kinds).toEqual(expect.arrayContaining(["kpi", "series"]));
  const names = withImports([...entryNames(), ...kinds.map(codeOf)]);
  const files = names.map((name) => manifestOf()[name]!.file);
  // As the server sends them.
  const bytes = files.reduce((sum, file) => sum + statSync(join(built.folder, `${file}.br`)).size, 0);
  console.info(`First page: ${(bytes / 1_024).toFixed(1)} KB of script (Brotli), ${files.length} files`);
  expect(bytes).toBeGreaterThan(20 * 1_024);
  expect(bytes).toBeLessThanOrEqual(bytesMax);
});

it("loads each kind of panel only where one is shown", () => {
  const kinds = Object.keys(kindReaders);
  expect(Object.keys(manifestOf())).toEqual(expect.arrayContaining(kinds.map(codeOf)));
  expect(withImports(entryNames()).filter((name) => /^src\/panels\/[^/]+\//.test(name))).toEqual([]);
});
