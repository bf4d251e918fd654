/** Why a folder cannot be used, as a person can act on it. */
import { QuickwaterError, quickwaterError } from "../errors/quickwater-error.ts";

const reasons: Readonly<Record<string, string>> = {
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  EROFS: "the disk is read-only",
  ENOTDIR: "a part of the path is a file",
  EEXIST: "a file is in its place",
};

/** What the system refused as an error of the catalogue; anything else as it is. */
export function folderError(error: unknown, path: string): Error {
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof QuickwaterError || code === undefined) return error as Error;
  if (code === "ENOSPC" || code === "EDQUOT")
    return quickwaterError("run.disk-full", { path }, { cause: error });
  return quickwaterError("run.data-folder", { path, reason: reasons[code] ?? code }, { cause: error });
}
