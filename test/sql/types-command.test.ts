/** `quickwater types` as a process. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runToEnd } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const main = new URL("../../src/cli/main.ts", import.meta.url).href;
const program = `process.exitCode = await (await import("${main}")).main(process.argv.slice(1))`;

function types(cwd: string, ...args: string[]) {
  return runToEnd([process.execPath, "--input-type=module", "-e", program, "--", "types", ...args], { cwd });
}

function project(sql: string): string {
  const cwd = scratchFolder();
  mkdirSync(join(cwd, "sql"));
  writeFileSync(join(cwd, "sql", "all.sql"), sql);
  return cwd;
}

test("a project's types go to standard output, or to a file", async () => {
  const cwd = project("CREATE TABLE clicks (page STRING NOT NULL);");
  const { code, stdout } = await types(cwd, ".");
  expect(code).toBe(0);
  expect(stdout).toContain("export interface ClicksEvent {\n  readonly page: string;\n}");
  const written = await types(cwd, ".", "--out", "types.ts");
  expect([written.code, written.stdout, readFileSync(join(cwd, "types.ts"), "utf8")]).toEqual([
    0,
    "",
    stdout,
  ]);
});

test("properties that are texts may be sent as numbers and truths", async () => {
  const cwd = project("CREATE TABLE clicks (p MAP<STRING, STRING>, n MAP<STRING, INT>);");
  const { stdout } = await types(cwd, ".");
  expect(stdout).toContain(
    "  readonly p?: Readonly<Record<string, number | boolean | string | null>> | null;",
  );
  expect(stdout).toContain("  readonly n?: Readonly<Record<string, number | null>> | null;");
});

test("a mistake of the project is told, and a file that cannot be written", async () => {
  expect(await types(project("CREATE TABLE t (n NUMBER);"), ".")).toMatchObject({ code: 1, stdout: "" });
  const { code, stderr } = await types(project("CREATE TABLE t (n INT);"), ".", "--out", "no/where/types.ts");
  expect(code).toBe(2);
  expect(stderr).toMatch(/^no\/where\/types\.ts cannot be written: /);
});
