/** `quickwater types`: what goes into a project's streams and comes out of its views, as TypeScript. */
import { writeFileSync } from "node:fs";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { readArguments } from "../arguments.ts";
import { checkProject } from "../checked-project.ts";
import { demoProject } from "../package-root.ts";
import { typescriptText } from "../typescript-text.ts";

export const help = `Usage: quickwater types [PROJECT] [--out FILE]

Writes TypeScript types of a project: an interface for the events of each stream and the rows of each view,
and lists of both by name. Without PROJECT it is the demo.

  --out FILE    where to; otherwise standard output

Exit code: 0 done, 1 the project has a mistake, 2 the file cannot be written.`;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments("types", args, { out: { type: "string" } }, 1);
  const { catalog, mistakes } = checkProject(positionals[0] ?? demoProject);
  if (mistakes.length > 0) {
    process.stderr.write(`${mistakes.join("\n\n")}\n`);
    return 1;
  }
  const text = typescriptText(catalog);
  if (values.out === undefined) process.stdout.write(text);
  else write(values.out, text);
  return 0;
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw quickwaterError("run.unwritable-file", { path, reason: (cause as Error).message }, { cause });
  }
}
