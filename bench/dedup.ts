/**
 * The keys of 24 hours at 1,000 a second, as the log keeps them: what they take on disk and in memory, and
 * what a key costs then. The clock is made up; the disk is that of the system's folder for such files.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "../src/errors/quickwater-error.ts";
import { hashKey } from "../src/log/dedup/key-hash.ts";
import { KeyIndex } from "../src/log/dedup/key-index.ts";
import { nodeFileLayer } from "../src/log/journal/file-layer.ts";
import { type Report, thousands } from "./report.ts";

const hours = 24;
const keysASecond = 1000;
const keysOfDay = hours * 3600 * keysASecond;
const measured = 500_000;
const startMs = Date.UTC(2026, 2, 1);
const diskReach = 1.5e9;
const memoryReach = 150e6;
const key = new TextEncoder().encode("order-0000000000000000-of-the-benchmark");

export async function benchDedup(): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "quickwater-keys-"));
  try {
    const index = new KeyIndex(nodeFileLayer, folder, {
      streamId: 1,
      column: "id",
      spanMs: hours * 3_600_000,
    });
    const peaks = fill(index, folder);
    const fresh = timed(index, keysOfDay, keysOfDay + measured);
    assert(fresh.taken === measured, "a key that is new was not taken");
    const old = timed(index, keysOfDay / 3, keysOfDay / 3 + measured);
    assert(old.taken === 0, "a key that came before was taken");
    index.close();
    const filled = (peaks.totalMs / keysOfDay) * 1000;
    const verdict = (value: number, reach: number) => (value <= reach ? "reached" : "missed");
    return {
      title: "The keys of a day",
      command: "npm run bench -- dedup",
      method: [
        `${thousands(keysOfDay)} keys of ${key.length} bytes, ${thousands(keysASecond)} a second by a clock`,
        "that is made up, flushed and tidied each second. Disk and memory are the greatest: files as the",
        "system",
        "has them, and the memory that the index holds. Then the keys are asked for.",
      ].join(" "),
      columns: ["what", "measured", "asked for"],
      rows: [
        ["on disk", `**${(peaks.disk / 1e9).toFixed(2)} GB**`, `${diskReach / 1e9} GB`],
        ["in memory", `**${Math.round(peaks.memory / 1e6)} MB**`, `${memoryReach / 1e6} MB`],
        ["a new key", `${fresh.microseconds.toFixed(2)} µs`, ""],
        ["a key of sixteen hours before", `${old.microseconds.toFixed(2)} µs`, ""],
        ["the longest second", `${Math.round(peaks.longestMs)} ms`, ""],
      ],
      findings: [
        `Disk: ${verdict(peaks.disk, diskReach)}. Memory: ${verdict(peaks.memory, memoryReach)}.`,
        `Filling took ${filled.toFixed(2)} µs a key, runs and their merging included.`,
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function fill(index: KeyIndex, folder: string) {
  const peaks = { disk: 0, memory: 0, longestMs: 0, totalMs: 0 };
  for (let second = 0; second < hours * 3600; second++) {
    const ms = startMs + second * 1000;
    const beganMs = performance.now();
    for (let place = 0; place < keysASecond; place++) {
      hash(second * keysASecond + place);
      index.takes(ms, second);
    }
    index.flushed();
    index.tidy(ms, second);
    const tookMs = performance.now() - beganMs;
    peaks.totalMs += tookMs;
    peaks.longestMs = Math.max(peaks.longestMs, tookMs);
    peaks.memory = Math.max(peaks.memory, index.memoryBytes);
    if (second % 30 === 0) peaks.disk = Math.max(peaks.disk, bytesIn(folder));
  }
  return peaks;
}

function timed(index: KeyIndex, from: number, to: number) {
  const ms = startMs + hours * 3_600_000 - 1;
  const beganMs = performance.now();
  let taken = 0;
  for (let number = from; number < to; number++) {
    hash(number);
    if (index.takes(ms, hours * 3600)) taken++;
  }
  return { taken, microseconds: ((performance.now() - beganMs) * 1000) / (to - from) };
}

/** Writes the number into the key's digits. */
function hash(number: number): void {
  let rest = number;
  for (let place = 21; place > 5; place--) {
    key[place] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  hashKey(key, 0, key.length);
}

function bytesIn(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
