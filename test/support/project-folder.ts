/** Projects of tests as folders, and what `quickwater test` makes of them in this process. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkProject } from "../../src/cli/checked-project.ts";
import { rehearsedProject } from "../../src/cli/rehearsed-project.ts";
import { type Outcome, Rehearsal, type RehearsalOptions } from "../../src/rehearsal/rehearsal.ts";
import { scratchFolder } from "./scratch-folder.ts";

/** Files by their path in it; without a folder it is there for one test. */
export function projectOf(files: Readonly<Record<string, string>>, folder = scratchFolder()): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

export const fileOf = (folder: string, path: string) => readFileSync(join(folder, path), "utf8");

export async function rehearse(
  folder: string,
  options: Omit<RehearsalOptions, "now"> = {},
): Promise<readonly Outcome[]> {
  const checked = checkProject(folder);
  if (checked.mistakes.length > 0) throw new Error(checked.mistakes.join("\n"));
  const rehearsal = new Rehearsal(rehearsedProject(checked));
  const outcomes: Outcome[] = [];
  for await (const each of rehearsal.run({ now: () => performance.now(), ...options })) outcomes.push(each);
  return outcomes;
}

/** What is told of the only one: where, and each line of what differs there. */
export function toldOf([outcome]: readonly Outcome[]): readonly string[] {
  const told = outcome!.differences.flatMap(({ place, lines }) => [
    place.replace(/^.*?expected/, ""),
    ...lines,
  ]);
  return outcome!.mistake === undefined ? told : [...told, outcome!.mistake.replace(/^.*?expected/, "")];
}
