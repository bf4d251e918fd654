/** Empty folders with a space in their path, which go away by themselves. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, onTestFinished } from "vitest";

/** A folder for one test. */
export function scratchFolder(name = "quickwater test"): string {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  onTestFinished(() => remove(folder));
  return folder;
}

/** A folder for all tests of a file; called outside of them. */
export function fileScratchFolder(name = "quickwater tests"): string {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  afterAll(() => remove(folder));
  return folder;
}

/** A process that is just being killed may still write for a moment. */
function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
