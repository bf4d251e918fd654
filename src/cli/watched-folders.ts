/**
 * Tells when a file in one of some folders is saved. A folder need not be there: it is watched as soon as it
 * is made, and again where another takes its place.
 */
import { existsSync, type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";

export interface FolderListener {
  readonly onSaved: () => void;
  readonly onFailure: (folder: string, error: Error) => void;
}

/** The folders around them have to be there. Answers what ends it. */
export function watchFolders(folders: readonly string[], { onSaved, onFailure }: FolderListener): () => void {
  const watchers = new Map<string, FSWatcher>();
  const begin = (folder: string, onEvent: (name: string | null) => void): void => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
    if (!existsSync(folder)) return;
    const watcher = watch(folder, (_, name) => onEvent(name));
    watcher.on("error", (error) => onFailure(folder, error));
    watchers.set(folder, watcher);
  };
  for (const folder of folders) begin(folder, onSaved);
  for (const [around, inside] of Map.groupBy(folders, dirname)) {
    begin(around, (name) => {
      const changed = inside.filter((folder) => name === null || basename(folder) === name);
      for (const folder of changed) begin(folder, onSaved);
      if (changed.length > 0) onSaved();
    });
  }
  return () => {
    for (const watcher of watchers.values()) watcher.close();
  };
}
