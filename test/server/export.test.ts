/** `GET /v1/export/{name}`: what goes out is read back by DuckDB, and is what came in, digit by digit. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import type { Server } from "../../src/server.ts";
import type { Problem } from "../../src/serving/protocol.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { order, testServer } from "../support/test-server.ts";

const everySql = `CREATE TABLE things (
  id BIGINT NOT NULL, name STRING, amount DECIMAL(38, 18), big BIGINT, small TINYINT, part DOUBLE,
  yes BOOLEAN,
  birth DATE, clock TIME, micro TIMESTAMP(6), packed BYTES,
  place ROW<lat DOUBLE, label STRING, paid DECIMAL(10, 2), paid_at TIMESTAMP_LTZ(3)>, tags ARRAY<STRING>,
  counts MAP<STRING, DECIMAL(10, 3)>, ts TIMESTAMP_LTZ(3) NOT NULL, WATERMARK FOR ts AS ts
);
CREATE MATERIALIZED VIEW latest AS
SELECT window_start, window_end, id, MAX(name) AS name, MAX(amount) AS amount, MAX(micro) AS micro,
  COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE things, DESCRIPTOR(ts), INTERVAL '1' DAY)) GROUP BY window_start, window_end, id;`;

const texts = [
  "plain",
  "",
  "=1+1",
  "+49 30",
  "-5",
  "@SUM(A1)",
  "\t=2",
  'he said "no", and\nwent\r\n',
  " spaces ",
  "שלום, עולם",
  "\u202Egnp.exe",
  "🦆 ünï\u0000 \u2028",
  "null",
  "'",
];

const thing = (id: number, name: string | null) => ({
  id: Number(id),
  name,
  amount: "12345678901234567890.123456789012345678",
  big: 9007199254740991,
  small: -128,
  part: id === 1 ? 0.1 : 1e21 * id,
  yes: id % 2 === 0,
  birth: "2024-02-29",
  clock: "23:59:59.250",
  micro: "2026-03-01T00:00:00.123456",
  packed: Buffer.from([251, 239, 190, id]).toString("base64"),
  place: { lat: 52.5, label: `a "b", ${id}`, paid: "0.10", paid_at: "2026-03-01T00:00:00.500Z" },
  tags: ["a", null, "b,c"],
  counts: { one: "1.500" },
  ts: new Date(Date.UTC(2026, 2, 1) + id * 1000).toISOString(),
});
const bare = (id: number) => ({ id, ts: new Date(Date.UTC(2026, 2, 2) + id * 1000).toISOString() });
const things = [...texts.map((text, index) => thing(index + 1, text)), bare(100)];

async function filled(rows: readonly object[] = things, changes: Parameters<typeof testServer>[0] = {}) {
  const server = await testServer({ sql: everySql, history: { everyMs: 20 }, ...changes });
  await server.engine.send("things", rows);
  await expect.poll(() => server.history!.state.rowsAdded, { timeout: 20_000 }).toBe(rows.length);
  return server;
}

async function exported(server: Server, name: string, query = "", headers: Record<string, string> = {}) {
  const response = await fetch(`${server.url}/v1/export/${name}${query}`, { headers });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes, text: bytes.toString() };
}

/** What DuckDB reads in the bytes. */
async function readBack(bytes: Buffer, reader: (file: string) => string): Promise<readonly unknown[][]> {
  const file = join(scratchFolder(), "rows");
  writeFileSync(file, bytes);
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run("SET TimeZone = 'UTC'");
  const rows = (await connection.runAndReadAll(reader(`'${file}'`))).getRowsJson();
  connection.closeSync();
  return rows as unknown[][];
}

const shown = `id::VARCHAR, name, amount::VARCHAR, big::VARCHAR, small::VARCHAR, part::DOUBLE::VARCHAR,
  yes::VARCHAR, birth::DATE::VARCHAR, clock::TIME::VARCHAR, micro::TIMESTAMP::VARCHAR,
  ts::TIMESTAMPTZ::VARCHAR`;

function isWhole(row: (typeof things)[number]): row is ReturnType<typeof thing> {
  return "name" in row;
}

/** The same rows, of the events as they were sent. */
function expectedRows(guard: (text: string) => string = (text) => text): readonly unknown[][] {
  return things.map((row) => {
    if (!isWhole(row)) {
      return [...["100"], ...Array<null>(9).fill(null), "2026-03-02 00:01:40+00"];
    }
    const { id, name, small, part, yes } = row;
    const at = new Date(Date.UTC(2026, 2, 1) + id * 1000).toISOString().slice(0, 19).replace("T", " ");
    return [
      String(id),
      guard(name!),
      "12345678901234567890.123456789012345678",
      "9007199254740991",
      String(small),
      id === 1 ? "0.1" : String(part),
      String(yes),
      "2024-02-29",
      "23:59:59.25",
      "2026-03-01 00:00:00.123456",
      `${at}+00`,
    ];
  });
}

