/** Each mistake in a world is one sentence that names the file and the setting; see `mistakes.txt`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { QuickwaterError } from "../../src/errors/quickwater-error.ts";
import { simulatorOf } from "../support/simulated-events.ts";

const cases = readFileSync(join(import.meta.dirname, "mistakes.txt"), "utf8")
  .split(/^====$/m)
  .map((text) => {
    const [yaml = "", message = ""] = text.split(/^----$/m).map((part) => part.trim());
    return { yaml, message };
  });

describe("a world with a mistake", () => {
  test.each(cases)("$message", ({ yaml, message }) => {
    let said: unknown;
    try {
      simulatorOf(yaml);
    } catch (error) {
      said = error;
    }
    expect(said).toBeInstanceOf(QuickwaterError);
    expect((said as Error).message).toMatch(/^\/.*world\.yaml:\d+: /);
    expect((said as Error).message).toContain(message);
  });
});
