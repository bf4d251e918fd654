/**
 * `npm run soak [-- --minutes N]`: Top-N and joins over streams whose keys are new for ever, for ten minutes
 * or so many. What each keeps has to stay under the bound that EXPLAIN says, and its bytes have to stay where
 * they are when the streams have run as long as anything is kept.
 */

import { cut, pack } from "../json-steps.ts";
import { disorder, keysOfStep, rowsOfStep, soakQueries, versionKeys } from "./queries.ts";
import { type Kept, SoakRun } from "./soak-run.ts";

const startMs = Date.parse("2026-03-01T00:00:00Z");
/** Until then state grows: longer than any row is kept. */
const warmUpSteps = 200;
/** No multiple of a window, so that each look sees another part of it. */
const stepsOfLook = 97;
/** Pages are taken whole, and tables of keys double. */
const growthMax = 1.5;

const minutes = minutesOf(process.argv.slice(2));
const random = seeded(1);
const runs = soakQueries.map((query) => ({
  query,
  run: new SoakRun(query),
  warm: undefined as Kept | undefined,
}));
const endMs = Date.now() + minutes * 60_000;
let steps = 0;
let broken = 0;
while (Date.now() < endMs && broken === 0) {
  steps++;
  const nowMs = startMs + steps * 1000;
  const rows = { l: stepOf(nowMs, newKey), r: stepOf(nowMs, newKey), v: stepOf(nowMs, versionKey) };
  const cause = { stepNumber: steps, partition: 0, appendTimeMs: nowMs };
  for (const { run } of runs) run.take(rows, cause);
  if (steps % stepsOfLook === 0) look();
}
if (broken === 0) look();
for (const { query, run } of runs) {
  const { slots, bytes } = run.kept;
  process.stdout.write(
    `${query.name}: ${slots} slots of at most ${query.slotsMax}, ${bytes} bytes, ${run.rowsOut} rows given\n`,
  );
}
process.stdout.write(`${steps} steps of ${rowsOfStep} rows a stream in ${minutes} minutes\n`);
if (broken === 0 && steps <= warmUpSteps)
  throw new Error(`${steps} steps are too few to say anything: let it run longer`);
process.exitCode = broken === 0 ? 0 : 1;

function look(): void {
  for (const each of runs) {
    const { slots, bytes } = each.run.kept;
    const { name, slotsMax } = each.query;
    if (slots > slotsMax) complain(name, `${slots} slots, at most ${slotsMax}`);
    if (steps < warmUpSteps) continue;
    each.warm ??= { slots, bytes };
    if (bytes > each.warm.bytes * growthMax) complain(name, `${bytes} bytes, ${each.warm.bytes} when warm`);
  }
}

function complain(name: string, what: string): void {
  broken++;
  process.stderr.write(`${name} does not hold its bound at step ${steps}: ${what}\n`);
}

/** Ten rows a key, in one moment and the next, and never again. */
function newKey(row: number): number {
  return Math.floor((steps * rowsOfStep + row) / 10) - (row % 3 === 0 ? keysOfStep : 0);
}

function versionKey(): number {
  return Math.floor(random() * versionKeys);
}

function stepOf(nowMs: number, keyOf: (row: number) => number) {
  const lines = Array.from({ length: rowsOfStep }, (_, row) => {
    const ts = new Date(nowMs - Math.floor(random() * disorder * 1000)).toISOString().slice(0, -1);
    return JSON.stringify({ id: steps * rowsOfStep + row, k: keyOf(row), n: Math.floor(random() * 1e6), ts });
  });
  return cut(pack(lines))[0]!;
}

/** Numbers from 0 to 1, the same in each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function minutesOf(words: readonly string[]): number {
  if (words.length === 0) return 10;
  const given = words[0] === "--minutes" ? Number(words[1]) : Number.NaN;
  if (words.length === 2 && given > 0 && given <= 1440) return given;
  throw new Error("Usage: npm run soak [-- --minutes N], N up to 1440");
}
