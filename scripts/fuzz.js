/**
 * `npm run fuzz -- --seed N --minutes M`: all tests that draw their cases (schemas, rows and queries against
 * their oracles, whatever else holds for anything), round after round with a seed of its own, until the
 * minutes are over or something differs.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot, runPinned } from "./project.js";
import { setUpOrExit } from "./setup.js";

const usage = `Usage: npm run fuzz -- [--seed N] [--minutes M]

  --seed N      the first round's seed, a number from 0; each round adds one (default: from the clock)
  --minutes M   begins no new round after so long, from 0 to 1440 (default 5); 0 is one round
`;

const options = readOptions(process.argv.slice(2));
if (options === undefined) {
  process.stderr.write(usage);
  process.exit(process.argv.includes("--help") ? 0 : 1);
}
await setUpOrExit({ dashboard: false });
const { seed, minutes } = options;
const endMs = Date.now() + minutes * 60_000;
const tests = ["--project", "fast", "--testTimeout", "3600000", ...drawingTests()];
let round = 0;
do {
  const roundSeed = String((seed + round++) % 2 ** 31);
  process.stdout.write(`\n── round ${round}, seed ${roundSeed}\n`);
  const vitest = ["node_modules/vitest/vitest.mjs", "run", "--config", "vitest.config.ts"];
  const code = runPinned([...vitest, ...tests], {
    ...process.env,
    DRAWING_SEED: roundSeed,
    DRAWING_TIMES: "5",
  });
  if (code !== 0) {
    const again = `npm run fuzz -- --seed ${roundSeed} --minutes 0`;
    process.stderr.write(`Something differs. To see it again: ${again}\n`);
    process.exit(code);
  }
} while (Date.now() < endMs);
process.stdout.write(`Nothing differs (rounds: ${round}).\n`);

/** The fast tests that draw: by fast-check, or with the seed of test/support/drawing.ts. */
function drawingTests() {
  return ["src", "dashboard/src", "test"].flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: "utf8" })
      .map((name) => join(folder, name))
      .filter((path) => path.endsWith(".test.ts") && !path.endsWith(".slow.test.ts"))
      .filter((path) => /"fast-check"|drawingSeed/.test(readFileSync(join(projectRoot, path), "utf8"))),
  );
}

/**
 * Undefined where something else was asked for.
 * @param {readonly string[]} args
 */
function readOptions(args) {
  const most = new Map([
    ["--seed", 2 ** 31 - 1],
    ["--minutes", 1440],
  ]);
  const read = new Map();
  for (let place = 0; place < args.length; place += 2) {
    const name = args[place] ?? "";
    const value = Number(args[place + 1]);
    if (!Number.isInteger(value) || value < 0 || value > (most.get(name) ?? -1)) return undefined;
    read.set(name, value);
  }
  return { seed: read.get("--seed") ?? Date.now() % 2 ** 31, minutes: read.get("--minutes") ?? 5 };
}
