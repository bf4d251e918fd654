import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { runToEnd } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { userEnvironment } from "../support/tiny-checkout.ts";

test("a fresh clone answers after one command, and the second start sets up nothing", async () => {
  const parent = scratchFolder();
  const clone = join(parent, "quickwater clone");
  const cloned = await runToEnd(["git", "clone", "--quiet", projectRoot, clone], { cwd: parent });
  expect(cloned, cloned.stderr).toMatchObject({ code: 0 });

  const { version } = JSON.parse(readFileSync(join(clone, "package.json"), "utf8"));
  const command = ["npm", "exec", "--no", "--", "node", "bin/quickwater.js", "--version"];
  const first = await runToEnd(command, { cwd: clone, env: userEnvironment() });
  expect(first, first.stderr).toMatchObject({ code: 0, stdout: `${version}\n` });
  expect(first.stderr).toMatch(/^Installing packages .*$/m);
  expect(first.stderr).not.toContain("Building the dashboard");

  const second = await runToEnd(["node", "bin/quickwater.js", "--version"], {
    cwd: clone,
    env: userEnvironment(),
  });
  expect(second).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" });
  expect(second.seconds).toBeLessThan(1);
});
