/** `quickwater dead`: the rows that could not be taken, by reason. */
import type { LetterList, LetterReason } from "../../log/dead/dead-letters.ts";
import { readArguments, wholeOption } from "../arguments.ts";
import { type TableColumn, TableWriter } from "../result-format/table.ts";
import { defaultServerUrl, orRefusal, requestServer, serverUrl } from "../server-request.ts";

export const help = `Usage: quickwater dead [STREAM] [options]

Lists the rows of a running server's stream that could not be taken, by reason; without STREAM, how many each
stream has. What was replayed since is left out. To correct rows by hand:

  quickwater dead orders --rows > rows.txt      one row a line: its number, a tab, what was received
  quickwater replay orders --edited rows.txt

  --server URL      where the server is (${defaultServerUrl})
  --code CODE       only those with this reason
  --field NAME      only those that were refused for this field
  --rows            the rows themselves, the newest first
  --limit NUMBER    of rows (100, at most 1000)
  --json            everything as JSON

Exit code: 0 done, 1 there is no such stream or an option is wrong, 2 the server cannot be asked.`;

const options = {
  server: { type: "string", default: defaultServerUrl },
  code: { type: "string" },
  field: { type: "string" },
  rows: { type: "boolean" },
  limit: { type: "string", default: "100" },
  json: { type: "boolean" },
} as const;

type Listed = LetterList & { readonly stream: string };

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments("dead", args, options, 1);
  const url = serverUrl("dead", values.server);
  const limit = wholeOption("dead", "limit", values.limit, 1, 1_000);
  const print = (text: string) => process.stdout.write(text);
  const list = async (stream: string, rows: number): Promise<Listed> => {
    const query = new URLSearchParams({ limit: String(rows) });
    for (const name of ["code", "field"] as const) {
      if (values[name] !== undefined) query.set(name, values[name]);
    }
    return (await requestServer(url, `/v1/streams/${encodeURIComponent(stream)}/dead?${query}`)) as Listed;
  };
  return orRefusal(async () => {
    const [stream] = positionals;
    const lists =
      stream === undefined
        ? await Promise.all((await streamsOf(url)).map((name) => list(name, 0)))
        : [await list(stream, values.rows === true || values.json === true ? limit : 0)];
    if (values.json === true) print(`${JSON.stringify(stream === undefined ? lists : lists[0])}\n`);
    else if (stream === undefined) printStreams(lists, print);
    else if (values.rows === true) printRows(lists[0]!, print);
    else printReasons(lists[0]!, print);
    return 0;
  });
}

/** Those that events are sent to: they have dead letters beside them. */
async function streamsOf(url: string): Promise<readonly string[]> {
  const { streams } = (await requestServer(url, "/v1/streams")) as {
    readonly streams: readonly { readonly name: string; readonly takesEvents: boolean }[];
  };
  return streams.filter(({ takesEvents }) => takesEvents).map(({ name }) => name);
}

function printTable(columns: readonly TableColumn[], rows: string[][], print: (text: string) => void): void {
  const table = new TableWriter({ name: undefined }, columns, () => [], print);
  table.writeCells(rows);
  table.end();
}

const text = (name: string): TableColumn => ({ name, isNumber: false });
const number = (name: string): TableColumn => ({ name, isNumber: true });

function printStreams(lists: readonly Listed[], print: (text: string) => void): void {
  const rows = lists.map(({ stream, open, replayed, reasons }) => {
    return [stream, String(open), String(replayed), reasons[0]?.code ?? ""];
  });
  printTable([text("stream"), number("open"), number("replayed"), text("most")], rows, print);
}

function printReasons({ stream, open, replayed, reasons }: Listed, print: (text: string) => void): void {
  if (open === 0) {
    print(`${stream} has no dead letters${replayed === 0 ? "" : `, ${replayed} were replayed`}.\n`);
    return;
  }
  const columns = [number("count"), text("code"), text("field"), text("last"), text("example")];
  printTable(columns, reasons.map(reasonCells), print);
  print(`${open} open, ${replayed} replayed. quickwater dead ${stream} --rows shows them.\n`);
}

function reasonCells({ count, code, field, lastAt, example }: LetterReason): string[] {
  return [String(count), code, field ?? "", lastAt, example.replaceAll(/\s+/g, " ")];
}

/** A line end within a row is white space to JSON, or the row is broken anyway. */
function printRows({ letters }: Listed, print: (text: string) => void): void {
  for (const letter of letters) {
    const received = letter.text ?? Buffer.from(letter.base64, "base64").toString("latin1");
    print(`${letter.number}\t${received.replaceAll(/[\r\n]+/g, " ")}\n`);
  }
}
