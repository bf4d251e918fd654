#!/usr/bin/env node
/**
 * Starts Quickwater on Node 24 or newer, whatever Node the machine has. In a checkout it sets everything up
 * first and runs the TypeScript sources; as an installed package it runs dist/.
 *
 * A server is started with settings for its memory, which only a new process can have: where the system lets
 * it, this process becomes that one.
 *
 * On an older Node it starts the right one as a child and becomes its shadow: same terminal, same exit code.
 * The IPC channel between them carries no messages; its loss tells the child that this process was killed
 * (src/cli/lifeline.ts).
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { constants, tmpdir } from "node:os";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { runMain } from "./run-main.js";

const nodeMajorMin = 24;
/** Later than the child's own limit for stopping (src/cli/lifeline.ts): only a child that hangs is killed. */
const stopMsMax = 2_500;
/**
 * What the runtime would take besides, without being faster by it: 100 MB for objects that live shortly, as
 * much for those that died long ago, and what each of its threads has freed.
 */
const memoryFlags = ["--max-semi-space-size=2", "--heap-growing-percent=30"];
const memoryEnvironment = { MALLOC_ARENA_MAX: "1" };

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const isCheckout =
  !root.split(sep).includes("node_modules") &&
  existsSync(join(root, "scripts", "setup.js")) &&
  existsSync(join(root, "src", "cli", "main.ts"));

await (isCheckout ? startCheckout() : startPackage());

async function startCheckout() {
  const { setUpOrExit } = await import("../scripts/setup.js");
  const { installed } = await setUpOrExit({ dashboard: showsDashboard(process.argv.slice(2)) });
  const modules = join(root, "node_modules");
  // Under `npm start` the pinned Node runs this file too, and an installation has replaced it under our feet.
  const replaced = installed && process.execPath.startsWith(modules + sep);
  const node =
    isNewEnough(process.versions.node) && !replaced ? undefined : join(modules, "node", "bin", "node");
  await start(join(root, "src", "cli", "main.ts"), node, join(modules, ".cache", "quickwater"));
}

/**
 * Only a start serves pages; nobody else should wait for them to be built.
 *
 * @param {readonly string[]} args
 */
function showsDashboard([verb, ...args]) {
  return verb === "start" && !args.includes("--help") && !args.includes("-h");
}

async function startPackage() {
  const node = isNewEnough(process.versions.node) ? undefined : packagedNode();
  await start(join(root, "dist", "cli", "main.js"), node, join(tmpdir(), "node-compile-cache"));
}

/**
 * @param {string} main
 * @param {string | undefined} node undefined where this process will do
 * @param {string} compileCache
 */
async function start(main, node, compileCache) {
  const args = process.argv.slice(2);
  const settings = {
    flags: [...memoryFlags, join(root, "bin", "run-main.js"), main, ...args],
    env: {
      ...memoryEnvironment,
      ...process.env,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? compileCache,
    },
  };
  if (node !== undefined) runChild(node, settings);
  else if (args[0] === "start" && canBecome()) become(settings);
  else await runMain(main, args, compileCache);
}

/** Who has a channel to this process would lose it. */
function canBecome() {
  return process.execve !== undefined && process.platform !== "win32" && process.send === undefined;
}

/** @param {{ flags: readonly string[], env: NodeJS.ProcessEnv }} settings */
function become({ flags, env }) {
  process.execve?.(process.execPath, [process.execPath, ...process.execArgv, ...flags], env);
}

/**
 * @param {string} node
 * @param {{ flags: readonly string[], env: NodeJS.ProcessEnv }} settings
 */
function runChild(node, { flags, env }) {
  const child = spawn(node, flags, { env, stdio: ["inherit", "inherit", "inherit", "ipc"] });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    // Ctrl-C reaches the child twice, from the terminal and from here; the child takes the two for one.
    process.on(signal, () => {
      child.kill(signal);
      setTimeout(() => child.kill("SIGKILL"), stopMsMax).unref();
    });
  }
  child.on("error", (error) =>
    fail(`Node could not be started from ${node} (${error.message}); install it again.`),
  );
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal ?? "SIGKILL"]));
}

/** The npm package `node`, where the user has installed it beside this one. */
function packagedNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve("node/package.json");
    const node = join(dirname(manifest), "bin", "node");
    if (existsSync(node) && isNewEnough(JSON.parse(readFileSync(manifest, "utf8")).version)) return node;
  } catch {
    // Not installed: the sentence below says what to do.
  }
  const needed = `Quickwater needs Node ${nodeMajorMin} or newer and this is Node ${process.versions.node}`;
  return fail(`${needed}; update Node, or run: npm install node@${nodeMajorMin}`);
}

/** @param {string} version */
function isNewEnough(version) {
  return Number.parseInt(version, 10) >= nodeMajorMin;
}

/**
 * @param {string} sentence
 * @returns {never}
 */
function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}
