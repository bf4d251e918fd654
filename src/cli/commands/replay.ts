/** `quickwater replay`: dead letters are read again. */
import { readFileSync } from "node:fs";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { ReplayAnswer } from "../../log/dead/dead-letters.ts";
import { readArguments } from "../arguments.ts";
import { defaultServerUrl, orRefusal, requestServer, serverUrl } from "../server-request.ts";

export const help = `Usage: quickwater replay STREAM [options]

Reads the dead letters of a running server's stream again, by the schema of today. Those that pass are rows of
the stream; the others stay dead, with the reason of today.

  --server URL      where the server is (${defaultServerUrl})
  --code CODE       only those with this reason
  --field NAME      only those that were refused for this field
  --number LIST     only these, such as 3,7,12
  --edited FILE     these instead of what was received: lines as \`quickwater dead STREAM --rows\` writes them
                    (- for standard input)
  --dry-run         only tells what would become of them
  --force           for a stream without 'dedup-key', where an event that was sent again in the meantime would
                    be counted twice
  --json            the answer as JSON

Exit code: 0 done, 1 the stream or an option is wrong, 2 the server cannot be asked.`;

const options = {
  server: { type: "string", default: defaultServerUrl },
  code: { type: "string" },
  field: { type: "string" },
  number: { type: "string" },
  edited: { type: "string" },
  "dry-run": { type: "boolean", default: false },
  force: { type: "boolean", default: false },
  json: { type: "boolean" },
} as const;

/** So many reasons are printed; the list holds the rest. */
const reasonsPrintedMax = 20;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments("replay", args, options, 1);
  const [stream] = positionals;
  if (stream === undefined) throw wrong("name a stream, such as quickwater replay orders");
  const url = serverUrl("replay", values.server);
  const { code, field, force } = values;
  const body = {
    ...(code === undefined ? {} : { code }),
    ...(field === undefined ? {} : { field }),
    ...(values.number === undefined ? {} : { numbers: values.number.split(",").map(numberOf) }),
    ...(values.edited === undefined ? {} : { edited: readEdited(values.edited) }),
    dryRun: values["dry-run"],
    force,
  };
  return orRefusal(async () => {
    const path = `/v1/streams/${encodeURIComponent(stream)}/replay`;
    const answer = (await requestServer(url, path, { body })) as ReplayAnswer;
    process.stdout.write(values.json === true ? `${JSON.stringify(answer)}\n` : told(stream, answer));
    return 0;
  });
}

function told(stream: string, { taken, duplicates, stillDead, reasons, dryRun }: ReplayAnswer): string {
  const would = dryRun ? "would be" : "are";
  const known = duplicates === 0 ? "" : `, ${duplicates} were there already`;
  const lines = [`${taken} ${would} rows of ${stream} now${known}; ${stillDead} stay dead.`];
  for (const { number, code, message } of reasons.slice(0, reasonsPrintedMax)) {
    lines.push(`  ${number}: ${message} [${code}]`);
  }
  if (stillDead > reasonsPrintedMax) lines.push(`  … quickwater dead ${stream} lists them by reason.`);
  return `${lines.join("\n")}\n`;
}

function readEdited(path: string): readonly { readonly number: number; readonly text: string }[] {
  let content: string;
  try {
    content = readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw wrong(`--edited cannot read ${path}: ${reason}`);
  }
  const lines = content.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => {
    const tab = line.indexOf("\t");
    if (tab < 0)
      throw wrong(`--edited takes lines of a number, a tab and the row; this is ${shortened(line)}`);
    return { number: numberOf(line.slice(0, tab)), text: line.slice(tab + 1) };
  });
}

function numberOf(text: string): number {
  if (/^\s*\d{1,15}\s*$/.test(text)) return Number(text);
  throw wrong(`a dead letter has a whole number, this is ${shortened(text)}`);
}

function shortened(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

function wrong(problem: string) {
  return quickwaterError("run.bad-argument", { problem, verb: "replay" });
}
