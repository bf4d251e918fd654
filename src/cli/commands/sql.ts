/** `quickwater sql`: a prompt, or one statement, against a running server. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import { readArguments } from "../arguments.ts";
import { prompt } from "../console/prompt.ts";
import { queryFormats } from "../console/query-text.ts";
import { askServer, type ConsoleServer } from "../console/server-query.ts";
import { defaultServerUrl, orRefusal, serverUrl } from "../server-request.ts";

export const help = `Usage: quickwater sql [STATEMENT] [options]

Asks a running server: a query over its views as they are, SHOW TABLES, SHOW VIEWS, DESCRIBE, EXPLAIN. Open
windows are among a view's rows; the column \`$final\` tells which rows are final. Nothing is changed.

Without STATEMENT it is a prompt: a statement ends with a semicolon, help tells more. Statements may come
from a pipe too: echo "SHOW VIEWS;" | quickwater sql

  --history         asks history instead, in the SQL of DuckDB: every row of the streams
  --server URL      where the server is (http://127.0.0.1:8080)
  --format NAME     table, json (one object a line) or csv (table)
  --json            the same as --format json
  --time-zone ZONE  for texts of instants and local clocks (the project's)

Exit code: 0 done, 1 the statement has a mistake, 2 it could not run.`;

const options = {
  history: { type: "boolean", default: false },
  server: { type: "string", default: defaultServerUrl },
  format: { type: "string" },
  json: { type: "boolean" },
  "time-zone": { type: "string" },
} as const;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments("sql", args, options, 1);
  const format = formatNamed(values.format ?? (values.json === true ? "json" : "table"));
  const over = values.history ? "history" : "views";
  const server = { url: serverUrl("sql", values.server), timeZone: values["time-zone"], over } as const;
  const answer = (sql: string): Promise<number> =>
    orRefusal(async () => {
      process.stdout.write(format(await askServer(server, sql)));
      return 0;
    });
  const [statement] = positionals;
  if (statement !== undefined) return answer(statement.replace(/;\s*$/, ""));
  const isTerminal = process.stdin.isTTY === true;
  return prompt({
    input: process.stdin,
    output: process.stdout,
    isTerminal,
    names: isTerminal ? await namesOf(server) : [],
    run: answer,
    print: (text) => process.stdout.write(text),
  });
}

/** Of what can be asked, and its columns. That the server is there is known then, too. */
async function namesOf(server: ConsoleServer): Promise<readonly string[]> {
  const [show, quote] = server.over === "views" ? ["SHOW VIEWS", "`"] : ["SHOW TABLES", '"'];
  const { rows } = await askServer(server, show);
  const names = rows.map(([name]) => String(name));
  const described = await Promise.all(
    names.map((name) =>
      askServer(server, `DESCRIBE ${quote}${name.replaceAll(quote, quote + quote)}${quote}`).catch(
        () => undefined,
      ),
    ),
  );
  const columns = described.flatMap((answer) => answer?.rows.map(([name]) => String(name)) ?? []);
  return [...new Set([...names, ...columns])];
}

function formatNamed(name: string) {
  const format = Object.hasOwn(queryFormats, name) ? queryFormats[name] : undefined;
  if (format !== undefined) return format;
  const meant = closestName(name, Object.keys(queryFormats));
  const advice = meant === undefined ? "" : `; did you mean ${meant}?`;
  const problem = `there is no format ${JSON.stringify(name)}${advice}`;
  throw quickwaterError("run.bad-argument", { problem, verb: "sql" });
}
