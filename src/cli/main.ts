/** The command line: finds the verb, runs it, and turns what it throws into a sentence and an exit code. */
import { QuickwaterError } from "../errors/quickwater-error.ts";
import { closestName } from "../errors/suggest.ts";
import { type Command, commands } from "./commands.ts";
import { holdLifeline } from "./lifeline.ts";
import { packageVersion } from "./package-root.ts";
import { acceptUnreadOutput } from "./unread-output.ts";

/** Returns the exit code: 0 done, 1 the user's mistake, 2 it could not run. */
export async function main(argv: readonly string[]): Promise<number> {
  holdLifeline();
  const [verb, ...args] = argv;
  acceptUnreadOutput(verb);
  if (verb === undefined || verb === "--help" || verb === "-h" || verb === "help") return print(overview());
  if (verb === "--version" || verb === "-v") return print(packageVersion());

  const command = commands.find((known) => known.name === verb);
  if (command === undefined) return refuse(verb);
  try {
    const { help, run } = await command.load();
    return asksForHelp(args) ? print(help) : await run(args);
  } catch (error) {
    return report(error);
  }
}

function overview(): string {
  const width = Math.max(...commands.map((command) => command.name.length), 0);
  return [
    `Quickwater ${packageVersion()} shows a business what is happening now.`,
    "",
    "Usage: quickwater <command> [options]",
    "",
    ...commands.map((command: Command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    "",
    "quickwater <command> --help tells more about one of them.",
  ].join("\n");
}

/** What stands after `--` belongs to the command, whatever it looks like. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const options = end === -1 ? args : args.slice(0, end);
  return options.includes("--help") || options.includes("-h");
}

function refuse(verb: string): number {
  const meant = closestName(
    verb,
    commands.map((command) => command.name),
  );
  const kind = verb.startsWith("-") ? "option" : "command";
  const advice = meant === undefined ? "quickwater --help lists them." : `Did you mean "${meant}"?`;
  process.stderr.write(`There is no ${kind} "${verb}". ${advice}\n`);
  return 1;
}

function report(error: unknown): number {
  const isKnown = error instanceof QuickwaterError;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    isKnown ? `${message}\n${error.advice}\n` : `Quickwater failed unexpectedly: ${message}\n`,
  );
  if (process.env.QUICKWATER_DEBUG === "1" && error instanceof Error)
    process.stderr.write(`${error.stack}\n`);
  return isKnown && error.status < 500 ? 1 : 2;
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}
