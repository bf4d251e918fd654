/** Each mistake in a world is one sentence that names the file and the setting; see `mistakes.txt`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { QuickwaterError } from "../../src/errors/quickwater-error.ts";
import { simulatorOf } from "../support/simulated-events.ts";

const cases = readFileSync(join(import.meta.dirname, "mistakes.txt"), "utf8")
  .split(/^====$/m)
  .map((text) => {
    const [files = "", message = ""] = text.split(/^----$/m).map((part) => part.trim());
    // What stands behind `>> NAME` is another file, in the same folder.
    const [yaml = "", ...others] = files.split(/^>> (?=\S+\.yaml$)/m);
    return { yaml, message, others: Object.fromEntries(others.map((other) => other.split(/\n(.*)/s, 2))) };
  });

describe("a world with a mistake", () => {
  test.each(cases)("$message", ({ yaml, message, others }) => {
    let said: unknown;
    try {
      simulatorOf(yaml, undefined, others);
    } catch (error) {
      said = error;
    }
    expect(said).toBeInstanceOf(QuickwaterError);
    expect((said as Error).message).toMatch(/^\/.*\/\w+\.yaml:\d+: /);
    expect((said as Error).message).toContain(message);
  });
});
