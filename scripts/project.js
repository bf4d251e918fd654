/** Where the checkout is, and its pinned Node: found by its path in node_modules, never by PATH. */
import { spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/** @param {string} root */
export function pinnedNode(root) {
  return join(root, "node_modules", "node", "bin", "node");
}

/**
 * Runs a script to its end in the project's folder, with this terminal, and returns its exit code.
 *
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {number}
 */
export function runPinned(args, env = process.env) {
  // Threads that end would take the process with them (docs/decisions/0017-compiled-wasm-is-kept.md).
  const flagged = ["--no-wasm-code-gc", ...args];
  const result = spawnSync(pinnedNode(projectRoot), flagged, { cwd: projectRoot, env, stdio: "inherit" });
  if (result.error) throw result.error;
  return result.status ?? 128 + (result.signal === null ? 0 : constants.signals[result.signal]);
}

/**
 * Whether the module is what Node was started with, and not imported by another.
 *
 * @param {string} moduleUrl
 */
export function isStartedDirectly(moduleUrl) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(moduleUrl);
}
