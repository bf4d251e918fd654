import { Worker } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";
import { SharedFigures } from "./shared-figures.ts";

const count = 2_000;

/** Writes the next number into all of them, again and again. */
const writer = `
const { workerData } = require("node:worker_threads");
import(workerData.module).then(({ SharedFigures }) => {
  const figures = new SharedFigures(workerData.shared);
  for (let next = 1; ; next++) {
    figures.write((numbers) => numbers.fill(next));
    for (let pause = 0; pause < 100_000; pause++);
  }
});`;

test("what is written together is read together, while another thread writes", async () => {
  const figures = SharedFigures.of(count);
  const module = new URL("./shared-figures.ts", import.meta.url).href;
  const worker = new Worker(writer, { eval: true, workerData: { module, shared: figures.shared } });
  onTestFinished(async () => void (await worker.terminate()));
  await expect.poll(() => figures.read()[0]).toBeGreaterThan(0);
  let last = 0;
  let changes = 0;
  // However rarely the other thread has its turn, in the test's time it has it often enough.
  for (let reads = 0; reads < 1_000 || changes <= 10; reads++) {
    const numbers = figures.read();
    const [first] = numbers;
    expect(numbers.length).toBe(count);
    expect(numbers.every((number) => number === first)).toBe(true);
    expect(first).toBeGreaterThanOrEqual(last);
    if (first !== last) changes++;
    last = first!;
  }
});

test("a writer that died at it is read as it was before", () => {
  const figures = SharedFigures.of(2);
  figures.write((numbers) => numbers.fill(1));
  expect([...figures.read()]).toEqual([1, 1]);
  const dying = () =>
    figures.write((numbers) => {
      numbers[0] = 2;
      throw new Error("killed");
    });
  expect(dying).toThrow("killed");
  expect([...figures.read()]).toEqual([1, 1]);
});