test("a stream as CSV: exact, with NULL apart from the empty text, and no text is a formula", async () => {
  const server = await filled();
  const { status, text, headers, bytes } = await exported(server, "things");
  expect(status, text).toBe(200);
  expect(headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
  expect(headers.get("content-disposition")).toMatch(
    /^attachment; filename="things-\d{4}-\d\d-\d\dT\d{6}Z\.csv"$/,
  );
  expect(headers.get("quickwater-rows")).toBe(String(things.length));
  expect(text.split("\r\n")[0]).toBe(
    "id,name,amount,big,small,part,yes,birth,clock,micro,packed,place,tags,counts,ts",
  );
  expect(text.split("\r\n")[1]).toBe(
    "1,plain,12345678901234567890.123456789012345678,9007199254740991,-128,0.1,false,2024-02-29," +
      "23:59:59.250,2026-03-01T00:00:00.123456Z,'++++AQ==," +
      '"{""lat"":52.5,""label"":""a \\""b\\"", 1"",""paid"":""0.10"",' +
      '""paid_at"":""2026-03-01T00:00:00.500Z""}",' +
      '"[""a"",null,""b,c""]","{""one"":""1.500""}",2026-03-01T00:00:01.000Z',
  );
  expect(text).toContain('\r\n2,"",');
  const formulas = ["=1+1", "+49 30", "@SUM(A1)", "\t=2"];
  // A number is a number, whoever has sent it.
  const guard = (sent: string) => (formulas.includes(sent) ? `'${sent}` : sent);
  const read = await readBack(
    bytes,
    (file) => `SELECT ${shown} FROM read_csv(${file}, all_varchar = true, header = true, delim = ',',
      quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false, new_line = '\\r\\n',
      parallel = false)`,
  );
  expect(read).toEqual(expectedRows(guard));
});

test("a stream as JSON and as one object a line", async () => {
  const server = await filled();
  for (const [format, reading] of [
    ["json", "array"],
    ["ndjson", "newline_delimited"],
  ]) {
    const { bytes, text } = await exported(server, "things", `?format=${format}`);
    const columns = `{id: 'BIGINT', name: 'VARCHAR', amount: 'VARCHAR', big: 'BIGINT', small: 'INT',
      part: 'DOUBLE', yes: 'BOOLEAN', birth: 'VARCHAR', clock: 'VARCHAR', micro: 'VARCHAR', ts: 'VARCHAR'}`;
    const read = await readBack(
      bytes,
      (file) => `SELECT ${shown} FROM read_json(${file}, format = '${reading}', columns = ${columns})`,
    );
    expect(read).toEqual(expectedRows());
    const lines =
      format === "json"
        ? (JSON.parse(text) as unknown[])
        : text
            .trimEnd()
            .split("\n")
            .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({
      amount: "12345678901234567890.123456789012345678",
      micro: "2026-03-01T00:00:00.123456Z",
      clock: "23:59:59.250",
      packed: "++++AQ==",
      place: { lat: 52.5, label: 'a "b", 1', paid: "0.10", paid_at: "2026-03-01T00:00:00.500Z" },
      tags: ["a", null, "b,c"],
      counts: { one: "1.500" },
    });
    expect(lines.at(-1)).toMatchObject({ id: 100, name: null, place: null, tags: null, counts: null });
  }
});

test("a stream as Parquet: types and values as they are", async () => {
  const server = await filled();
  const { bytes, headers, status, text } = await exported(server, "things", "", {
    accept: "application/vnd.apache.parquet",
  });
  expect(status, text).toBe(200);
  expect(headers.get("content-disposition")).toMatch(/\.parquet"$/);
  expect(headers.get("quickwater-rows")).toBe(String(things.length));
  expect(await readBack(bytes, (file) => `SELECT ${shown} FROM read_parquet(${file})`)).toEqual(
    expectedRows(),
  );
  const described = await readBack(
    bytes,
    (file) => `SELECT column_type FROM (DESCRIBE FROM read_parquet(${file}))`,
  );
  expect(described.flat()).toEqual([
    ...[
      "BIGINT",
      "VARCHAR",
      "DECIMAL(38,18)",
      "BIGINT",
      "TINYINT",
      "DOUBLE",
      "BOOLEAN",
      "DATE",
      "TIME",
      "TIMESTAMP",
    ],
    ...["BLOB", 'STRUCT(lat DOUBLE, "label" VARCHAR, paid DECIMAL(10,2), paid_at TIMESTAMP WITH TIME ZONE)'],
    ...["VARCHAR[]", "MAP(VARCHAR, DECIMAL(10,3))", "TIMESTAMP WITH TIME ZONE"],
  ]);
  const nested = await readBack(
    bytes,
    (file) => `SELECT place.paid::VARCHAR, tags, counts['one']::VARCHAR,
    hex(packed) FROM read_parquet(${file}) LIMIT 1`,
  );
  expect(nested).toEqual([["0.10", ["a", null, "b,c"], "1.500", "FBEFBE01"]]);
});

test("what is asked for: columns, a condition, a span of event time, places in the journal", async () => {
  const server = await filled();
  const of = async (query: string) => (await exported(server, "things", query)).text;
  expect(await of("?columns=_row,id&where=id%20IN%20(1,2)&format=ndjson")).toBe(
    '{"_row":0,"id":1}\n{"_row":1,"id":2}\n',
  );
  const from = "2026-03-01T00:00:03Z";
  expect(await of(`?columns=id&from=${from}&to=2026-03-01T00:00:05Z`)).toBe("id\r\n3\r\n4\r\n");
  expect(await of("?columns=id&from=2026-03-02")).toBe("id\r\n100\r\n");
  expect(await of(`?columns=id&from=${from}&to=${from}`)).toBe("id\r\n");
  expect(await of(`?columns=id&format=json&where=FALSE`)).toBe("[]");
  expect(await of("?columns=id&format=ndjson&to=2020-01-01")).toBe("");
  const empty = await exported(server, "things", "?format=parquet&to=2020-01-01");
  expect(await readBack(empty.bytes, (file) => `SELECT COUNT(*)::INT FROM read_parquet(${file})`)).toEqual([
    [0],
  ]);
});

test("a view as it is now, with its condition in the project's SQL, as text and as Parquet", async () => {
  const server = await filled();
  await expect.poll(() => server.engine.rows("latest").length).toBe(things.length);
  const query = "?columns=id,name,amount,micro,n,$final&order=id&where=id%20%3C%204";
  const { text } = await exported(server, "latest", query);
  expect(text.split("\r\n")).toEqual([
    "id,name,amount,micro,n,$final",
    "1,plain,12345678901234567890.123456789012345678,2026-03-01T00:00:00.123456Z,1,true",
    '2,"",12345678901234567890.123456789012345678,2026-03-01T00:00:00.123456Z,1,true',
    "3,'=1+1,12345678901234567890.123456789012345678,2026-03-01T00:00:00.123456Z,1,true",
    "",
  ]);
  const { bytes, headers } = await exported(server, "latest", "?format=parquet&order=id");
  expect(headers.get("quickwater-rows")).toBe(String(things.length));
  const read = await readBack(
    bytes,
    (file) => `SELECT id::VARCHAR, name, amount::VARCHAR, micro::VARCHAR, n::INT FROM read_parquet(${file})`,
  );
  expect(read).toEqual(
    expectedRows().map(([id, name, amount, , , , , , , micro]) => [id, name, amount, micro, 1]),
  );
});

test("K15: Hot and cold rows are one file, each once, by day and then as they came", async () => {
  const server = await testServer({ history: { everyMs: 20, hotDays: 1, coldRowsMin: 1, upkeepMs: 20 } });
  const day = 86_400;
  const now = (Date.now() - Date.UTC(2026, 2, 1)) / 1000;
  const seconds = [now, now - 3 * day, now - 5 * day, now - 3 * day + 1];
  await server.engine.send(
    "orders",
    seconds.map((second, id) => order(id, second)),
  );
  await expect.poll(() => server.history!.state.coldFiles, { timeout: 20_000 }).toBe(2);
  for (const name of ["?columns=id", "?columns=id&where=id%20%3E%3D%200"]) {
    expect((await exported(server, "orders", name)).text).toBe("id\r\n2\r\n1\r\n3\r\n0\r\n");
  }
  // A row that comes late to its day lies in a file of its own there.
  await server.engine.send("orders", [order(4, now - 3 * day + 2)]);
  await expect.poll(() => server.history!.state.coldFiles, { timeout: 20_000 }).toBe(3);
  expect((await exported(server, "orders", "?columns=id")).text).toBe("id\r\n2\r\n1\r\n3\r\n4\r\n0\r\n");
  const { bytes } = await exported(server, "orders", "?format=parquet");
  const read = await readBack(bytes, (file) => `SELECT id FROM read_parquet(${file})`);
  expect(read.flat()).toEqual([2, 1, 3, 4, 0]);
});

test("of a table with a key the latest rows, and all of them by the name of its changes", async () => {
  const sql = `CREATE TABLE prices (
    sku STRING NOT NULL, price DECIMAL(8, 2), PRIMARY KEY (sku) NOT ENFORCED
  );`;
  const server = await testServer({ sql, history: { everyMs: 20 } });
  await server.engine.send("prices", [
    { sku: "a", price: "1.00" },
    { sku: "b", price: "2" },
    { sku: "a", price: "3.50" },
  ]);
  await expect.poll(() => server.history!.state.rowsAdded, { timeout: 20_000 }).toBe(3);
  expect((await exported(server, "prices")).text).toBe("sku,price\r\nb,2.00\r\na,3.50\r\n");
  expect((await exported(server, "prices_changes")).text).toBe(
    "sku,price,_deleted\r\na,1.00,false\r\nb,2.00,false\r\na,3.50,false\r\n",
  );
});

test("what cannot be exported is a problem, and disturbs nothing", async () => {
  const server = await filled();
  const besides = encodeURIComponent("EXISTS (SELECT * FROM book.place)");
  const refusals = [
    ["thing", "", 404, "request.unknown-export", "Did you mean things?"],
    ["lates", "", 404, "request.unknown-export", "Did you mean latest?"],
    ["things$dead", "", 404, "request.unknown-export", ""],
    ["things", "?format=xml", 400, "request.bad-parameter", ""],
    ["things", "?formt=csv", 400, "request.bad-parameter", ""],
    ["things", "?columns=nam", 400, "request.bad-parameter", "Did you mean name?"],
    ["latest", "?columns=nam", 400, "request.bad-parameter", "Did you mean name?"],
    ["things", "?columns=", 400, "request.bad-parameter", ""],
    ["things", "?from=2026-03-02&to=2026-03-01", 400, "request.bad-parameter", ""],
    ["things", "?from=yesterday", 400, "request.bad-parameter", ""],
    ["things", "?from=2026-02-30", 400, "request.bad-parameter", ""],
    ["latest", "?from=2026-03-02", 400, "request.bad-parameter", ""],
    ["things", "?order=id", 400, "request.bad-parameter", ""],
    ["things", "?where=nobody%20%3D%201", 400, "request.history-query", ""],
    [
      "things",
      "?where=1%3D1)%20UNION%20SELECT%20*%20FROM%20kept.things%20WHERE%20(1%3D1",
      400,
      "request.history-query",
      "",
    ],
    ["things", "?where=1%3D1)%20TO%20'/tmp/x'%20--", 400, "request.history-query", ""],
    ["things", `?columns=id&where=${besides}`, 400, "request.history-query", ""],
    ["things", "?where=id%20IN%20(FROM%20read_csv('/etc/passwd'))", 400, "request.history-query", ""],
    ["things", "?where=name::INT%20%3D%201", 400, "request.history-query", ""],
    ["latest", "?where=nobody%20%3D%201", 400, "sql.unknown-column", ""],
  ] as const;
  for (const [name, query, status, code, advice] of refusals) {
    const answer = await exported(server, name, query);
    const problem = JSON.parse(answer.text) as Problem;
    expect([answer.status, problem.code], `${name}${query}: ${answer.text}`).toEqual([status, code]);
    expect(problem.detail).toContain(advice);
  }
  expect((await exported(server, "things", "?columns=id")).text.split("\r\n")).toHaveLength(
    things.length + 2,
  );
  const missing = await testServer();
  expect((await exported(missing, "orders")).status).toBe(409);
  expect((await exported(missing, "sales")).text).toBe("window_start,window_end,k,n,total\r\n");
});

test("a mistake in a condition is told with its place in the condition", async () => {
  const server = await filled();
  const { text } = await exported(server, "things", "?where=id%20%3D%201%20AND%20AND%202");
  const { position } = JSON.parse(text) as Problem;
  expect(position).toMatchObject({ line: 1, offset: 11 });
});

test("each export is told in the log, with who took how much", async () => {
  const lines: string[] = [];
  const logTo = { level: "warn", write: (line: string) => void lines.push(line) };
  const server = await filled(things, { logTo });
  await exported(server, "things", "?columns=id", { "user-agent": "the-auditor" });
  await expect
    .poll(() => lines.map((line) => JSON.parse(line) as object))
    .toEqual([
      expect.objectContaining({
        export: "things",
        format: "csv",
        rows: things.length,
        whole: true,
        by: expect.objectContaining({ address: "127.0.0.1", agent: "the-auditor" }),
      }),
    ]);
});
