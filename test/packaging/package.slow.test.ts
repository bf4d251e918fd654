/** What `npm pack` ships, installed into an empty folder as a user would. */
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { pinnedNode, projectRoot } from "../../scripts/project.js";
import { isInstalled, wantedInstall } from "../../scripts/setup/install.js";
import { runToEnd } from "../support/run-process.ts";
import { fileScratchFolder } from "../support/scratch-folder.ts";
import { asOlderNode, userEnvironment } from "../support/tiny-checkout.ts";

const parent = fileScratchFolder();
const user = join(parent, "a user's folder");
const installed = join(user, "node_modules", "quickwater");
const node = pinnedNode(projectRoot);
let shipped: string[] = [];

async function runOrFail(command: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await runToEnd(command, { cwd, env: userEnvironment() });
  expect(code, `${command.join(" ")}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

/** A copy is built, so that the dist of the tree under test stays as it is. */
async function copyOfTheTree(): Promise<string> {
  // The copy borrows node_modules, and an installation in the copy would empty them.
  expect(isInstalled(projectRoot, wantedInstall(projectRoot)), "run `node scripts/setup.js` first").toBe(
    true,
  );
  const copy = join(parent, "tree");
  const listed = await runOrFail(
    ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    projectRoot,
  );
  for (const path of listed.split("\0")) {
    if (path !== "" && existsSync(join(projectRoot, path))) cpSync(join(projectRoot, path), join(copy, path));
  }
  symlinkSync(join(projectRoot, "node_modules"), join(copy, "node_modules"));
  return copy;
}

beforeAll(async () => {
  const copy = await copyOfTheTree();
  const packed = await runOrFail(["npm", "pack", "--silent", "--json", "--pack-destination", parent], copy);
  const answer: unknown = JSON.parse(packed.slice(packed.search(/^[[{]/m)));
  const [tarball] = Object.values(answer as Record<string, { filename: string; files: { path: string }[] }>);
  shipped = tarball!.files.map(({ path }) => path);
  mkdirSync(user);
  writeFileSync(join(user, "package.json"), '{"name":"user","private":true,"type":"module"}');
  await runOrFail(["npm", "install", join(parent, tarball!.filename)], user);
});

test("the package holds what it runs on, and none of what it is made from", () => {
  for (const path of [
    "bin/quickwater.js",
    "dist/index.js",
    "dist/index.d.ts",
    "dist/cli/main.js",
    "LICENSE",
  ]) {
    expect(shipped).toContain(path);
  }
  const foreign = shipped.filter((path) => /^(src|test|scripts|bench)\/|\.test\.|\.sources-hash$/.test(path));
  expect(foreign).toEqual([]);
});

test("everything that package.json exports is there", () => {
  const { exports } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  const targets = Object.values(exports).flatMap((entry) =>
    typeof entry === "string" ? [entry] : Object.values(entry as Record<string, string>),
  );
  for (const target of targets) expect(existsSync(join(installed, target)), target).toBe(true);
});

test("the installed command runs dist on a Node that is new enough", async () => {
  const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
  expect(await runOrFail([node, "node_modules/.bin/quickwater", "--version"], user)).toBe(`${version}\n`);
});

test("on an older Node, without another beside it, the installed command says what it needs", async () => {
  const advice = "update Node, or run: npm install node@24";
  const command = [node, ...asOlderNode, "node_modules/.bin/quickwater", "--version"];
  expect(await runToEnd(command, { cwd: user, env: userEnvironment() })).toMatchObject({
    code: 2,
    stdout: "",
    stderr: `Quickwater needs Node 24 or newer and this is Node 20.19.0; ${advice}\n`,
  });
});

test("the installed command writes a project of a pack, and proves a view of it by DuckDB", async () => {
  const quickwater = [node, "node_modules/.bin/quickwater"];
  await runOrFail([...quickwater, "init", "shop", "--pack", "commerce"], user);
  const told = await runOrFail([...quickwater, "test", "shop", "--only", "sales_per_minute"], user);
  expect(told).toMatch(/^passed .*twin sales_per_minute/m);
});

describe("the library example of README.md", () => {
  const file = join(user, "example.ts");

  test("is there: a ```ts block that calls openEngine", () => {
    writeFileSync(file, libraryExample());
  });

  test("runs against the installed package", async () => {
    writeFileSync(file, libraryExample());
    const stdout = await runOrFail([node, file], user);
    expect(stdout.trim(), "the example prints its result").not.toBe("");
  });

  test("has the types that it needs", async () => {
    writeFileSync(file, libraryExample());
    const options = ["--strict", "--noEmit", "--target", "es2024", "--module", "nodenext", "--skipLibCheck"];
    const types = ["--typeRoots", join(projectRoot, "node_modules", "@types"), "--types", "node"];
    await runOrFail(
      [node, join(projectRoot, "node_modules/typescript/bin/tsc"), ...options, ...types, file],
      user,
    );
  });
});

function libraryExample(): string {
  const readme = join(projectRoot, "README.md");
  if (!existsSync(readme))
    throw new Error("There is no README.md; its ```ts block with openEngine is tested here.");
  const blocks = [...readFileSync(readme, "utf8").matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
    ([, code]) => code!,
  );
  const example = blocks.find((code) => code.includes("openEngine"));
  if (example === undefined) throw new Error("README.md has no ```ts block that calls openEngine.");
  return example;
}
