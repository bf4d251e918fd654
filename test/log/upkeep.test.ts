/** Sealed segments of a log that runs are looked after beside it. */
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { nodeFileLayer } from "../../src/log/journal/file-layer.ts";
import { LogClient } from "../../src/log/journal/log-client.ts";
import { listSegments, segmentPath } from "../../src/log/journal/segments.ts";
import { defaultLogSettings } from "../../src/log/log-settings.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { idsIn, orderRow, orders, readAll, rowsOf } from "./log-driver.ts";

const settings = { ...defaultLogSettings, segmentBytesMax: 20_000, packAfterMs: 0 };
const packed = 2;

async function openLog(folder: string, upkeepMs = 20, table = orders): Promise<LogClient> {
  const log = await LogClient.open(folder, { ...settings, upkeepMs });
  onTestFinished(() => log.close());
  await log.declare([table]);
  return log;
}

async function append(log: LogClient, from: number, to: number): Promise<void> {
  for (let id = from; id < to; id++) {
    const chunks = [new TextEncoder().encode(orderRow(id, "x".repeat(500)))];
    await log.append({ stream: "orders", format: "ndjson", chunks, origin: "test" });
  }
}

const versions = (folder: string) =>
  listSegments(nodeFileLayer, folder).map((step) => {
    return readFileSync(segmentPath(folder, step)).readUInt16LE(8);
  });

const waiting = { timeout: 20_000, interval: 20 };

test("they are packed while rows come in, all but the newest, and what was sent is read", async () => {
  const folder = scratchFolder();
  const log = await openLog(folder);
  await append(log, 0, 200);
  await vi.waitFor(() => {
    expect(versions(folder).length).toBeGreaterThan(4);
    expect(
      versions(folder)
        .slice(0, -1)
        .every((version) => version === packed),
    ).toBe(true);
  }, waiting);
  await append(log, 200, 300);
  await log.close();
  const again = await openLog(folder);
  await append(again, 300, 310);
  await again.close();
  expect(idsIn(rowsOf(readAll(nodeFileLayer, 1, folder), "orders"))).toEqual([...Array(310).keys()]);
  expect(again.upkeepProblem).toBeUndefined();
});

test("damage is told with its place, and rows go on coming in", async () => {
  const folder = scratchFolder();
  const log = await openLog(folder, 2_000);
  await append(log, 0, 100);
  const path = segmentPath(folder, listSegments(nodeFileLayer, folder)[1]!);
  const content = readFileSync(path);
  content[5_000]! ^= 1;
  writeFileSync(path, content);
  await vi.waitFor(() => expect(log.upkeepProblem?.code).toBe("run.journal-damaged"), waiting);
  expect(log.upkeepProblem?.params.file).toBe(path);
  await append(log, 100, 110);
  expect(readFileSync(path).equals(content)).toBe(true);
});

describe("rows that a stream lets go", () => {
  const short = { ...orders, options: { retention: "1 ms" } };
  const firstId = (folder: string) => idsIn(rowsOf(readAll(nodeFileLayer, 1, folder), "orders"))[0];

  test("go when nobody needs the journal from there any more, and stay while somebody reads it", async () => {
    const folder = scratchFolder();
    const log = await openLog(folder, 20, short);
    await append(log, 0, 200);
    const segments = listSegments(nodeFileLayer, folder);
    // Before there is a checkpoint nothing goes, however far others are.
    log.needFrom("history", segments[2]!);
    await setTimeout(500);
    expect(firstId(folder)).toBe(0);
    const floor = segments[3]!;
    await log.holding(async () => {
      log.needFrom("checkpoint", floor);
      await setTimeout(500);
      expect(firstId(folder)).toBe(0);
    });
    await vi.waitFor(() => expect(listSegments(nodeFileLayer, folder)[0]).toBe(segments[2]), waiting);
    await setTimeout(200);
    expect(listSegments(nodeFileLayer, folder)[0]).toBe(segments[2]);
    log.needFrom("history", floor);
    await vi.waitFor(() => expect(listSegments(nodeFileLayer, folder)[0]).toBe(floor), waiting);
    const left = readAll(nodeFileLayer, 1, folder);
    expect(left[0]?.number).toBe(floor);
    expect(idsIn(rowsOf(left, "orders"))).toEqual([...Array(200).keys()].slice(firstId(folder)));
    expect(log.upkeepProblem).toBeUndefined();
  });

  test("stay within the span in which they tell duplicates", async () => {
    const folder = scratchFolder();
    const log = await openLog(folder, 20, { ...orders, options: { ...short.options, "dedup-key": "id" } });
    await append(log, 0, 100);
    log.needFrom("checkpoint", 1e6);
    await setTimeout(800);
    expect(firstId(folder)).toBe(0);
  });

  test("of which some were dead letters take these with them", async () => {
    const folder = scratchFolder();
    const log = await openLog(folder, 20, short);
    for (let id = 0; id < 200; id++) {
      const chunks = [new TextEncoder().encode(JSON.stringify({ id: "x".repeat(500) }))];
      await log.append({ stream: "orders", format: "ndjson", chunks, origin: "test" });
    }
    const [, second = 0, third = 0] = listSegments(nodeFileLayer, folder);
    log.needFrom("checkpoint", third);
    await vi.waitFor(() => expect(listSegments(nodeFileLayer, folder)[0]).toBe(third), waiting);
    expect(second).toBeLessThan(third);
  });
});
