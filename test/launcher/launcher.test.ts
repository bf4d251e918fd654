import { spawnSync } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Finished, isRunning, runToEnd, start, until } from "../support/run-process.ts";
import { fileScratchFolder } from "../support/scratch-folder.ts";
import { asOlderNode, type TinyCheckout, tinyCheckout } from "../support/tiny-checkout.ts";

/** The launcher on a Node that is new enough, and on one that is not: to the outside they are the same. */
const ways = [
  { way: "in its own process", node: [process.execPath], isChild: false },
  { way: "through a child", node: [process.execPath, ...asOlderNode], isChild: true },
];

/** A shell tells the death by a signal as 128 and its number. */
function codeInShell({ code, signal }: Finished): number | null {
  return signal === null ? code : 128 + constants.signals[signal];
}

const parent = fileScratchFolder("quickwater launcher");
let checkout: TinyCheckout;

beforeAll(() => {
  checkout = tinyCheckout(parent);
  spawnSync(process.execPath, ["scripts/setup.js"], { cwd: checkout.root, env: checkout.env });
});

describe.each(ways)("$way", ({ node, isChild }) => {
  const run = (...args: string[]) =>
    runToEnd([...node, checkout.launcher, ...args], { cwd: parent, env: checkout.env });
  const launch = (...args: string[]) =>
    start([...node, checkout.launcher, ...args], { cwd: parent, env: checkout.env });

  test("the command runs on the pinned Node, with compiled code kept in node_modules", async () => {
    const { stdout, code } = await run("where");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ node: process.versions.node, isChild });
    expect(JSON.parse(stdout).cache).toContain(join(checkout.root, "node_modules", ".cache", "quickwater"));
  });

  test("a server has bounds for its memory, and is no process more", async () => {
    const launcher = launch("start", "settings");
    const settings = JSON.parse((await launcher.finished).stdout);
    expect(settings.flags).toEqual(expect.arrayContaining([expect.stringContaining("semi-space-size")]));
    expect(settings.arenas).toBe("1");
    expect(settings.pid === launcher.pid).toBe(!isChild);
  });

  test("arguments arrive as they were typed", async () => {
    const typed = ["a b", "", "--", "--help", "ü"];
    expect((await run("echo", ...typed)).stdout).toBe(`${JSON.stringify(typed)}\n`);
  });

  test("the exit code passes through", async () => {
    expect((await run("exit-with", "0")).code).toBe(0);
    expect((await run("exit-with", "37")).code).toBe(37);
  });

  test("--version, --help and the help of a command", async () => {
    expect(await run("--version")).toMatchObject({ code: 0, stdout: "7.8.9\n", stderr: "" });
    expect((await run("--help")).stdout).toMatch(
      /Usage: quickwater <command>[\s\S]*\n {2}echo +The fixture echo\.\n/,
    );
    expect(await run("echo", "--help")).toMatchObject({ code: 0, stdout: "echo prints its arguments.\n" });
  });

  test("an unknown command is the user's mistake, and the nearest one is suggested", async () => {
    const refused = { code: 1, stdout: "", stderr: 'There is no command "sevre". Did you mean "serve"?\n' };
    expect(await run("sevre")).toMatchObject(refused);
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "%s reaches the command, which ends in order",
    async (signal) => {
      const launcher = launch("serve");
      await launcher.waitForOutput(/ready \d+/);
      launcher.child.kill(signal);
      const { code, stdout, seconds } = await launcher.finished;
      expect({ code, closing: stdout.split("\n")[1] }).toEqual({ code: 0, closing: `closing: ${signal}` });
      expect(seconds).toBeLessThan(20);
    },
  );

  test("a Ctrl-C that arrives several times, as from a terminal under npm, is one", async () => {
    const launcher = launch("serve");
    const [, pid] = await launcher.waitForOutput(/ready (\d+)/);
    launcher.child.kill("SIGINT");
    process.kill(Number(pid), "SIGINT");
    await launcher.waitForOutput(/closing/);
    launcher.child.kill("SIGINT");
    const stdout = `ready ${pid}\nclosing: SIGINT\nclosed\n`;
    expect(await launcher.finished).toMatchObject({ code: 0, stdout });
  });

  test("a shutdown that hangs is over within two seconds", async () => {
    const launcher = launch("stuck");
    await launcher.waitForOutput(/ready/);
    const sentAtMs = performance.now();
    launcher.child.kill("SIGINT");
    expect(codeInShell(await launcher.finished)).toBe(130);
    expect(performance.now() - sentAtMs).toBeGreaterThan(1_500);
    expect(performance.now() - sentAtMs).toBeLessThan(2_400);
  });

  test("a second Ctrl-C ends a shutdown that hangs at once", async () => {
    const launcher = launch("stuck");
    await launcher.waitForOutput(/ready/);
    launcher.child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 700));
    const sentAtMs = performance.now();
    launcher.child.kill("SIGINT");
    expect(codeInShell(await launcher.finished)).toBe(130);
    expect(performance.now() - sentAtMs).toBeLessThan(700);
  });

  test("an unexpected failure is a sentence and code 2, with its stack only on demand", async () => {
    const sentence = "Quickwater failed unexpectedly: the cat sat on it\n";
    expect(await run("throw")).toMatchObject({ code: 2, stderr: sentence });
    const env = { ...checkout.env, QUICKWATER_DEBUG: "1" };
    const told = await runToEnd([...node, checkout.launcher, "throw"], { cwd: parent, env });
    expect(told.stderr).toMatch(/the cat sat on it\n[\s\S]*at .*throw\.ts/);
  });

  test("a mistake that the catalogue knows is its sentence, its hint and code 1", async () => {
    const stderr = "--port must be a number.\nquickwater mistake --help shows the arguments.\n";
    expect(await run("mistake")).toMatchObject({ code: 1, stderr });
  });
});

test("kill -9 of the launcher ends the server", async () => {
  const launcher = start([process.execPath, ...asOlderNode, checkout.launcher, "serve"], {
    cwd: parent,
    env: checkout.env,
  });
  const [, pid] = await launcher.waitForOutput(/ready (\d+)/);
  expect(Number(pid)).not.toBe(launcher.pid);
  launcher.child.kill("SIGKILL");
  await until("the server is gone", 3_000, () => !isRunning(Number(pid)));
  expect((await launcher.finished).stdout).toContain("closing: launcher gone");
});

test("the child's death by a signal is passed on as 128 + its number", async () => {
  const launcher = start([process.execPath, ...asOlderNode, checkout.launcher, "serve"], {
    cwd: parent,
    env: checkout.env,
  });
  const [, pid] = await launcher.waitForOutput(/ready (\d+)/);
  process.kill(Number(pid), "SIGKILL");
  expect((await launcher.finished).code).toBe(137);
});
