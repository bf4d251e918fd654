/** `quickwater replay`: dead letters are read again, late rows taken into their windows. */
import { readFileSync } from "node:fs";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { ReplayAnswer } from "../../log/dead/dead-letters.ts";
import { readArguments } from "../arguments.ts";
import { defaultServerUrl, orRefusal, requestServer, serverUrl } from "../server-request.ts";

export const help = `Usage: quickwater replay NAME [options]

Of a stream: reads its dead letters again, by the schema of today. Those that pass are rows of the stream; the
others stay dead, with the reason of today.

Of a view: computes the closed windows again that late rows belong to, with all their rows. Those that differ
are published with the next revision. Only --dry-run, --json and --server are for views.

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

/** So many reasons, or rows, are printed. */
const linesPrintedMax = 20;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments("replay", args, options, 1);
  const [name] = positionals;
  if (name === undefined) throw wrong("name a stream or a view, such as quickwater replay orders");
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
    const { views } = (await requestServer(url, "/v1/views")) as {
      readonly views: readonly { name: string }[];
    };
    const isView = views.some((view) => view.name === name);
    const path = `/v1/${isView ? "views" : "streams"}/${encodeURIComponent(name)}/replay`;
    const answer = await requestServer(url, path, { body: isView ? { dryRun: body.dryRun } : body });
    const text = isView ? toldOfView(answer as LateAnswer) : told(name, answer as ReplayAnswer);
    process.stdout.write(values.json === true ? `${JSON.stringify(answer)}\n` : text);
    return 0;
  });
}

interface LateAnswer {
  readonly view: string;
  readonly lateRows: number;
  readonly changed: number;
  readonly tooOld: readonly { readonly start: string; readonly end: string }[];
  readonly dryRun: boolean;
  readonly rows: readonly { readonly before: object | null; readonly after: object | null }[];
}

function toldOfView({ view, lateRows, changed, tooOld, dryRun, rows }: LateAnswer): string {
  const does = dryRun ? "would change" : "change";
  const lines = [`${lateRows} late rows of ${view}; ${changed} rows ${does}.`];
  for (const { before, after } of rows.slice(0, linesPrintedMax)) {
    if (before !== null) lines.push(`  - ${JSON.stringify(before)}`);
    if (after !== null) lines.push(`  + ${JSON.stringify(after)}`);
  }
  if (changed > linesPrintedMax) lines.push("  … --json prints more of them.");
  for (const { start, end } of tooOld) {
    lines.push(`  ${start} to ${end} stays as it is: the journal does not hold all of its rows any more.`);
  }
  return `${lines.join("\n")}\n`;
}

function told(stream: string, { taken, duplicates, stillDead, reasons, dryRun }: ReplayAnswer): string {
  const would = dryRun ? "would be" : "are";
  const known = duplicates === 0 ? "" : `, ${duplicates} were there already`;
  const lines = [`${taken} ${would} rows of ${stream} now${known}; ${stillDead} stay dead.`];
  for (const { number, code, message } of reasons.slice(0, linesPrintedMax)) {
    lines.push(`  ${number}: ${message} [${code}]`);
  }
  if (stillDead > linesPrintedMax) lines.push(`  … quickwater dead ${stream} lists them by reason.`);
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
