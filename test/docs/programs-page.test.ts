/** Each block of docs/programs.md, run as it stands there: it prints what stands under it. */
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { typescriptText } from "../../src/cli/typescript-text.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { testServer } from "../support/test-server.ts";

const page = readFileSync(join(projectRoot, "docs/programs.md"), "utf8");
const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, language = "", text = ""]) => {
  return { language, text };
});
const run = promisify(execFile);

/** The command that runs a block, its own text in the file. */
const runners: Readonly<Record<string, readonly [file: string, ...command: readonly string[]]>> = {
  sh: ["block.sh", "bash", "-eu", "block.sh"],
  ts: ["block.ts", process.execPath, "block.ts"],
  python: ["block.py", "python3", "block.py"],
};

/** `…` stands for whatever is there, within a line. */
function patternOf(text: string): RegExp {
  const parts = text.trimEnd().split("…");
  return new RegExp(
    `^${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*")}\\n?$`,
  );
}

async function hasPython(): Promise<boolean> {
  return run("python3", ["--version"]).then(
    () => true,
    () => false,
  );
}

test("each program of the page prints what the page says", async () => {
  const sql = blocks.find(({ language }) => language === "sql")!.text;
  // Between two programs the clock would close the minute that they speak of.
  const log = { tickMs: 3_600_000 };
  const server = await testServer({ sql, log, history: { everyMs: 50 } });
  const folder = scratchFolder();
  mkdirSync(join(folder, "node_modules"));
  const client = join(folder, "client");
  mkdirSync(client);
  const exported = { type: "module", exports: { "./client": "./index.ts" } };
  writeFileSync(join(client, "package.json"), JSON.stringify(exported));
  writeFileSync(
    join(client, "index.ts"),
    `export * from ${JSON.stringify(join(projectRoot, "src/client/index.ts"))};`,
  );
  symlinkSync(client, join(folder, "node_modules", "quickwater"));
  writeFileSync(join(folder, "package.json"), '{"type": "module"}');
  writeFileSync(join(folder, "types.ts"), typescriptText(server.engine.catalog));
  const isSkipped = !(await hasPython());
  if (isSkipped) console.warn("skipped: there is no python3 for the Python of docs/programs.md");
  const programs = blocks.filter(({ language }) => language in runners);
  expect(new Set(programs.map(({ language }) => language))).toEqual(new Set(["sh", "ts", "python"]));
  for (const { language, text } of programs) {
    const [file, command, ...args] = runners[language]!;
    if (language === "python" && isSkipped) continue;
    const address = server.url.slice("http://".length);
    writeFileSync(join(folder, file), text.replaceAll("127.0.0.1:8080", address));
    const { stdout } = await run(command!, args, { cwd: folder, timeout: 20_000 });
    const place = blocks.findIndex((block) => block.text === text);
    const expected = blocks[place + 1];
    expect(expected?.language, text).toBe("text");
    expect(stdout, text).toMatch(patternOf(expected!.text));
  }
}, 60_000);
