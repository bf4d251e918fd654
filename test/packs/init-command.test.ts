/** `quickwater init`: what it writes passes `check` and `test`, and starts. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packsFolder } from "../../src/cli/package-root.ts";
import { readSettings } from "../../src/project/settings.ts";
import { fileOf } from "../support/project-folder.ts";
import { quickwater } from "../support/quickwater-process.ts";
import { start } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { startCommand } from "../support/server-process.ts";

const started = async (project: string) => {
  const options = startCommand(project, join(project, ".quickwater"));
  const command = options.filter((each) => each !== "--no-simulators");
  const running = start(command, { cwd: project });
  const [, url] = await running.waitForOutput(/Read\s+(http:\S+)\/v1\/views/);
  return { url: url!, stop: () => running.child.kill("SIGTERM"), finished: running.finished };
};

test("a small project passes check and test, starts, and shows what its simulator sends", async () => {
  const folder = join(scratchFolder(), "my shop");
  const made = await quickwater(["init", folder]);
  expect([made.code, made.stderr]).toEqual([0, ""]);
  expect(made.stdout).toContain(`quickwater test ${JSON.stringify(folder)}`);
  expect(made.stdout).toContain(`quickwater start ${JSON.stringify(folder)}`);
  expect(readSettings(folder, "another").name).toBe("my shop");
  const check = await quickwater(["check", folder, "--for", "flink"]);
  expect([check.code, check.stderr]).toEqual([0, ""]);
  const tested = await quickwater(["test", folder]);
  expect([tested.code, tested.stdout]).toEqual([0, expect.stringContaining("1 passed, 0 failed")]);
  const { url, stop, finished } = await started(folder);
  const rows = async () => {
    const answer = await (await fetch(`${url}/v1/views/revenue_per_minute`)).json();
    return (answer as { readonly rows: readonly unknown[] }).rows.length;
  };
  await expect.poll(rows).toBeGreaterThan(0);
  stop();
  expect((await finished).code).toBe(0);
});

test.each(readdirSync(packsFolder))(
  "the pack %s is copied under a name of its own, and starts",
  async (pack) => {
    const folder = join(scratchFolder(), "mine");
    expect((await quickwater(["init", folder, "--pack", pack])).code).toBe(0);
    expect(readSettings(folder, "another").name).toBe("mine");
    const copied = readdirSync(join(packsFolder, pack), { recursive: true, encoding: "utf8" });
    expect(readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()).toEqual(copied.sort());
    const first = copied.find((path) => path.endsWith(".sql"))!;
    expect(fileOf(folder, first)).toBe(fileOf(join(packsFolder, pack), first));
    expect(await quickwater(["check", folder])).toMatchObject({ code: 0, stderr: "" });
    const { stop, finished } = await started(folder);
    stop();
    // Within two seconds, or at once: what a busy machine makes of it is not what is asked here.
    expect([0, null]).toContain((await finished).code);
  },
);

test("nothing is written over, and an unknown pack is named with those that there are", async () => {
  const parent = scratchFolder();
  const used = join(parent, "used");
  mkdirSync(used);
  expect((await quickwater(["init", used])).code).toBe(0);
  const readme = fileOf(used, "README.md");
  for (const args of [[used], [used, "--pack", "commerce"]]) {
    const { code, stderr } = await quickwater(["init", ...args]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${used} is not empty`)]);
  }
  expect(fileOf(used, "README.md")).toBe(readme);
  writeFileSync(join(parent, "file"), "");
  const ofFile = await quickwater(["init", join(parent, "file")]);
  expect([ofFile.code, ofFile.stderr]).toEqual([1, expect.stringContaining("is a file")]);
  const unknown = await quickwater(["init", join(parent, "new"), "--pack", "comerce"]);
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toMatch(/There is no pack comerce; there are .*commerce.*\nDid you mean commerce\?/);
  expect(existsSync(join(parent, "new"))).toBe(false);
  expect((await quickwater(["init"])).stderr).toContain("DIR is missing");
});
