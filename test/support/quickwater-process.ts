/** The command line as a process of its own, in an empty folder. */
import { runToEnd } from "./run-process.ts";
import { scratchFolder } from "./scratch-folder.ts";

const main = new URL("../../src/cli/main.ts", import.meta.url).href;
const program = `process.exitCode = await (await import("${main}")).main(process.argv.slice(1))`;

export function commandOf(args: readonly string[]): readonly string[] {
  return [process.execPath, "--input-type=module", "-e", program, "--", ...args];
}

export function quickwater(args: readonly string[], input?: string) {
  return runToEnd(commandOf(args), { cwd: scratchFolder(), input });
}
