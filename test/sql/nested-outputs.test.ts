/** Whole ROW, ARRAY and MAP values where they leave: formats of `run`, sinks, a view's rows. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEngine } from "../../src/engine.ts";
import { runText } from "../support/script-run.ts";

const columns = `id INT, r ROW<a BIGINT, \`b c\` STRING>, ar ARRAY<ROW<x INT, y DOUBLE>>,
  m MAP<STRING, ARRAY<INT>>, n ARRAY<STRING>, b ARRAY<BYTES>, ts ARRAY<TIMESTAMP(3)>`;
const lines = [
  String.raw`{"id":1,"r":{"a":9007199254740993,"b c":"x \"y\""},"ar":[{"x":1,"y":1.5},{"y":2},null],` +
    '"m":{"k":[1,2],"j":null},"n":["a",null,"b,c"],"b":["Cv8="],' +
    '"ts":["2026-03-01 12:30:00","2026-03-01 12:30:00.12"]}',
  '{"id":2}',
];
const options = (path: string) => `'connector' = 'filesystem', 'path' = '${path}', 'format' = 'json'`;
const input = `CREATE TABLE t (${columns}) WITH (${options("in.json")});`;

const run = (sql: string, format = "csv") =>
  runText(`${input} ${sql}`, { "in.json": `${lines.join("\n")}\n` }, format);

test("tables and change logs show them as Flink's client does", async () => {
  const query = "SELECT r, ar, m, n, b FROM t WHERE id = 1;";
  const cells = [
    '(9007199254740993, x "y")',
    "[(1, 1.5), (NULL, 2.0), NULL]",
    "{j=NULL, k=[1, 2]}",
    "[a, NULL, b,c]",
    "[x'0aff']",
  ].join(" | ");
  expect((await run(query, "table")).printed).toContain(`| ${cells} |`);
  expect((await run(query, "changes")).printed).toContain(`| +I | ${cells} |`);
});

test("in CSV such a cell is quoted where it has to be", async () => {
  const { printed } = await run("SELECT n, m FROM t;", "csv");
  expect(printed).toBe('n,m\r\n"[a, NULL, b,c]","{j=NULL, k=[1, 2]}"\r\n,\r\n');
});

test("in JSON they are JSON, exact to the last digit", async () => {
  const { printed } = await run("SELECT r, m, ts, b FROM t;", "json");
  expect(printed.split("\n")).toEqual([
    '{"r":{"a":9007199254740993,"b c":"x \\"y\\""},"m":{"j":null,"k":[1,2]},' +
      '"ts":["2026-03-01T12:30:00.000Z","2026-03-01T12:30:00.120Z"],"b":["Cv8="]}',
    '{"r":null,"m":null,"ts":null,"b":null}',
    "",
  ]);
});

test("the print connector writes a row within a row with its kind", async () => {
  const { printed } = await run(
    `CREATE TABLE p (${columns}) WITH ('connector' = 'print'); INSERT INTO p SELECT * FROM t;`,
  );
  expect(printed.split("\n")).toEqual([
    '+I[1, +I[9007199254740993, x "y"], [+I[1, 1.5], +I[null, 2.0], null], {j=null, k=[1, 2]}, ' +
      "[a, null, b,c], [[10, -1]], [2026-03-01T12:30, 2026-03-01T12:30:00.120]]",
    "+I[2, null, null, null, null, null, null]",
    "",
  ]);
});

test("properties of files of JSON are the texts that they are written as", async () => {
  const table = `CREATE TABLE t (p MAP<STRING, STRING>) WITH (${options("in.json")});`;
  const file = '{"p":{"amount":12.50,"vip":true,"none":null,"e":1e3}}\n';
  const query = "SELECT p, CAST(p['amount'] AS DECIMAL(9, 3)) AS amount FROM t;";
  const { printed } = await runText(`${table} ${query}`, { "in.json": file }, "json");
  expect(printed).toBe('{"p":{"amount":"12.50","e":"1e3","none":null,"vip":"true"},"amount":"12.500"}\n');
});

test("files of JSON are written as they are read", async () => {
  const { folder } = await run(
    `CREATE TABLE o (${columns}) WITH (${options("out")}); INSERT INTO o SELECT * FROM t;`,
  );
  const [file] = readdirSync(join(folder, "out"));
  expect(readFileSync(join(folder, "out", file!), "utf8").split("\n")).toEqual([
    '{"id":1,"r":{"a":9007199254740993,"b c":"x \\"y\\""},"ar":[{"x":1,"y":1.5},{"x":null,"y":2.0},null],' +
      '"m":{"j":null,"k":[1,2]},"n":["a",null,"b,c"],"b":["Cv8="],' +
      '"ts":["2026-03-01 12:30:00","2026-03-01 12:30:00.12"]}',
    '{"id":2,"r":null,"ar":null,"m":null,"n":null,"b":null,"ts":null}',
    "",
  ]);
});

test("parts are cast on their way into a sink as values of their types are", async () => {
  const { printed } =
    await run(`CREATE TABLE p (a ARRAY<BIGINT>, r ROW<x DOUBLE, y STRING>, m MAP<STRING, INT>)
    WITH ('connector' = 'print'); INSERT INTO p SELECT ARRAY[1, 2], ROW(id, 'y'), MAP['k', 1] FROM t;`);
  expect(printed).toBe("+I[[1, 2], +I[1.0, y], {k=1}]\n+I[[1, 2], +I[2.0, y], {k=1}]\n");
});

test("a view keyed by a ROW goes on after a restart, and gives objects with exact numbers", async () => {
  const data = mkdtempSync(join(tmpdir(), "quickwater-nested-"));
  const sql = `CREATE TABLE visits (
      place ROW<city STRING, area BIGINT>, tags ARRAY<STRING>, ts TIMESTAMP(3), WATERMARK FOR ts AS ts
    );
    CREATE MATERIALIZED VIEW places AS SELECT window_start, window_end, place, tags, COUNT(*) AS n
    FROM TABLE(TUMBLE(TABLE visits, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
    GROUP BY window_start, window_end, place, tags;`;
  const visit = (second: number, place: unknown, tags: unknown) => ({
    place,
    tags,
    ts: `2026-03-01T12:00:${String(second).padStart(2, "0")}`,
  });
  const first = await openEngine({ data, sql });
  await first.send("visits", [visit(0, { city: "Lund", area: 3 }, ["a"]), visit(1, null, null)]);
  await first.close();
  const second = await openEngine({ data, sql });
  const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown };
  const answer = await second.send(
    "visits",
    visit(2, { area: rawJSON("9007199254740993"), city: "Malmö" }, ["a", null]),
  );
  expect(answer).toMatchObject({ accepted: 1, rejected: [] });
  await second.send("visits", visit(3, { area: 3, city: "Lund" }, ["a"]));
  await expect
    .poll(() => second.rows("places").map(({ place, tags, n }) => [place, tags, n]))
    .toEqual(
      expect.arrayContaining([
        [{ city: "Lund", area: 3 }, ["a"], 2],
        [null, null, 1],
        [{ city: "Malmö", area: 9007199254740993n }, ["a", null], 1],
      ]),
    );
  await second.close();
  rmSync(data, { recursive: true, force: true });
});
