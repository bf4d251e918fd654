/**
 * The verbs of the command line, in the order in which `--help` lists them. A verb's code is loaded when it
 * is used.
 */

export interface CommandModule {
  /** What `quickwater <verb> --help` prints. */
  readonly help: string;
  /** Does the work; 0 done, 1 the user's mistake, 2 it could not run. */
  readonly run: (args: readonly string[]) => Promise<number>;
}

export interface Command {
  readonly name: string;
  /** One line for the list of verbs. */
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

export const commands: readonly Command[] = [
  { name: "start", summary: "runs a project, or the demo", load: () => import("./commands/start.ts") },
  { name: "init", summary: "writes a project to begin with", load: () => import("./commands/init.ts") },
  { name: "check", summary: "finds the mistakes of a project", load: () => import("./commands/check.ts") },
  {
    name: "test",
    summary: "compares a project with what it expects",
    load: () => import("./commands/test.ts"),
  },
  { name: "explain", summary: "shows the stages of a query", load: () => import("./commands/explain.ts") },
  { name: "run", summary: "runs a SQL script over files", load: () => import("./commands/run.ts") },
  { name: "sql", summary: "asks a running server", load: () => import("./commands/sql.ts") },
  {
    name: "export",
    summary: "writes rows of a running server to a file",
    load: () => import("./commands/export.ts"),
  },
  {
    name: "dead",
    summary: "lists the rows that could not be taken",
    load: () => import("./commands/dead.ts"),
  },
  { name: "replay", summary: "reads dead letters again", load: () => import("./commands/replay.ts") },
  {
    name: "repair",
    summary: "tells what is damaged in a journal",
    load: () => import("./commands/repair.ts"),
  },
  {
    name: "doctor",
    summary: "says what keeps a server from starting, or a view from showing rows",
    load: () => import("./commands/doctor.ts"),
  },
  {
    name: "simulate",
    summary: "makes the events of a simulator",
    load: () => import("./commands/simulate.ts"),
  },
  {
    name: "types",
    summary: "writes TypeScript types of a project",
    load: () => import("./commands/types.ts"),
  },
];
