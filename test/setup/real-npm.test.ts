import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runToEnd } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { tinyCheckout, userEnvironment } from "../support/tiny-checkout.ts";

test("the machine's npm installs all in a folder with a space, under NODE_ENV=production", async () => {
  const checkout = tinyCheckout(scratchFolder("a folder"));
  const env = userEnvironment({ NODE_ENV: "production" });
  const first = await runToEnd(["node", checkout.launcher, "where"], { cwd: checkout.root, env });
  expect(first).toMatchObject({ code: 0, stderr: "Installing packages (first start only, about 20 s)…\n" });
  expect(JSON.parse(first.stdout).node).toBe(process.versions.node);
  expect(existsSync(join(checkout.root, "node_modules/picocolors/package.json"))).toBe(true);

  const second = await runToEnd(["node", checkout.launcher, "echo", "a b"], { cwd: checkout.root, env });
  expect(second).toMatchObject({ code: 0, stdout: '["a b"]\n', stderr: "" });
}, 180_000);
