/** `quickwater test`: what a project expects of itself, beside what is. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import { type Outcome, Rehearsal } from "../../rehearsal/rehearsal.ts";
import { readArguments } from "../arguments.ts";
import { checkWholeProject } from "../checked-history.ts";
import { type CheckedProject, checkProject } from "../checked-project.ts";
import { demoProject } from "../package-root.ts";
import { rehearsedProject } from "../rehearsed-project.ts";

export const help = `Usage: quickwater test [PROJECT] [options]

Runs what is in expected/ of a project by a virtual clock: each scenario sends its events, and what is
answered and shown is compared with what it says; final rows of views are compared with those of their twins,
which DuckDB computes of the same events. Of a project that includes others each is tested. Without PROJECT
it is the demo.

  --only NAME       one scenario or file, by its name without .yaml, or the twin of one view
  --update          writes the tables and answers of the scenarios as they are; twins stay as they are
  --require-twins   a view without a twin is a failure
  --json            one JSON object: {"passed": …, "failed": …, "withoutTwin": […], "results": […]}

Exit code: 0 all is as expected, 1 it is not or a file has a mistake, 2 it could not run.`;

const options = {
  only: { type: "string" },
  update: { type: "boolean", default: false },
  "require-twins": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments("test", args, options, 1);
  const checked = await checkWholeProject(positionals[0] ?? demoProject);
  if (checked.mistakes.length > 0) {
    process.stderr.write(`${checked.mistakes.join("\n\n")}\n`);
    return 1;
  }
  const rehearsals = rehearsalsOf(checked);
  const { only, update, json } = values;
  if (only !== undefined)
    refuseUnknown(
      only,
      rehearsals.flatMap(({ names }) => names),
    );
  const outcomes: Outcome[] = [];
  for (const rehearsal of rehearsals) {
    if (only !== undefined && !rehearsal.names.includes(only)) continue;
    for await (const outcome of rehearsal.run({ only, update, now: () => performance.now() })) {
      outcomes.push(outcome);
      if (!json) process.stdout.write(`${outcomeText(outcome)}\n`);
    }
  }
  const failed = outcomes.filter((outcome) => !hasPassed(outcome)).length;
  const passed = outcomes.length - failed;
  const withoutTwin = only === undefined ? rehearsals.flatMap((each) => each.withoutTwin) : [];
  if (json) {
    const results = outcomes.map(toldOutcome);
    process.stdout.write(`${JSON.stringify({ passed, failed, withoutTwin, results })}\n`);
  } else process.stdout.write(summary(passed, failed, withoutTwin));
  return failed > 0 || (values["require-twins"] && withoutTwin.length > 0) ? 1 : 0;
}

/** A project that is made of others says what they are to show by what each of them says. */
function rehearsalsOf(checked: CheckedProject): readonly Rehearsal[] {
  const own = new Rehearsal(rehearsedProject(checked));
  const parts = checked.project.included.map(
    (folder) => new Rehearsal(rehearsedProject(checkProject(folder))),
  );
  return parts.length > 0 && own.names.length === 0 ? parts : [...parts, own];
}

function summary(passed: number, failed: number, withoutTwin: readonly string[]): string {
  const alone = withoutTwin.length === 0 ? "" : `Without a twin: ${withoutTwin.join(", ")}\n`;
  if (passed + failed === 0) return `There is nothing in expected/.\n${alone}`;
  return `\n${passed} passed, ${failed} failed\n${alone}`;
}

/** What was written anew is as it is now. */
function hasPassed({ differences, mistake, isUpdated }: Outcome): boolean {
  return mistake === undefined && differences.every(({ isMendable }) => isUpdated && isMendable);
}

function outcomeText(outcome: Outcome): string {
  const { kind, name, tookMs, differences, mistake, isUpdated } = outcome;
  const word = !hasPassed(outcome) ? "FAILED " : isUpdated ? "updated" : "passed ";
  const lines = [`${word}  ${kind} ${name} (${Math.max(1, Math.round(tookMs))} ms)`];
  if (mistake !== undefined) lines.push(indented(mistake.split("\n"), 2));
  for (const difference of differences) {
    lines.push(`  ${difference.place}`, indented(difference.lines, 4));
  }
  return lines.join("\n");
}

function indented(lines: readonly string[], columns: number): string {
  return lines.map((line) => " ".repeat(columns) + line).join("\n");
}

function toldOutcome(outcome: Outcome): object {
  const { kind, name, file, features, tookMs, differences, mistake, isUpdated } = outcome;
  const isPassed = hasPassed(outcome);
  return { kind, name, file, features, passed: isPassed, updated: isUpdated, tookMs, differences, mistake };
}

function refuseUnknown(name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const meant = closestName(name, known);
  const advice = meant === undefined ? `there are ${known.join(", ") || "none"}` : `did you mean ${meant}`;
  const problem = `There is no scenario and no twin ${JSON.stringify(name)}; ${advice}`;
  throw quickwaterError("run.bad-argument", { problem, verb: "test" });
}
