/** Whether node_modules is what package-lock.json says, and making it so. */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { basename, delimiter, join, sep } from "node:path";
import { pinnedNode } from "../project.js";
import { keyLines, SetupFailure } from "./failure.js";

/** More than anybody reads; the rest is dropped. */
const stderrLengthMax = 65_536;

/** @typedef {{ node: string, inputs: string }} Wanted */

/**
 * The pinned Node's version, and a hash of everything that an installation depends on.
 *
 * @param {string} root
 * @returns {Wanted}
 */
export function wantedInstall(root) {
  const node = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies?.node;
  if (typeof node !== "string" || !existsSync(join(root, "package-lock.json"))) {
    throw new SetupFailure(
      `${root} is no whole checkout: package-lock.json, or "node" in package.json, is missing; clone again.`,
    );
  }
  const hash = createHash("sha256");
  hash.update(readFileSync(join(root, "package-lock.json")));
  hash.update(`\n${process.platform}-${process.arch}\n${node}`);
  return { node, inputs: hash.digest("hex") };
}

/**
 * The stamp is written last, so a missing one means that an installation did not come to its end.
 *
 * @param {string} root
 * @param {Wanted} wanted
 */
export function isInstalled(root, wanted) {
  try {
    const stamp = JSON.parse(readFileSync(stampPath(root), "utf8"));
    return stamp.inputs === wanted.inputs && existsSync(pinnedNode(root));
  } catch {
    return false;
  }
}

/**
 * @param {string} root
 * @param {Wanted} wanted
 * @param {(pid: number) => void} noteTool
 */
export async function install(root, wanted, noteTool) {
  const npm = npmCommand(root);
  const env = environmentForTools(root);
  const args = [...npm.args, "ci", "--include=dev", "--include=optional", "--loglevel=error"];
  const result = await runTool(npm.file, args, root, env, noteTool);
  if (result.missing) {
    throw new SetupFailure(
      "npm was not found; install Node.js 20 or newer together with npm, then start again.",
    );
  }
  if (result.code !== 0) {
    throw new SetupFailure(
      "npm could not install the packages; mend what it names below and start again.",
      keyLines(result.stderr),
    );
  }
  checkPinnedNode(root, wanted, () => npmIgnoresScripts(npm, root, env));
  writeStamp(root, wanted);
}

/**
 * Runs a tool to its end, quietly. It gets a process group of its own, so that a signal to us can end it with
 * all that it started: left alone that would go on writing to node_modules.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {(pid: number) => void} noteTool
 * @returns {Promise<{ code: number | null, stderr: string, missing: boolean }>}
 */
export function runTool(file, args, root, env, noteTool) {
  return new Promise((resolve) => {
    /** @type {number | undefined} */
    let group;
    let stderr = "";
    /** @param {NodeJS.Signals} signal */
    const stop = (signal) => {
      if (group !== undefined) process.kill(-group, "SIGTERM");
      process.exit(128 + constants.signals[signal]);
    };
    // Before the tool is there: one that begins at once may be known to others before we go on.
    process.on("SIGINT", stop).on("SIGTERM", stop).on("SIGHUP", stop);
    const tool = spawn(file, args, { cwd: root, env, stdio: ["ignore", "ignore", "pipe"], detached: true });
    group = tool.pid;
    /** @param {{ code: number | null, stderr: string, missing: boolean }} result */
    const finish = (result) => {
      process.off("SIGINT", stop).off("SIGTERM", stop).off("SIGHUP", stop);
      resolve(result);
    };
    if (tool.pid !== undefined) noteTool(tool.pid);
    tool.stderr.setEncoding("utf8").on("data", (text) => {
      if (stderr.length < stderrLengthMax) stderr += text;
    });
    tool.on("error", (error) => finish({ code: null, stderr: error.message, missing: true }));
    tool.on("close", (code) => finish({ code, stderr, missing: false }));
  });
}

/**
 * `npm ci` deletes node_modules, and with it the pinned Node that `npm run` has put first on PATH. So npm
 * itself must run on the machine's own Node: the one npm was started with, or the one its first line finds on
 * the cleaned PATH.
 *
 * @param {string} root
 */
function npmCommand(root) {
  const cli = process.env.npm_execpath;
  const node = process.env.npm_node_execpath ?? process.execPath;
  // Other package managers set the same variable to themselves.
  const isNpm = cli !== undefined && /^npm-cli\.[cm]?js$/.test(basename(cli)) && existsSync(cli);
  if (isNpm && !node.startsWith(join(root, "node_modules") + sep)) return { file: node, args: [cli] };
  return { file: "npm", args: [] };
}

/**
 * @param {string} root
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentForTools(root) {
  const own = join(root, "node_modules", ".bin");
  const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== own);
  return { ...process.env, PATH: path.join(delimiter) };
}

/**
 * @param {string} root
 * @param {Wanted} wanted
 * @param {() => boolean} ignoresScripts
 */
function checkPinnedNode(root, wanted, ignoresScripts) {
  const node = pinnedNode(root);
  const notInstalled = `Node ${wanted.node} was not installed`;
  if (!existsSync(node)) {
    throw new SetupFailure(
      ignoresScripts()
        ? `${notInstalled} as npm is set to ignore-scripts; run npm_config_ignore_scripts=false npm start`
        : `${notInstalled} because npm left out the install script of the package "node"; allow it.`,
    );
  }
  const started = spawnSync(node, ["--version"], { encoding: "utf8" });
  if (started.stdout?.trim() !== `v${wanted.node}`) {
    const said = keyLines(
      `${started.stdout ?? ""}\n${started.stderr ?? ""}\n${started.error?.message ?? ""}`,
    );
    throw new SetupFailure(
      `Node ${wanted.node} was installed but does not start here; use a system Node.js has binaries for.`,
      said,
    );
  }
}

/**
 * @param {{ file: string, args: string[] }} npm
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 */
function npmIgnoresScripts(npm, root, env) {
  const args = [...npm.args, "config", "get", "ignore-scripts"];
  return spawnSync(npm.file, args, { cwd: root, env, encoding: "utf8" }).stdout?.trim() === "true";
}

/**
 * @param {string} root
 * @param {Wanted} wanted
 */
function writeStamp(root, wanted) {
  mkdirSync(join(root, "node_modules"), { recursive: true });
  const aside = `${stampPath(root)}.${process.pid}`;
  writeFileSync(aside, `${JSON.stringify(wanted)}\n`);
  renameSync(aside, stampPath(root));
}

/** @param {string} root */
function stampPath(root) {
  return join(root, "node_modules", ".quickwater-setup.json");
}
