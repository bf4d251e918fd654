/** One process at a time has a data folder, whatever the one before it left behind. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { openDataFolder } from "../../src/log/data-folder.ts";
import { runToEnd, start } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const node = join(projectRoot, "node_modules", "node", "bin", "node");
const dataFolder = pathToFileURL(join(projectRoot, "src", "log", "data-folder.ts")).href;

/** A process of its own that runs a script with `openDataFolder`. */
function command(script: string, ...args: readonly string[]): readonly string[] {
  const source = `import { openDataFolder } from ${JSON.stringify(dataFolder)};\n${script}`;
  return [node, "--input-type=module", "-e", source, "--", ...args];
}

const holding = `
openDataFolder(process.argv[1]);
process.stdout.write("held\\n");
setInterval(() => {}, 1_000);`;

/** Tries to have each folder of a row of them, at the same instants as all others do; prints those it got. */
const racing = `
const [parent, rounds, startsAtMs] = process.argv.slice(1);
const won = [];
for (let round = 0; round < Number(rounds); round++) {
  while (Date.now() < Number(startsAtMs) + round * 25);
  try {
    openDataFolder(parent + "/" + round);
    won.push(round);
  } catch (error) {
    if (error.code !== "run.data-folder-owned") throw error;
  }
}
process.stdout.write(JSON.stringify(won));
// Nobody lets go before all have tried.
setTimeout(() => {}, 1_500);`;

/** What a process leaves that is killed while it has the folder. */
async function leaveBehind(folder: string): Promise<number> {
  const owner = start(command(holding, folder), { cwd: projectRoot });
  await owner.waitForOutput(/held/);
  expect(() => openDataFolder(folder)).toThrow(`is in use by process ${owner.pid}.`);
  owner.child.kill("SIGKILL");
  await owner.finished;
  return owner.pid;
}

/** Gives the claim in the folder to another process, as the system does with a number that is free again. */
function replacePid(folder: string, from: number, to: number): void {
  for (const name of readdirSync(folder)) {
    const claim = readFileSync(join(folder, name), "utf8");
    expect(claim).toContain(String(from));
    writeFileSync(join(folder, name), claim.replace(String(from), String(to)));
  }
}

describe("a folder that a killed process had", () => {
  test("is free, though its number belongs to another process by now", async () => {
    for (const pid of [process.ppid, process.pid]) {
      const folder = scratchFolder();
      replacePid(folder, await leaveBehind(folder), pid);
      openDataFolder(folder).release();
    }
  });

  test("goes to exactly one of six that start at once", async () => {
    const rounds = 40;
    const parent = scratchFolder();
    const left = join(parent, "left");
    mkdirSync(left);
    await leaveBehind(left);
    for (let round = 0; round < rounds; round++) {
      // Every third was never used.
      if (round % 3 === 0) mkdirSync(join(parent, String(round)));
      else cpSync(left, join(parent, String(round)), { recursive: true });
    }
    const startsAtMs = String(Date.now() + 1_500);
    const racers = Array.from({ length: 6 }, () =>
      runToEnd(command(racing, parent, String(rounds), startsAtMs), { cwd: projectRoot }),
    );
    const winners = new Map<number, number>();
    for (const { code, stdout, stderr } of await Promise.all(racers)) {
      expect([code, stderr]).toEqual([0, ""]);
      for (const round of JSON.parse(stdout) as number[]) winners.set(round, (winners.get(round) ?? 0) + 1);
    }
    expect([...winners].filter(([, count]) => count > 1)).toEqual([]);
    expect(winners.size).toBe(rounds);
  });
});

describe("a folder that this process has", () => {
  test("is not given twice, by whatever path", () => {
    const folder = scratchFolder();
    const { release } = openDataFolder(folder);
    expect(() => openDataFolder(join(folder, "..", folder.split("/").at(-1)!))).toThrow(
      `process ${process.pid}.`,
    );
    release();
    openDataFolder(folder).release();
  });

  test("can be had by another one once it is let go", async () => {
    const folder = scratchFolder();
    openDataFolder(folder).release();
    const pid = await leaveBehind(folder);
    expect(pid).not.toBe(process.pid);
    openDataFolder(folder).release();
    // However often it changes hands, one claim is left.
    expect(readdirSync(folder).length).toBeLessThanOrEqual(1);
  });
});
