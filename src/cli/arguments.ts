/** Reading a verb's options: what is wrong is said as a sentence that names the option. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { quickwaterError } from "../errors/quickwater-error.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;

export function readArguments<O extends Options>(
  verb: string,
  args: readonly string[],
  options: O,
  positionalsMax: number,
) {
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    if (parsed.positionals.length > positionalsMax) {
      const extra = parsed.positionals[positionalsMax];
      throw quickwaterError("run.bad-argument", {
        problem: `${JSON.stringify(extra)} is one argument too many`,
        verb,
      });
    }
    return parsed;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (typeof code !== "string" || !code.startsWith("ERR_PARSE_ARGS")) throw error;
    // Node's sentence goes on with advice about `--` that helps nobody here.
    const [problem = ""] = (error as Error).message.split(". ");
    throw quickwaterError(
      "run.bad-argument",
      { problem: problem.replace(/\.$/, ""), verb },
      { cause: error },
    );
  }
}

/** `--for flink`: whether it is there; nothing else can stand behind it. */
export function readFor(verb: string, target: string | undefined): boolean {
  if (target === undefined || target === "flink") return target === "flink";
  const problem = `--for takes flink, this is ${JSON.stringify(target)}`;
  throw quickwaterError("run.bad-argument", { problem, verb });
}

export function numberOption(verb: string, name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= min && value <= max)) {
    const problem = `--${name} must be a number from ${min} to ${max}, this is ${JSON.stringify(text)}`;
    throw quickwaterError("run.bad-argument", { problem, verb });
  }
  return value;
}

export function wholeOption(verb: string, name: string, text: string, min: number, max: number): number {
  const value = numberOption(verb, name, text, min, max);
  if (Number.isInteger(value)) return value;
  throw quickwaterError("run.bad-argument", { problem: `--${name} must be a whole number`, verb });
}
