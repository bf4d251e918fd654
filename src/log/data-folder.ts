/** The folder that holds everything a server must not lose. One process at a time works in it. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { quickwaterError } from "../errors/quickwater-error.ts";
import { claimFolder } from "./folder-claim.ts";
import { folderError } from "./folder-error.ts";

const nameOfFile = "project";

export interface DataFolder {
  readonly path: string;
  readonly journal: string;
  readonly checkpoints: string;
  readonly history: string;
  release(): void;
}

/** `project` is whose data it holds, or is to hold from now on; undefined where that does not matter. */
export function openDataFolder(path: string, project?: string): DataFolder {
  try {
    mkdirSync(path, { recursive: true });
    refuseOtherProject(path, project);
    const { release } = claimFolder(path);
    if (project !== undefined) noteProject(path, project);
    const within = (name: string) => join(path, name);
    return {
      path,
      journal: within("journal"),
      checkpoints: within("checkpoints"),
      history: within("history"),
      release,
    };
  } catch (error) {
    throw folderError(error, path);
  }
}

/** Streams of the same name in two projects are not the same, and neither are their rows. */
export function refuseOtherProject(path: string, project: string | undefined): void {
  const file = join(path, nameOfFile);
  if (project === undefined || !existsSync(file)) return;
  const other = readFileSync(file, "utf8").trim();
  if (other !== project) throw quickwaterError("run.other-project", { path, project, other });
}

function noteProject(path: string, project: string): void {
  const file = join(path, nameOfFile);
  if (existsSync(file)) return;
  writeFileSync(`${file}.new`, `${project}\n`, { flush: true });
  renameSync(`${file}.new`, file);
}
