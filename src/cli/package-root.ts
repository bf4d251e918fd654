/** Where the package lies: the same from `src/cli` and from `dist/cli`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const packageRoot = fileURLToPath(new URL("../../", import.meta.url));
export const packsFolder = join(packageRoot, "packs");
/** The project that runs when none is named. */
export const demoProject = join(packageRoot, "demo");
export const builtDashboard = join(packageRoot, "dashboard", "dist");

export function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string };
  return manifest.version;
}
