import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { runToEnd } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { type TinyCheckout, tinyCheckout } from "../support/tiny-checkout.ts";

const building = "Building the dashboard…\n";

/** Copies index.html to where it is told to build, and fails where that says "broken". */
const fakeVite = `
import { cpSync, mkdirSync, readFileSync } from "node:fs";
const outDir = process.argv[process.argv.indexOf("--outDir") + 1];
mkdirSync(outDir, { recursive: true });
cpSync("dashboard/index.html", outDir + "/index.html");
if (readFileSync("dashboard/index.html", "utf8") === "broken") {
  process.stderr.write("error during build: index.html is broken\\n");
  process.exitCode = 1;
}
`;

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

async function checkoutWithDashboard(): Promise<TinyCheckout> {
  const checkout = tinyCheckout(scratchFolder());
  await setup(checkout);
  write(checkout.root, "node_modules/vite/package.json", '{"version":"1.2.3","type":"module"}');
  write(checkout.root, "node_modules/vite/bin/vite.js", fakeVite);
  write(checkout.root, "dashboard/vite.config.ts", "export default {};");
  write(checkout.root, "dashboard/index.html", "first");
  write(checkout.root, "src/values/row.ts", "export {};");
  return checkout;
}

function setup({ root, env }: TinyCheckout) {
  return runToEnd([process.execPath, "scripts/setup.js"], { cwd: root, env });
}

function served({ root }: TinyCheckout): string {
  return readFileSync(join(root, "dashboard/dist/index.html"), "utf8");
}

test("the dashboard is built once, and again when one of its sources changed", async () => {
  const checkout = await checkoutWithDashboard();
  expect(await setup(checkout)).toMatchObject({ code: 0, stderr: building });
  expect(served(checkout)).toBe("first");
  expect(await setup(checkout)).toMatchObject({ code: 0, stderr: "" });

  const changes = { "dashboard/index.html": "second", "src/values/row.ts": "export {}; // wider" };
  for (const [path, text] of Object.entries({ ...changes, "dashboard/src/new.tsx": "export {};" })) {
    write(checkout.root, path, text);
    expect(await setup(checkout), path).toMatchObject({ code: 0, stderr: building });
    expect(await setup(checkout), path).toMatchObject({ code: 0, stderr: "" });
  }
  expect(served(checkout)).toBe("second");
  expect(readdirSync(join(checkout.root, "dashboard")).sort()).toEqual([
    "dist",
    "index.html",
    "src",
    "vite.config.ts",
  ]);
});

function launch({ root, env, launcher }: TinyCheckout, ...args: string[]) {
  return runToEnd([process.execPath, launcher, ...args], { cwd: root, env });
}

test.each(["--version", "--help", "echo start", "start --help", "nonsense"])(
  "quickwater %s, which shows no page, builds none",
  async (words) => {
    const checkout = await checkoutWithDashboard();
    expect((await launch(checkout, ...words.split(" "))).stderr).not.toContain(building);
    expect(existsSync(join(checkout.root, "dashboard/dist"))).toBe(false);
  },
);

test("quickwater start builds what it serves", async () => {
  const checkout = await checkoutWithDashboard();
  expect(await launch(checkout, "start")).toMatchObject({ code: 0, stdout: "started\n", stderr: building });
  expect(served(checkout)).toBe("first");
  expect(await launch(checkout, "start")).toMatchObject({ code: 0, stdout: "started\n", stderr: "" });
});

test("a build that fails is said in a sentence, and leaves the last good one in its place", async () => {
  const checkout = await checkoutWithDashboard();
  await setup(checkout);
  write(checkout.root, "dashboard/index.html", "broken");
  expect(await setup(checkout)).toMatchObject({
    code: 2,
    stderr: `${building}The dashboard could not be built; mend what Vite names below and start again.
    error during build: index.html is broken\n`,
  });
  expect(served(checkout)).toBe("first");
  expect(existsSync(checkout.lock)).toBe(false);
});
