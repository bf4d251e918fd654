/** What would keep a server from starting: its project, its data folder, its port. Nothing is changed. */
import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { isKeptBeside } from "../../catalog/catalog.ts";
import { QuickwaterError } from "../../errors/quickwater-error.ts";
import { openDataFolder, refuseOtherProject } from "../../log/data-folder.ts";
import { nodeFileLayer } from "../../log/journal/file-layer.ts";
import { journalIdOf } from "../../log/journal/journal-id.ts";
import { nodeCheckpointFiles } from "../../state/checkpoint/checkpoint-files.ts";
import { refuseForeignCheckpoints } from "../../state/checkpoint/read-checkpoint.ts";
import { checkWholeProject } from "../checked-history.ts";
import type { CheckedProject } from "../checked-project.ts";
import { counted } from "../script/counted.ts";
import type { Finding } from "./finding.ts";

const nodeMajorMin = 24;
/** With less the journal is soon full. */
const freeBytesMin = 1024 ** 3;
const gigabyte = 1024 ** 3;

export function nodeFinding(version: string): Finding {
  const isWrong = Number.parseInt(version, 10) < nodeMajorMin;
  const advice = isWrong ? `Quickwater needs Node ${nodeMajorMin}; npm start brings it.` : undefined;
  return { about: "node", isWrong, text: `Node ${version}`, advice };
}

export interface FoundProject {
  readonly finding: Finding;
  /** Undefined where it cannot be read. */
  readonly project: CheckedProject | undefined;
}

export async function projectFinding(folder: string): Promise<FoundProject> {
  let project: CheckedProject;
  try {
    project = await checkWholeProject(folder);
  } catch (error) {
    return { finding: wrong("project", error), project: undefined };
  }
  const { catalog, mistakes, project: read } = project;
  const { name } = read.settings;
  if (mistakes.length > 0) {
    const text = `The project ${name} has ${counted(mistakes.length, "mistake")}:\n${mistakes.join("\n\n")}`;
    const advice = `quickwater check ${folder} shows them again.`;
    return { finding: { about: "project", isWrong: true, text, advice }, project };
  }
  const tables = catalog.tables().filter((table) => !isKeptBeside(table)).length;
  const views = catalog.views().length;
  const text = `The project ${name}: ${counted(tables, "table")}, ${counted(views, "view")}`;
  return { finding: { about: "project", isWrong: false, text }, project };
}

/** `isRunning`: a server answers, and the folder may be its own. */
export function dataFinding(path: string, project: string | undefined, isRunning: boolean): Finding {
  try {
    if (!existsSync(path)) {
      accessSync(nearestFolder(path), constants.W_OK);
      return spaceFinding(nearestFolder(path), `The data folder ${path} will be made`);
    }
    refuseOtherProject(path, project);
    const { checkpoints, journal, release } = openDataFolder(path);
    try {
      refuseForeignCheckpoints(nodeCheckpointFiles, checkpoints, journalIdOf(nodeFileLayer, journal));
    } finally {
      release();
    }
    return spaceFinding(path, `The data folder ${path}`);
  } catch (error) {
    const isOwned = error instanceof QuickwaterError && error.code === "run.data-folder-owned";
    if (isOwned && isRunning) return { about: "data", isWrong: false, text: error.message };
    return wrong("data", error);
  }
}

function spaceFinding(folder: string, text: string): Finding {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const isWrong = free < freeBytesMin;
  const advice = isWrong ? "Make room: events that cannot be written are not taken." : undefined;
  return { about: "data", isWrong, text: `${text}, ${(free / gigabyte).toFixed(1)} GB are free`, advice };
}

function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}

/** `isRunning`: a server answers there. */
export async function portFinding(host: string, port: number, isRunning: boolean): Promise<Finding> {
  if (isRunning) return { about: "port", isWrong: false, text: `Quickwater answers at port ${port}` };
  const code = await codeOfListening(host, port);
  if (code === undefined) return { about: "port", isWrong: false, text: `Port ${port} of ${host} is free` };
  const reason = code === "EADDRINUSE" ? "another program has it" : `it may not be used (${code})`;
  const advice = "Stop that program, or choose another port with --port.";
  return { about: "port", isWrong: true, text: `Port ${port} of ${host}: ${reason}.`, advice };
}

function codeOfListening(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port }, () => server.close(() => resolve(undefined)));
  });
}

function wrong(about: Finding["about"], error: unknown): Finding {
  if (error instanceof QuickwaterError)
    return { about, isWrong: true, text: error.message, advice: error.advice };
  return { about, isWrong: true, text: error instanceof Error ? error.message : String(error) };
}
