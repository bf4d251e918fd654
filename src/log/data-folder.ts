/** The folder that holds everything a server must not lose. One process at a time works in it. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { claimFolder } from "./folder-claim.ts";
import { folderError } from "./folder-error.ts";

export interface DataFolder {
  readonly path: string;
  readonly journal: string;
  readonly checkpoints: string;
  release(): void;
}

export function openDataFolder(path: string): DataFolder {
  try {
    mkdirSync(path, { recursive: true });
    const { release } = claimFolder(path);
    return { path, journal: join(path, "journal"), checkpoints: join(path, "checkpoints"), release };
  } catch (error) {
    throw folderError(error, path);
  }
}
