/**
 * Completes package-lock.json with optional packages for other systems that the registry at hand does not
 * serve. npm leaves them out of the lock that it writes, and then refuses that lock in every fresh clone.
 * Run it after each change of dependencies: `node scripts/complete-lock.js`. See
 * docs/decisions/0001-lock-names-every-platform.md.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./project.js";

/**
 * @typedef {object} Locked
 * @property {string} [version]
 * @property {string[]} [cpu]
 * @property {string[]} [os]
 * @property {string[]} [libc]
 * @property {boolean} [optional]
 * @property {boolean} [dev]
 * @property {string | undefined} [license]
 * @property {unknown} [engines]
 * @property {Record<string, string>} [optionalDependencies]
 */

const file = join(projectRoot, "package-lock.json");
const lock = JSON.parse(readFileSync(file, "utf8"));
/** @type {Record<string, Locked>} */
const packages = lock.packages;
let added = 0;

for (const [path, parent] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    if (isFoundFrom(path, name)) continue;
    packages[`node_modules/${name}`] = lockedFor(name, version, parent);
    added++;
  }
}
const paths = Object.keys(packages).sort((left, right) => left.localeCompare(right, "en"));
lock.packages = Object.fromEntries(paths.map((path) => [path, packages[path]]));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(
  added === 0 ? "The lock is complete.\n" : `Added ${added} optional packages to the lock.\n`,
);

/**
 * As Node looks a package up: in the node_modules of its user, then in those above.
 * @param {string} path
 * @param {string} name
 */
function isFoundFrom(path, name) {
  for (
    let folder = path;
    folder !== "";
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))
  ) {
    if (`${folder}/node_modules/${name}` in packages) return true;
  }
  return `node_modules/${name}` in packages;
}

/**
 * What the package's own manifest would say, read from its name: `…-linux-arm64-musl`.
 * @param {string} name
 * @param {string} version
 * @param {Locked} parent
 * @returns {Locked}
 */
function lockedFor(name, version, parent) {
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`${name} is not pinned to one version: ${version}`);
  const [system = "", processor = "", abi = ""] = name.replace(/^.*\/(cli|oxide|binding)-/, "").split("-");
  const isWasm = system === "wasm32";
  const libc =
    system !== "linux"
      ? undefined
      : abi.includes("musl")
        ? "musl"
        : abi.includes("gnu")
          ? "glibc"
          : undefined;
  return {
    version,
    cpu: [isWasm ? "wasm32" : processor],
    ...(parent.dev ? { dev: true } : {}),
    ...(libc === undefined ? {} : { libc: [libc] }),
    license: parent.license,
    optional: true,
    ...(isWasm ? {} : { os: [system] }),
    ...(parent.engines === undefined ? {} : { engines: parent.engines }),
  };
}
