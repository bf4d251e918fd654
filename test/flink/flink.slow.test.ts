/** The recorded answers are still what Flink says. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isMissing } from "../support/missing-service.ts";
import { flinkFolder } from "./judge.ts";

const flink = flinkFolder();
const reason = "missing" in flink ? flink.missing : "";

describe.skipIf(isMissing("Flink", reason === "", reason))("a real Flink", () => {
  test("gives the recorded answers", () => {
    const run = spawnSync(process.execPath, [join(import.meta.dirname, "main.ts")], { encoding: "utf8" });
    expect(run.stdout).toContain(", 0 failed");
    expect(run.status).toBe(0);
  });
});
