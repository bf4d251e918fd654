/** Writes a new project into a folder that is empty or not there yet. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import { packsFolder } from "../package-root.ts";
import { starterFiles, yamlName } from "./starter-files.ts";

/** `pack` is what it begins with; a small project of its own without one. */
export function writeProject(folder: string, pack: string | undefined): void {
  const from = pack === undefined ? undefined : packNamed(pack);
  refuseUsed(folder);
  const name = basename(resolve(folder));
  try {
    if (from === undefined) writeFiles(folder, starterFiles(name));
    else copyPack(from, folder, name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw quickwaterError("run.unwritable-folder", { path: folder, reason: code }, { cause: error });
  }
}

function packNamed(name: string): string {
  const packs = readdirSync(packsFolder).sort();
  if (packs.includes(name)) return join(packsFolder, name);
  const suggestion = closestName(name, packs);
  throw quickwaterError("run.unknown-pack", { pack: name, packs: packs.join(", ") }, { suggestion });
}

function refuseUsed(folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory())
    throw quickwaterError("run.folder-used", { path: folder, what: "a file" });
  if (readdirSync(folder).length === 0) return;
  throw quickwaterError("run.folder-used", { path: folder, what: "not empty" });
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** A data folder belongs to one project: the copy has a name of its own. */
function copyPack(from: string, folder: string, name: string): void {
  cpSync(from, folder, { recursive: true });
  const file = join(folder, "quickwater.yaml");
  const settings = existsSync(file) ? readFileSync(file, "utf8") : "";
  const line = `name: ${yamlName(name)}`;
  const isNamed = /^name:.*$/m.test(settings);
  writeFileSync(file, isNamed ? settings.replace(/^name:.*$/m, () => line) : `${line}\n${settings}`);
}
