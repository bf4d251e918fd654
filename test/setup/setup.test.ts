import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isRunning, runToEnd, start, until } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { type TinyCheckout, tinyCheckout } from "../support/tiny-checkout.ts";

const installing = "Installing packages (first start only, about 20 s)…\n";
/** Above every number that a system gives to a process. */
const deadPid = 4_194_305;

function setup({ root, env }: TinyCheckout, changes: NodeJS.ProcessEnv = {}) {
  return runToEnd([process.execPath, "scripts/setup.js"], { cwd: root, env: { ...env, ...changes } });
}

function startSetup({ root, env }: TinyCheckout, changes: NodeJS.ProcessEnv = {}) {
  return start([process.execPath, "scripts/setup.js"], { cwd: root, env: { ...env, ...changes } });
}

test("without node_modules the packages are installed; afterwards nothing is done or printed", async () => {
  const checkout = tinyCheckout(scratchFolder());
  expect(await setup(checkout)).toMatchObject({ code: 0, stdout: "", stderr: installing });
  expect(checkout.npmCalls().map(({ args }) => args)).toEqual([
    ["ci", "--include=dev", "--include=optional", "--loglevel=error"],
  ]);

  expect(await setup(checkout)).toMatchObject({ code: 0, stdout: "", stderr: "" });
  expect(checkout.npmCalls()).toHaveLength(1);
});

test("a changed package-lock.json installs again", async () => {
  const checkout = tinyCheckout(scratchFolder());
  await setup(checkout);
  const lockfile = join(checkout.root, "package-lock.json");
  writeFileSync(lockfile, `${readFileSync(lockfile, "utf8")}\n`);
  expect(await setup(checkout)).toMatchObject({ code: 0, stderr: installing });
  expect(checkout.npmCalls()).toHaveLength(2);
});

test.each(["the stamp", "the pinned Node"])("an installation that lost %s is done again", async (what) => {
  const checkout = tinyCheckout(scratchFolder());
  await setup(checkout);
  rmSync(what === "the stamp" ? checkout.stamp : join(checkout.root, "node_modules/node/bin/node"));
  expect(await setup(checkout)).toMatchObject({ code: 0, stderr: installing });
});

test("a Ctrl-C while npm runs ends npm too, and the next start installs again", async () => {
  const checkout = tinyCheckout(scratchFolder());
  const interrupted = startSetup(checkout, { FAKE_NPM: "hang" });
  await until("npm was called", 10_000, () => checkout.npmCalls().length === 1);
  interrupted.child.kill("SIGINT");
  expect((await interrupted.finished).code).toBe(130);
  await until("npm ended", 5_000, () => !isRunning(checkout.npmCalls()[0]!.pid));

  expect(await setup(checkout)).toMatchObject({ code: 0, stderr: installing });
});

test("after kill -9 the next start waits for the npm that was left behind, then installs again", async () => {
  const checkout = tinyCheckout(scratchFolder());
  const killed = startSetup(checkout, { FAKE_NPM: "hang", FAKE_NPM_HANG_MS: "3000" });
  await until("npm was called", 10_000, () => checkout.npmCalls().length === 1);
  const orphan = checkout.npmCalls()[0]!.pid;
  killed.child.kill("SIGKILL");
  await until("the setup is gone", 5_000, () => !isRunning(killed.pid));

  const next = await setup(checkout);
  expect(next.stderr).toBe(
    `Another start is setting Quickwater up (process ${orphan}); waiting for it…\n${installing}`,
  );
  expect(next.code).toBe(0);
  expect(isRunning(orphan)).toBe(false);
});

test("of starts at the same time one installs, and the others say that they wait", async () => {
  const checkout = tinyCheckout(scratchFolder());
  const results = await Promise.all([setup(checkout), setup(checkout), setup(checkout)]);
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(checkout.npmCalls()).toHaveLength(1);
  const said = results.map(({ stderr }) => stderr).sort();
  expect(said.pop()).toBe(installing);
  for (const text of said) expect(text).toMatch(/^(Another start is setting .* waiting for it…\n)?$/);
});

test("a lock of a dead process is taken over by exactly one of many", async () => {
  const checkout = tinyCheckout(scratchFolder());
  writeFileSync(checkout.lock, JSON.stringify({ token: "old", holder: { pid: deadPid } }));
  const results = await Promise.all(Array.from({ length: 6 }, () => setup(checkout)));
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(checkout.npmCalls()).toHaveLength(1);
});

test("a process number that was given away again does not keep the lock", async () => {
  const checkout = tinyCheckout(scratchFolder());
  const holder = { pid: process.pid, born: "another time" };
  writeFileSync(checkout.lock, JSON.stringify({ token: "old", holder }));
  expect(await setup(checkout)).toMatchObject({ code: 0, stderr: installing });
});

test("when npm fails, a sentence says what to do, and npm's own last lines follow", async () => {
  const checkout = tinyCheckout(scratchFolder());
  const failed = await setup(checkout, { FAKE_NPM: "fail" });
  expect(failed.code).toBe(2);
  expect(failed.stderr).toBe(
    `${installing}npm could not install the packages; mend what it names below and start again.
    npm error code EAI_AGAIN
    npm error network is not there\n`,
  );
  expect(await setup(checkout)).toMatchObject({ code: 0 });
});

test("where npm ignores install scripts, a sentence says how to start", async () => {
  const checkout = tinyCheckout(scratchFolder());
  const failed = await setup(checkout, { FAKE_NPM: "no-node" });
  expect(failed.code).toBe(2);
  expect(failed.stderr).toMatch(
    /^Node \d+\.\d+\.\d+ was not installed as npm is set to ignore-scripts; run npm_config/m,
  );
});

test("where there is no npm, a sentence says so", async () => {
  const checkout = tinyCheckout(scratchFolder());
  const failed = await setup(checkout, { npm_execpath: "/nowhere/yarn.js", PATH: scratchFolder() });
  expect(failed).toMatchObject({ code: 2 });
  expect(failed.stderr).toContain("npm was not found; install Node.js 20 or newer together with npm");
});

test("a Node that installs but does not start is said, with what it printed", async () => {
  const checkout = tinyCheckout(scratchFolder());
  const failed = await setup(checkout, { FAKE_NPM_NODE: "/bin/false" });
  expect(failed.code).toBe(2);
  expect(failed.stderr).toContain("was installed but does not start here");
});
