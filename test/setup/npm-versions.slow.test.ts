import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { type Finished, runToEnd } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { tinyCheckout, userEnvironment } from "../support/tiny-checkout.ts";

async function runOrFail(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Finished> {
  const result = await runToEnd(command, { cwd, env });
  expect(result.code, `${command.join(" ")}\n${result.stdout}${result.stderr}`).toBe(0);
  return result;
}

test.each(["10", "11", "12"])("npm %s installs through `npm start`", async (major) => {
  const parent = scratchFolder();
  const npmFolder = join(parent, "npm");
  mkdirSync(npmFolder);
  writeFileSync(join(npmFolder, "package.json"), '{"private":true}');
  const packages = join(npmFolder, "node_modules");
  await runOrFail(["npm", "install", "--no-save", `npm@${major}`], npmFolder, userEnvironment());

  const checkout = tinyCheckout(parent);
  const env = userEnvironment();
  env.PATH = `${join(packages, ".bin")}${delimiter}${env.PATH}`;
  const version = await runOrFail(["npm", "--version"], checkout.root, env);
  expect(version.stdout).toMatch(new RegExp(`^${major}\\.`));
  const npmStart = ["npm", "start", "--silent", "--", "where"];
  const first = await runOrFail(npmStart, checkout.root, env);
  expect(first.stdout).toContain(`"node":"${process.versions.node}"`);
  expect(first.stderr).toContain("Installing packages");

  const second = await runOrFail(npmStart, checkout.root, env);
  expect(second.stderr).not.toContain("Installing packages");

  // Now npm has put the pinned Node first on PATH, and the launcher runs on what the installation replaces.
  appendFileSync(join(checkout.root, "package-lock.json"), "\n");
  const third = await runOrFail(npmStart, checkout.root, env);
  expect(third.stderr).toContain("Installing packages");
  expect(third.stdout).toContain('"isChild":true');
});

test("with ignore-scripts in the user's settings, the sentence that setup prints is right", async () => {
  const checkout = tinyCheckout(scratchFolder());
  const settings = join(checkout.root, "..", "user settings");
  writeFileSync(settings, "ignore-scripts=true\n");
  const env = userEnvironment({ npm_config_userconfig: settings });
  const failed = await runToEnd(["node", checkout.launcher, "where"], { cwd: checkout.root, env });
  expect(failed.code).toBe(2);
  expect(failed.stderr).toContain("as npm is set to ignore-scripts");

  const helped = { ...env, npm_config_ignore_scripts: "false" };
  await runOrFail(["node", checkout.launcher, "where"], checkout.root, helped);
});
