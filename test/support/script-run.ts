/** Runs a script's text over files that are written beside it, without the process around it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { resultFormats } from "../../src/cli/result-format/result-formats.ts";
import { checkScript } from "../../src/cli/script/checked-script.ts";
import { runScript } from "../../src/cli/script/run-script.ts";
import { formatError } from "../../src/errors/source-text.ts";
import { scratchFolder } from "./scratch-folder.ts";

export interface Ran {
  readonly printed: string;
  readonly notes: readonly string[];
  readonly folder: string;
}

/** Writes the files beside the script and runs it; mistakes of the check are thrown as one text. */
export async function runText(
  sql: string,
  files: Record<string, string | Uint8Array> = {},
  format = "csv",
): Promise<Ran> {
  const folder = scratchFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  let printed = "";
  const print = (text: string): void => {
    printed += text;
  };
  const { statements, mistakes } = checkScript(sql);
  if (mistakes.length > 0) throw new Error(mistakes.map((error) => formatError(error, sql)).join("\n"));
  const notes = await runScript(statements, {
    mode: "compiled",
    format: resultFormats[format]!,
    startMs: Date.parse("2026-01-01T00:00:00Z"),
    context: {
      baseFolder: folder,
      print: (line) => print(`${line}\n`),
      printError: (line) => print(`error: ${line}\n`),
      rowBytesMax: 100_000,
    },
    print,
    afterChunk: () => {},
  });
  return { printed, notes, folder };
}

/** As far as the format; each table is named t. */
export const tableInFiles = (table: string, columns: string, path: string): string =>
  `CREATE TABLE ${table} (${columns}) WITH ('connector' = 'filesystem', 'path' = '${path}'`;
export const jsonTable = (columns: string, path: string, more = ""): string =>
  `${tableInFiles("t", columns, path)}, 'format' = 'json'${more});`;
export const csvTable = (columns: string, path: string, more = ""): string =>
  `${tableInFiles("t", columns, path)}, 'format' = 'csv'${more});`;

/** What a run with a mistake says. */
export async function failure(ran: Promise<Ran>): Promise<string> {
  return ran.then(
    () => "nothing failed",
    (error: Error) => error.message,
  );
}
