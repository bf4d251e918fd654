/**
 * The plans of all views of the packs, and the scripts that Flink is given for them, as text under
 * `pack-plans/`. UPDATE=1 writes them anew: read them before they are committed.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { readProject } from "../../src/project/read-project.ts";
import { runToEnd } from "../support/run-process.ts";

const packs = join(projectRoot, "packs");
const main = join(projectRoot, "src", "cli", "main.ts");
const program = `process.exitCode = await (await import("${main}")).main(process.argv.slice(1))`;

async function explained(pack: string, ...args: string[]): Promise<string> {
  const command = ["--input-type=module", "-e", program, "--", "explain", join(packs, pack), ...args];
  const { code, stdout, stderr } = await runToEnd([process.execPath, ...command], { cwd: projectRoot });
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

test.each(readdirSync(packs))("%s", async (pack) => {
  const text = `${await explained(pack)}\n-- For Flink\n\n${await explained(pack, "--for", "flink")}`;
  const golden = new URL(`pack-plans/${pack}.txt`, import.meta.url);
  if (process.env.UPDATE === "1") writeFileSync(golden, text);
  expect(text).toBe(readFileSync(golden, "utf8"));
  const written = readProject(join(packs, pack)).sql.map((file) => file.text);
  for (const [, view] of written.join("\n").matchAll(/CREATE MATERIALIZED VIEW (\w+)/g)) {
    expect(text).toContain(`INTO ${view}\n`);
  }
});
