/**
 * Runs the command line in this process, which is Node 24 or newer: imported by the launcher, or started by
 * it.
 */
import { realpathSync } from "node:fs";
import * as nodeModule from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";

/**
 * @param {string} main the file that exports `main`
 * @param {readonly string[]} args
 * @param {string} [compileCache] absent where NODE_COMPILE_CACHE already names it
 */
export async function runMain(main, args, compileCache) {
  // Threads that end would take the process with them (docs/decisions/0017-compiled-wasm-is-kept.md).
  setFlagsFromString("--no-wasm-code-gc");
  // Compiled code is kept between starts; where that cannot be, Node goes on without.
  if (compileCache !== undefined)
    nodeModule.enableCompileCache(process.env.NODE_COMPILE_CACHE ?? compileCache);
  const module = await import(pathToFileURL(main).href);
  process.exitCode = await module.main(args);
}

const [, started, main, ...args] = process.argv;
if (started !== undefined && main !== undefined && realpathSync(started) === fileURLToPath(import.meta.url)) {
  await runMain(main, args);
}
