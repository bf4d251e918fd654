/** Builds the dashboard when its sources changed; nobody ever sees a half-built folder. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pinnedNode } from "../project.js";
import { keyLines, SetupFailure } from "./failure.js";
import { environmentForTools, runTool } from "./install.js";

/**
 * What the built files are made of, besides the packages; the dashboard may import nothing else (see DESIGN
 * §1).
 */
const sources = [
  "dashboard",
  "src/client",
  "src/serving/protocol.ts",
  "src/serving/answers.ts",
  "src/values",
];

/**
 * The hash that a fresh build would carry, or undefined where there is nothing to build.
 *
 * @param {string} root
 * @returns {string | undefined}
 */
export function outdatedDashboard(root) {
  if (!existsSync(join(root, "dashboard", "vite.config.ts"))) return undefined;
  const hash = createHash("sha256");
  hash.update(viteVersion(root));
  for (const source of sources) hashTree(hash, root, source);
  const wanted = hash.digest("hex");
  return readStamp(root) === wanted ? undefined : wanted;
}

/**
 * @param {string} root
 * @param {string} sourcesHash
 * @param {(pid: number) => void} noteTool
 */
export async function buildDashboard(root, sourcesHash, noteTool) {
  // Beside dist and not in a temporary folder: a rename works only within one file system.
  const fresh = join(root, "dashboard", "dist.building");
  const old = join(root, "dashboard", "dist.old");
  const dist = join(root, "dashboard", "dist");
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });

  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const flags = ["--outDir", fresh, "--emptyOutDir", "--logLevel", "error"];
  const env = { ...environmentForTools(root), NODE_ENV: "production" };
  const result = await runTool(pinnedNode(root), [vite, "build", "dashboard", ...flags], root, env, noteTool);
  if (result.code !== 0) {
    throw new SetupFailure(
      "The dashboard could not be built; mend what Vite names below and start again.",
      keyLines(result.stderr),
    );
  }
  writeFileSync(stampPath(fresh), `${sourcesHash}\n`);
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(fresh, dist);
  rmSync(old, { recursive: true, force: true });
}

/**
 * @param {import("node:crypto").Hash} hash
 * @param {string} root
 * @param {string} path relative to root, with forward slashes
 */
function hashTree(hash, root, path) {
  const full = join(root, path);
  if (!existsSync(full)) return;
  if (statSync(full).isFile()) {
    hash.update(`${path}\0`).update(readFileSync(full)).update("\0");
    return;
  }
  for (const name of readdirSync(full).sort()) {
    if (!/^(node_modules|dist(\..*)?|\..*)$/.test(name)) hashTree(hash, root, `${path}/${name}`);
  }
}

/** @param {string} root */
function viteVersion(root) {
  const manifest = join(root, "node_modules", "vite", "package.json");
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")).version : "";
}

/** @param {string} root */
function readStamp(root) {
  const stamp = stampPath(join(root, "dashboard", "dist"));
  return existsSync(stamp) ? readFileSync(stamp, "utf8").trim() : undefined;
}

/** @param {string} folder */
function stampPath(folder) {
  return join(folder, ".sources-hash");
}
