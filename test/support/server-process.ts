/** `quickwater start` as a real process, on a free port and a folder of the test's own. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../scripts/project.js";
import { type Running, start } from "./run-process.ts";

export interface ServerProcess extends Running {
  readonly url: string;
}

/** Writes a project with one script, and its settings where it has some; answers its folder. */
export function projectFolder(parent: string, sql: string, settings?: string): string {
  const folder = join(parent, "project");
  mkdirSync(join(folder, "sql"), { recursive: true });
  if (settings !== undefined) writeFileSync(join(folder, "quickwater.yaml"), settings);
  writeFileSync(join(folder, "sql", "all.sql"), sql);
  return folder;
}

/** The command line without its launcher, which would look after the installation first. */
export function startCommand(
  project: string,
  data: string,
  port = 0,
  more: readonly string[] = [],
): readonly string[] {
  const node = join(projectRoot, "node_modules", "node", "bin", "node");
  const main = [join(projectRoot, "bin", "run-main.js"), join(projectRoot, "src", "cli", "main.ts")];
  const options = ["--port", String(port), "--data", data, "--no-simulators"];
  return [node, ...main, "start", project, ...options, ...more];
}

/** `within` stands before the command, where it is to run in surroundings of its own. */
export async function startServerProcess(
  project: string,
  data: string,
  within: readonly string[] = [],
  more: readonly string[] = [],
  env?: NodeJS.ProcessEnv,
): Promise<ServerProcess> {
  const command = [...within, ...startCommand(project, data, 0, more)];
  const running = start(command, { cwd: projectRoot, env });
  const [, url] = await running.waitForOutput(/Read\s+(http:\S+)\/v1\/views/);
  return { ...running, url: url! };
}
