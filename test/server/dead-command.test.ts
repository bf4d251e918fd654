/** `quickwater dead` and `quickwater replay` as processes against a server. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { quickwater } from "../support/quickwater-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { order, testServer } from "../support/test-server.ts";

test("rows are listed by reason, corrected in a file and read again", async () => {
  const server = await testServer();
  const at = ["--server", server.url];
  const empty = await quickwater(["dead", "orders", ...at]);
  expect(empty).toMatchObject({ code: 0, stdout: "orders has no dead letters.\n" });
  await server.engine.send("orders", [
    { ...order(1, 1), amount: "a" },
    { ...order(2, 2), amount: 2.505 },
    {},
  ]);

  const streams = await quickwater(["dead", ...at]);
  expect(streams.stdout).toMatch(/\| orders +\| +3 \| +0 \| /);
  const reasons = await quickwater(["dead", "orders", "--field", "amount", ...at]);
  expect(reasons.stdout).toMatch(/\| +1 \| row\.decimal-digits +\| amount \|/);
  expect(reasons.stdout).toMatch(
    /2 rows\n\n?3 open, 0 replayed\. quickwater dead orders --rows shows them\.\n$/,
  );

  const { stdout } = await quickwater(["dead", "orders", "--field", "amount", "--rows", ...at]);
  const lines = stdout.trimEnd().split("\n");
  expect(lines.map((line) => line.split("\t")[0])).toEqual(["1", "0"]);
  const file = join(scratchFolder(), "rows.txt");
  writeFileSync(file, stdout.replace("2.505", "2.5"));

  const needsForce = await quickwater(["replay", "orders", "--edited", file, ...at]);
  expect(needsForce.code).toBe(1);
  expect(needsForce.stderr).toContain("request.replay-needs-force");
  const dry = await quickwater(["replay", "orders", "--edited", file, "--dry-run", ...at]);
  expect(dry.stdout).toMatch(
    /^1 would be rows of orders now; 1 stay dead\.\n {2}0: .* \[row\.wrong-type\]\n$/,
  );
  const done = await quickwater(["replay", "orders", "--edited", file, "--force", ...at]);
  expect(done.stdout).toMatch(/^1 are rows of orders now; 1 stay dead\.\n/);
  await expect.poll(() => server.engine.rows("sales").map(({ total }) => total)).toEqual(["2.50"]);
  const left = await quickwater(["dead", "orders", "--json", ...at]);
  expect(JSON.parse(left.stdout)).toMatchObject({
    open: 2,
    replayed: 1,
    letters: [{ number: 2 }, { number: 0 }],
  });
});

test("what is wrong with the command is said, and nothing is asked", async () => {
  for (const args of [
    ["replay"],
    ["replay", "orders", "--number", "1,x"],
    ["replay", "orders", "--edited", "/nonexistent"],
    ["dead", "orders", "--limit", "0"],
    ["dead", "orders", "--server", "localhost"],
  ]) {
    const { code, stderr } = await quickwater(args);
    expect(code, args.join(" ")).toBe(1);
    expect(stderr).toContain(`quickwater ${args[0]} --help shows the arguments.`);
  }
});
