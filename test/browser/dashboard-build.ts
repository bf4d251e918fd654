/**
 * The dashboard, built into a folder of the test's own: the checkout's dist/ may be that of another commit.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";

export interface DashboardBuild {
  readonly folder: string;
  remove(): void;
}

export async function buildDashboard(): Promise<DashboardBuild> {
  const folder = mkdtempSync(join(tmpdir(), "quickwater-dashboard-"));
  const root = join(import.meta.dirname, "../../dashboard");
  // Vitest sets NODE_ENV to "test", with which React would be built for development.
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = "production";
  try {
    await build({
      configFile: join(root, "vite.config.ts"),
      mode: "production",
      logLevel: "error",
      build: { outDir: folder, emptyOutDir: true },
    });
  } finally {
    process.env.NODE_ENV = before;
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
