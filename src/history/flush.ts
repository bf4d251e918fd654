import { closeSync, fsyncSync, openSync } from "node:fs";

/** What was written to a file, or the names in a folder, survive the loss of power from here on. */
export function flush(path: string): void {
  const opened = openSync(path, "r");
  fsyncSync(opened);
  closeSync(opened);
}
