/** A process whose time to stop is over while DuckDB works for it. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { start } from "../support/run-process.ts";

test("when time is over, the process ends by the signal, whatever DuckDB does", async () => {
  const main = join(projectRoot, "test", "fixtures", "busy-history.ts");
  const busy = start([process.execPath, main], { cwd: projectRoot });
  await busy.waitForOutput(/ready/);
  busy.child.kill("SIGTERM");
  expect(await busy.finished).toMatchObject({ code: null, signal: "SIGTERM", stderr: "" });
});
