/** Reads a project folder: its settings, its SQL in the order of file names, its simulators. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { quickwaterError } from "../errors/quickwater-error.ts";
import type { SimulatorSpec } from "../simulate/simulator-spec.ts";
import { readSettings, type Settings } from "./settings.ts";
import { readSimulator } from "./simulator-file.ts";

export interface SqlFile {
  readonly path: string;
  readonly text: string;
}

export interface Project {
  readonly folder: string;
  readonly settings: Settings;
  readonly sql: readonly SqlFile[];
  readonly simulators: readonly SimulatorSpec[];
}

export function readProject(folder: string): Project {
  if (!existsSync(folder))
    throw quickwaterError("run.no-project", { path: folder, reason: "the folder does not exist" });
  if (!statSync(folder).isDirectory())
    throw quickwaterError("run.no-project", { path: folder, reason: "it is a file" });
  const sql = filesIn(join(folder, "sql"), [".sql"]).map((path) => ({
    path,
    text: readFileSync(path, "utf8"),
  }));
  if (sql.length === 0)
    throw quickwaterError("run.no-project", { path: folder, reason: "it has no sql/*.sql" });
  const settings = readSettings(folder, basename(folder));
  const simulators = filesIn(join(folder, "simulators"), [".yaml", ".yml"]).map((file) =>
    readSimulator(file, settings.timeZone),
  );
  return { folder, settings, sql, simulators };
}

function filesIn(folder: string, endings: readonly string[]): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => endings.some((ending) => name.endsWith(ending)) && !name.startsWith("."))
    .sort()
    .map((name) => join(folder, name));
}
