/** `quickwater sql` as a process against a server: what goes where, and the exit codes. */

import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { completions, prompt } from "../../src/cli/console/prompt.ts";
import type { Server } from "../../src/server.ts";
import { quickwater } from "../support/quickwater-process.ts";
import { order, testServer } from "../support/test-server.ts";

async function filled(): Promise<Server> {
  const server = await testServer();
  await server.engine.send("orders", [order(1, 1), order(2, 2, "b", 2.5), order(3, 12)]);
  await expect.poll(() => server.engine.rows("sales").length).toBe(3);
  return server;
}

const query = "SELECT window_start, k, total, `$final` AS f FROM sales ORDER BY window_start, k";

test("one statement is answered as a table, JSON lines or CSV", async () => {
  const server = await filled();
  const table = await quickwater(["sql", query, "--server", server.url]);
  expect(table).toMatchObject({ code: 0, stderr: "" });
  expect(table.stdout).toBe(
    [
      "+-------------------------+---+-------+-------+",
      "| window_start            | k | total | f     |",
      "+-------------------------+---+-------+-------+",
      "| 2026-03-01 00:00:00.000 | a |  1.00 | TRUE  |",
      "| 2026-03-01 00:00:00.000 | b |  2.50 | TRUE  |",
      "| 2026-03-01 00:00:10.000 | a |  1.00 | FALSE |",
      "+-------------------------+---+-------+-------+",
      "3 rows",
      "\n",
    ].join("\n"),
  );
  const json = await quickwater(["sql", `${query} LIMIT 1;`, "--json", "--server", `${server.url}/`]);
  expect(json.stdout).toBe('{"window_start":"2026-03-01T00:00:00.000Z","k":"a","total":"1.00","f":true}\n');
  const csv = await quickwater(["sql", `${query} LIMIT 1`, "--format", "csv", "--server", server.url]);
  expect(csv.stdout).toBe("window_start,k,total,f\r\n2026-03-01 00:00:00.000,a,1.00,TRUE\r\n");
  const plan = await quickwater(["sql", "EXPLAIN SELECT k FROM sales", "--server", server.url]);
  expect(plan.stdout).toMatch(/^FROM sales: reads k .*\n\nPasses/);
});

test("tables and CSV have the wall clock of the time zone, JSON the instant", async () => {
  const server = await testServer({ timeZone: "Europe/Berlin" });
  await server.engine.send("orders", [order(1, 1)]);
  await expect.poll(() => server.engine.rows("sales").length).toBe(1);
  const asked = async (...more: readonly string[]) =>
    (await quickwater(["sql", "SELECT window_start AS s FROM sales", "--server", server.url, ...more]))
      .stdout;
  expect(await asked()).toContain("| 2026-03-01 00:00:00.000 |");
  expect(await asked("--format", "csv")).toBe("s\r\n2026-03-01 00:00:00.000\r\n");
  expect(await asked("--json")).toBe('{"s":"2026-02-28T23:00:00.000Z"}\n');
  expect(await asked("--json", "--time-zone", "UTC")).toBe('{"s":"2026-03-01T00:00:00.000Z"}\n');
});

test("--history asks every row of the streams, in the SQL of DuckDB", async () => {
  const server = await testServer({ history: { everyMs: 20 } });
  await server.engine.send("orders", [order(1, 1), order(2, 2, "b", 2.5), order(3, 12)]);
  await expect.poll(() => server.history!.state.rowsAdded, { timeout: 20_000 }).toBe(3);
  const asked = (sql: string) => quickwater(["sql", sql, "--history", "--json", "--server", server.url]);
  const sums = await asked("FROM orders SELECT k, SUM(amount) AS total GROUP BY ALL ORDER BY k");
  expect(sums.stdout).toBe('{"k":"a","total":"2.00"}\n{"k":"b","total":"2.50"}\n');
  const wrong = await asked("SELECT * FROM sails");
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toMatch(/^1:15: .*history has no relation sails/);
});

test("statements from a pipe are answered in turn; the first mistake ends it, with its place", async () => {
  const server = await filled();
  const input =
    "SELECT COUNT(*) AS n\nFROM sales; help\nSELECT MAX(n) AS n,\n  nothing FROM sales; SELECT 1;\n";
  const { code, stdout, stderr } = await quickwater(
    ["sql", "--json", "--server", server.url],
    input.replace(" help", ""),
  );
  expect({ code, stdout }).toEqual({ code: 1, stdout: '{"n":3}\n' });
  expect(stderr).toMatch(
    /^2:3: There is no column nothing in sales\..*\n {2}2 \| {3}nothing FROM sales\n.*\^{7}\n/,
  );
  const last = await quickwater(["sql", "--json", "--server", server.url], "SELECT 1 AS a;\nSELECT 2 AS a");
  expect(last).toMatchObject({ code: 0, stdout: '{"a":1}\n{"a":2}\n' });
});

test.each([
  [
    ["SELECT 1", "--server", "http://127.0.0.1:1"],
    2,
    /^There is no server at http:\/\/127\.0\.0\.1:1: nothing answers there\.\nStart one/,
  ],
  [["SELECT 1", "--server", "localhost"], 1, /--server takes an address/],
  [["SELECT 1", "--format", "tabel"], 1, /no format "tabel"; did you mean table/],
  [["SELECT", "1"], 1, /one argument too many/],
])("%j is refused", async (args, expected, message) => {
  const { code, stdout, stderr } = await quickwater(["sql", ...args]);
  expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
  expect(stderr).toMatch(message);
});

test("a person goes on after a mistake, and leaves with exit", async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let shown = "";
  output.on("data", (chunk: Buffer) => {
    shown += chunk.toString();
  });
  const asked: string[] = [];
  const run = async (statement: string) => {
    asked.push(statement);
    return 1;
  };
  const print = (text: string) => void output.write(text);
  const done = prompt({ input, output, isTerminal: true, names: ["sales"], run, print });
  input.write("help\nSELECT\n1;\nSELECT 2; SELECT 3\nclear\nexit;\n");
  expect(await done).toBe(0);
  expect(asked).toEqual(["SELECT\n1", "SELECT 2"]);
  expect(shown).toContain("quickwater> ");
  expect(shown).toContain("SHOW VIEWS;");
});

test("Tab completes names and words", () => {
  expect(completions("SELECT k FROM sa", ["sales", "k"])).toEqual([["sales"], "sa"]);
  expect(completions("sel", [])[0]).toEqual(["SELECT"]);
  expect(completions("SELECT ", ["sales"])).toEqual([[], ""]);
});
