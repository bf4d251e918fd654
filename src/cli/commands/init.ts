/** `quickwater init`: a project to begin with. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { readArguments } from "../arguments.ts";
import { writeProject } from "../new-project/write-project.ts";

export const help = `Usage: quickwater init DIR [--pack NAME]

Writes a small project that works: a stream, a view, a simulator, and what the view is expected to show. DIR
must be empty or not be there yet.

  --pack NAME   a copy of a pack that comes with Quickwater instead, such as commerce, to be changed

Exit code: 0 done, 1 DIR is in use or there is no such pack, 2 it could not be written.`;

const options = { pack: { type: "string" } } as const;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments("init", args, options, 1);
  const [folder] = positionals;
  if (folder === undefined) {
    const problem = "DIR is missing: the folder of the new project";
    throw quickwaterError("run.bad-argument", { problem, verb: "init" });
  }
  writeProject(folder, values.pack);
  const named = /^[\w./-]+$/.test(folder) ? folder : JSON.stringify(folder);
  const made = values.pack === undefined ? "a small project" : `the pack ${values.pack}`;
  process.stdout.write(`Wrote ${made} into ${named}.

  quickwater test ${named}    compares it with what it expects
  quickwater start ${named}   runs it, with its simulators
`);
  return 0;
}
