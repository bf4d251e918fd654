/** `quickwater run`: a Flink SQL script over files, from their beginning to their end. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { formatError } from "../../errors/source-text.ts";
import { closestName } from "../../errors/suggest.ts";
import { defaultLogSettings } from "../../log/log-settings.ts";
import { readArguments } from "../arguments.ts";
import { changesWriter } from "../result-format/changes.ts";
import { resultFormats } from "../result-format/result-formats.ts";
import type { MakeResultWriter } from "../result-format/result-writer.ts";
import { type CheckedScript, checkScript } from "../script/checked-script.ts";
import { ProgressLine } from "../script/progress-line.ts";
import { runScript } from "../script/run-script.ts";

export const help = `Usage: quickwater run SCRIPT.sql [options]

Runs a Flink SQL script over files to their end, then closes every window. Statements run in order:

  CREATE TABLE … WITH ('connector' = 'filesystem', 'path' = 'orders.json', 'format' = 'json')
  SELECT … [ORDER BY …] [LIMIT …]   prints its rows
  CREATE MATERIALIZED VIEW … AS …   prints the view's final rows under its name
  INSERT INTO … SELECT …            writes into a table with the connector filesystem, print or blackhole
  EXECUTE STATEMENT SET BEGIN … END runs several INSERTs at once: a file that several read is read once
  SHOW …, DESCRIBE …                print what the script has made so far

Paths are meant from the script's folder; a script named - comes from standard input. The whole script is
checked before its first statement runs. What was late or could not be read is said at the end on standard
error.

  --format NAME     table, json (one object a line), csv, or changes: a table with +I, -U, +U and -D, as
                    a query of a stream gives them (table)
  --json            the same as --format json
  --interpreted     runs expressions by the plain interpreter: slow, for comparing

Exit code: 0 done, 1 the script or its data has a mistake, 2 it could not run.`;

const options = {
  format: { type: "string" },
  json: { type: "boolean" },
  interpreted: { type: "boolean" },
} as const;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments("run", args, options, 1);
  const [path] = positionals;
  if (path === undefined) throw badArgument("SCRIPT.sql is missing");
  const format = formatNamed(values.format ?? (values.json === true ? "json" : "table"));
  const script = readScript(path);
  const checked = checkScript(script.text, format === changesWriter);
  if (refuse(checked, script)) return 1;
  if (checked.statements.length === 0) throw quickwaterError("run.empty-script", { file: script.name });
  const progress = new ProgressLine(
    (text) => process.stderr.isTTY && process.stderr.write(text),
    () => performance.now(),
  );
  const print = (text: string): void => {
    progress.clear();
    process.stdout.write(text);
  };
  try {
    const notes = await runScript(checked.statements, {
      mode: values.interpreted === true ? "interpreted" : "compiled",
      format,
      startMs: Date.now(),
      context: {
        baseFolder: script.folder,
        print: (line) => print(`${line}\n`),
        printError: (line) => process.stderr.write(`${line}\n`),
        rowBytesMax: defaultLogSettings.rowBytesMax,
      },
      print,
      afterChunk: (rowsRead) => {
        progress.show(`${rowsRead.toLocaleString("en")} rows read`);
        return drained();
      },
    });
    progress.clear();
    for (const note of notes) process.stderr.write(`${note}\n`);
    return 0;
  } catch (error) {
    progress.clear();
    if (!(error instanceof QuickwaterError) || error.position === undefined) throw error;
    process.stderr.write(`${formatError(error, script.text, script.name)}\n`);
    return 1;
  }
}

interface ScriptFile {
  readonly name: string;
  readonly text: string;
  readonly folder: string;
}

function readScript(path: string): ScriptFile {
  const isStandardInput = path === "-";
  try {
    const text = readFileSync(isStandardInput ? 0 : path, "utf8").replace(/^\uFEFF/, "");
    return {
      name: isStandardInput ? "standard input" : path,
      text,
      folder: isStandardInput ? "." : dirname(path),
    };
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      ENOENT: "there is no such file",
      EISDIR: "it is a folder; name the script in it",
      EACCES: "this user may not read it",
    };
    throw quickwaterError("run.unreadable-file", { path, reason: reasons[code ?? ""] ?? message }, { cause });
  }
}

function formatNamed(name: string): MakeResultWriter {
  if (Object.hasOwn(resultFormats, name)) return resultFormats[name]!;
  const known = Object.keys(resultFormats);
  const meant = closestName(name, known);
  const advice = meant === undefined ? `there are ${known.join(", ")}` : `did you mean ${meant}?`;
  throw badArgument(`There is no format ${JSON.stringify(name)}; ${advice}`.replace(/\?$/, ""));
}

function badArgument(problem: string): QuickwaterError {
  return quickwaterError("run.bad-argument", { problem, verb: "run" });
}

/** Prints the mistakes; answers whether there are any. */
function refuse({ mistakes }: CheckedScript, { text, name }: ScriptFile): boolean {
  const messages = mistakes.map((error) => formatError(error, text, name));
  if (messages.length > 0) process.stderr.write(`${messages.join("\n\n")}\n`);
  return messages.length > 0;
}

/** A reader that is slower than the query holds the query back, so that memory stays small. */
async function drained(): Promise<void> {
  if (process.stdout.writableNeedDrain) await once(process.stdout, "drain");
}
