/** `quickwater run`, from a script's text and files to what is printed, without the process around it. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkScript } from "../../src/cli/script/checked-script.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import {
  csvTable as csv,
  failure,
  tableInFiles as inFiles,
  jsonTable as json,
  runText as run,
} from "../support/script-run.ts";

const everything = `b BOOLEAN, i INT, l BIGINT, m DECIMAL(20, 2), d DOUBLE, s STRING, x BYTES, dt DATE,
  tm TIME, ts TIMESTAMP(3), z TIMESTAMP_LTZ(3)`;
const whole = {
  b: true,
  i: -7,
  l: 9007199254740991,
  m: "123456789012345678.90",
  d: 1e10,
  s: 'a "quoted", text\nin two lines',
  x: "AP8=",
  dt: "2026-03-01",
  tm: "12:30:00",
  ts: "2026-03-01 12:30:00",
  z: "2026-03-01 12:30:00.120Z",
};
const rows = `${JSON.stringify(whole)}\n{}\n`;

describe("results", () => {
  test("as a table: aligned, numbers to the right, NULL as NULL, with a count", async () => {
    const { printed } = await run(
      `${json("name STRING, n INT", "t.json")} SELECT name, n FROM t; SELECT n FROM t WHERE n > 10;`,
      { "t.json": '{"name":"日本","n":1}\n{"n":12}\n' },
      "table",
    );
    expect(printed).toBe(
      [
        "+------+----+",
        "| name |  n |",
        "+------+----+",
        "| 日本 |  1 |",
        "| NULL | 12 |",
        "+------+----+",
        "2 rows",
        "",
        "+----+",
        "|  n |",
        "+----+",
        "| 12 |",
        "+----+",
        "1 row",
        "",
        "",
      ].join("\n"),
    );
  });

  test("as JSON, with values as the API sends them", async () => {
    const { printed } = await run(
      `${json(everything, "t.json")} SELECT * FROM t;`,
      { "t.json": rows },
      "json",
    );
    const [first, second] = printed.trimEnd().split("\n");
    expect(JSON.parse(first!)).toEqual({
      ...whole,
      tm: "12:30:00.000",
      ts: "2026-03-01T12:30:00.000Z",
      z: "2026-03-01T12:30:00.120Z",
    });
    expect(new Set(Object.values(JSON.parse(second!) as object))).toEqual(new Set([null]));
  });

  test("as CSV: a header, quotes where they are needed, NULL empty, times as Flink prints them", async () => {
    const { printed } = await run(`${json(everything, "t.json")} SELECT * FROM t;`, { "t.json": rows });
    expect(printed).toBe(
      "b,i,l,m,d,s,x,dt,tm,ts,z\r\n" +
        'TRUE,-7,9007199254740991,123456789012345678.90,1.0E10,"a ""quoted"", text\nin two lines",' +
        "x'00ff',2026-03-01,12:30:00,2026-03-01 12:30:00.000,2026-03-01 12:30:00.120\r\n" +
        ",,,,,,,,,,\r\n",
    );
  });

  test("as changes: each row with its kind", async () => {
    const sql = `${json("n INT", "t.json")} SELECT n FROM t;`;
    const { printed } = await run(sql, { "t.json": '{"n":1}' }, "changes");
    expect(printed.split("\n").slice(1, 4)).toEqual(["| op | n |", "+----+---+", "| +I | 1 |"]);
  });

  test("a view prints its final rows under its name, and late rows are told", async () => {
    const { printed, notes } = await run(
      `${json("ts TIMESTAMP(3), WATERMARK FOR ts AS ts", "t.json")}
       CREATE MATERIALIZED VIEW per_minute AS SELECT window_start, window_end, COUNT(*) AS n
       FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end`,
      {
        "t.json": ["00:00", "01:00", "00:59", "00:58"].map((at) => `{"ts":"2026-03-01 12:${at}"}`).join("\n"),
      },
      "table",
    );
    expect(printed).toMatch(/^per_minute\n\+/);
    expect(printed).toContain("| 2026-03-01 12:01:00.000 | 2026-03-01 12:02:00.000 | 1 |");
    expect(notes).toEqual(["2 rows of t were late for their window and are in no result (line 2)."]);
  });
});

describe("sinks", () => {
  test("print writes rows as Flink's print connector does", async () => {
    const { printed } = await run(
      `${json(everything, "t.json")}
       CREATE TABLE p (${everything}) WITH ('connector' = 'print', 'print-identifier' = 'out');
       CREATE TABLE e (i INT) WITH ('connector' = 'print', 'standard-error' = 'true');
       INSERT INTO p SELECT * FROM t; INSERT INTO e SELECT i FROM t;`,
      { "t.json": rows },
    );
    expect(printed).toBe(
      "out> +I[true, -7, 9007199254740991, 123456789012345678.90, 1.0E10, " +
        'a "quoted", text\nin two lines, [0, -1], 2026-03-01, 12:30, ' +
        "2026-03-01T12:30, 2026-03-01T12:30:00.120Z]\n" +
        "out> +I[null, null, null, null, null, null, null, null, null, null, null]\n" +
        "error: +I[-7]\nerror: +I[null]\n",
    );
  });

  test("blackhole takes everything and prints nothing", async () => {
    const { printed, notes } = await run(
      `${json("n INT", "t.json")} CREATE TABLE b (n INT) WITH ('connector' = 'blackhole');
       INSERT INTO b SELECT n FROM t`,
      { "t.json": '{"n":1}\n{"n":2}' },
    );
    expect({ printed, notes }).toEqual({ printed: "", notes: ["2 rows written to b."] });
  });

  test.each(["json", "csv"])("what is written as %s reads back as the same rows", async (format) => {
    const nulls = format === "csv" ? ", 'csv.null-literal' = '\\N'" : "";
    const { printed, folder } = await run(
      `${json(everything, "t.json")}
       ${inFiles("o", everything, "o")}, 'format' = '${format}'${nulls});
       INSERT INTO o SELECT * FROM t; INSERT INTO o SELECT * FROM t; SELECT * FROM t; SELECT * FROM o;`,
      { "t.json": rows },
    );
    const [, once, twice] = printed.split(/^b,i,.*\r\n/m);
    expect(once).toContain("in two lines");
    expect(twice).toBe(`${once}${once}`);
    expect(readdirSync(join(folder, "o"))).toEqual([`part-00000.${format}`, `part-00001.${format}`]);
    if (format === "json") return;
    const [first] = readFileSync(join(folder, "o/part-00000.csv"), "utf8").split("\n");
    expect(first).toBe('true,-7,9007199254740991,123456789012345678.90,1.0E10,"a ""quoted"", text');
  });

  test("a run that fails leaves no file behind that looks whole", async () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, "t.json"), `${'{"n":1}\n'.repeat(100_000)}broken`);
    const sql = `${json("n INT", join(folder, "t.json"))}
      ${inFiles("o", "n INT", join(folder, "o"))}, 'format' = 'json');
      INSERT INTO o SELECT n FROM t`;
    expect(await failure(run(sql))).toMatch(/t\.json line 100001: Not JSON at byte 0/);
    expect(readdirSync(join(folder, "o"))).toEqual([]);
  });

  test("a file where a folder is needed is named", async () => {
    const sql = `${json("n INT", "t.json")}
      ${inFiles("o", "n INT", "t.json")}, 'format' = 'json');
      INSERT INTO o SELECT n FROM t`;
    expect(await failure(run(sql, { "t.json": '{"n":1}' }))).toMatch(/cannot be written: a folder is needed/);
  });
});

describe("JSON files", () => {
  test("CRLF, empty lines, a byte order mark and a last line without its end", async () => {
    const { printed } = await run(`${json("n INT", "t.json")} SELECT n FROM t`, {
      "t.json": '\uFEFF{"n":1}\r\n\r\n  {"n":2} \r\n{"n":3}',
    });
    expect(printed).toBe("n\r\n1\r\n2\r\n3\r\n");
  });

  test("a folder's files in the order of their names, without hidden ones and empty ones", async () => {
    const files = {
      "d/b": '{"n":2}\n',
      "d/a": '{"n":1}',
      "d/c/a": '{"n":3}',
      "d/.x": "x",
      "d/_SUCCESS": "x",
      "d/b0": "",
    };
    const { printed } = await run(`${json("n INT", "d")} SELECT n FROM t`, files);
    expect(printed).toBe("n\r\n1\r\n2\r\n3\r\n");
  });

  test("lines longer than a piece of the file; beyond the limit they are named or left out", async () => {
    const line = (length: number): string => `{"s":"${"x".repeat(length - 8)}"}`;
    const long = [line(99_000), line(100_000), line(600_000), line(100_001), line(20)].join("\n");
    const sql = "SELECT CHAR_LENGTH(s) FROM t";
    expect(await failure(run(`${json("s STRING", "t.json")} ${sql}`, { "t.json": long }))).toMatch(
      /t\.json line 3: The row has .*100000/,
    );
    const ignoring = json("s STRING", "t.json", ", 'json.ignore-parse-errors' = 'true'");
    const { printed, notes } = await run(`${ignoring} ${sql}`, { "t.json": long });
    expect(printed).toBe("EXPR$0\r\n98992\r\n99992\r\n12\r\n");
    expect(notes).toEqual(["2 rows of t could not be read and were left out ('json.ignore-parse-errors')."]);
  });

  test("every row of a file of many pieces arrives, with its line where it is broken", async () => {
    const lines = Array.from(
      { length: 40_000 },
      (_, index) => `{"n":${index},"s":"${"x".repeat(index % 97)}"}`,
    );
    const { printed } = await run(`${json("n INT", "t.json")} SELECT n FROM t`, {
      "t.json": lines.join("\n"),
    });
    expect(printed).toBe(`n\r\n${lines.map((_, index) => `${index}\r\n`).join("")}`);
    lines[33_333] = '{"n":"x"}';
    const broken = run(`${json("n INT", "t.json")} SELECT n FROM t`, { "t.json": lines.join("\n") });
    expect(await failure(broken)).toMatch(/t\.json line 33334: The field n must be INT, this is "x"/);
  });

  test("times are SQL style unless the table says ISO-8601", async () => {
    const file = { "t.json": '{"ts":"2026-03-01T12:30:00"}' };
    const iso = json("ts TIMESTAMP(3)", "t.json", ", 'json.timestamp-format.standard' = 'ISO-8601'");
    expect((await run(`${iso} SELECT ts FROM t`, file)).printed).toBe("ts\r\n2026-03-01 12:30:00.000\r\n");
    const sql = run(`${json("ts TIMESTAMP(3)", "t.json")} SELECT ts FROM t`, file);
    expect(await failure(sql)).toMatch(/not TIMESTAMP\(3\) like 2026-03-01 12:30:00\.000/);
  });
});

describe("CSV files", () => {
  test("quotes with delimiters and newlines in them, leading zeros, empty texts and numbers", async () => {
    const { printed } = await run(`${csv("n INT, s STRING, b BOOLEAN", "t.csv")} SELECT * FROM t`, {
      "t.csv": '\uFEFF007,"a ""b"", c\r\nd",TRUE\r\n\r\n+5,,false\n,"",\n-0012,é\t\\,""',
    });
    expect(printed).toBe('n,s,b\r\n7,"a ""b"", c\r\nd",TRUE\r\n5,"",FALSE\r\n,"",\r\n-12,é\t\\,\r\n');
  });

  test("another delimiter, another quote, a literal for NULL", async () => {
    const options =
      ", 'csv.field-delimiter' = '\\t', 'csv.quote-character' = '''', 'csv.null-literal' = 'n/a'";
    const { printed } = await run(`${csv("a STRING, b STRING", "t.csv", options)} SELECT * FROM t`, {
      "t.csv": "'x\ty'\tn/a\n\"\tz\n",
    });
    expect(printed).toBe('a,b\r\nx\ty,\r\n"""",z\r\n');
  });

  test.each([
    ["1,a,b\n", /line 1: 3 fields, the table has 2 columns/],
    ['1,"x"y\n', /line 1: Something stands between a closing quote/],
    ['1,a\n2,"b\n3,c\n', /line 2: A quote is not closed/],
    ['1,"a\nb"\nx,c\n', /line 3: The field n must be INT, this is "x"/],
  ])("%j is named by its line", async (content, message) => {
    const ran = run(`${csv("n INT, s STRING", "t.csv")} SELECT * FROM t`, { "t.csv": content });
    expect(await failure(ran)).toMatch(message);
  });

  test("records that cross the pieces of a file are whole", async () => {
    const count = 30_000;
    const content = Array.from(
      { length: count },
      (_, index) => `${index},"${"y\n".repeat(index % 13)}"\n`,
    ).join("");
    const { printed } = await run(`${csv("n INT, s STRING", "t.csv")} SELECT n, CHAR_LENGTH(s) AS l FROM t`, {
      "t.csv": content,
    });
    const expected = Array.from({ length: count }, (_, index) => `${index},${(index % 13) * 2}\r\n`).join("");
    expect(printed).toBe(`n,l\r\n${expected}`);
  });
});

describe("what is refused before anything runs", () => {
  test.each([
    [
      json("n INT", "x", ", 'jsn.ignore-parse-errors' = 'true'"),
      /1:\d+: There is no option 'jsn.*mean json\.ignore/,
    ],
    [
      json("n INT", "x", ", 'csv.null-literal' = ''"),
      /no option 'csv\.null-literal' .* with the format json/,
    ],
    [json("n INT", "x", ", 'json.ignore-parse-errors' = 'yes'"), /must be 'true' or 'false', this is 'yes'/],
    [json("n INT", "s3://bucket/x"), /'path' must be a file or folder of this machine/],
    [csv("n INT", "x", ", 'csv.field-delimiter' = '||'"), /must be one ASCII character/],
    [csv("n INT", "x", `, 'csv.quote-character' = ','`), /another character than the delimiter/],
    [
      "CREATE TABLE t (n INT) WITH ('connector' = 'filesystem', 'path' = 'x');",
      /t needs the option 'format'/,
    ],
    ["CREATE TABLE t (n INT) WITH ('connector' = 'print', 'identifier' = 'x');", /no option 'identifier'/],
    ["CREATE TABLE t (n INT) WITH ('connector' = 'print');", /t cannot be read: the connector 'print'/],
    ["CREATE TABLE t (n INT);", /t is a stream of a running server/],
  ])("%s", async (table, message) => {
    expect(await failure(run(`${table}\nSELECT n FROM t`))).toMatch(message);
  });

  test("a value that the query forbids is told at its statement", async () => {
    const sql = `${json("n INT", "t.json")}\nSELECT n FROM t;\nSELECT 1 / n FROM t;`;
    const { statements } = checkScript(sql);
    expect(statements[1]!.written.position.line).toBe(3);
    expect(await failure(run(sql, { "t.json": '{"n":0}' }))).toMatch(/^Division by zero/);
  });
});

describe("a query whose rows change", () => {
  const grouped = `${json("k STRING, n INT", "in.json")} SELECT k, SUM(n) AS s FROM t GROUP BY k`;
  const files = { "in.json": '{"k":"a","n":1}\n{"k":"b","n":2}\n{"k":"a","n":3}\n' };

  test("is shown as it is in the end, and with every change where that is asked for", async () => {
    expect((await run(grouped, files)).printed).toBe("k,s\r\nb,2\r\na,4\r\n");
    expect((await run(grouped, files, "json")).printed).toBe('{"k":"b","s":2}\n{"k":"a","s":4}\n');
    const { printed } = await run(grouped, files, "changes");
    expect(printed.match(/[+-][IUD]/g)).toEqual(["+I", "+I", "-U", "+U"]);
  });

  test("shows rows that are equal as often as they are there", async () => {
    const twice = `${json("k STRING, n INT", "in.json")}
      SELECT s FROM (SELECT k, COUNT(*) AS s FROM t WHERE n > 1 GROUP BY k) WHERE s > 0`;
    expect((await run(twice, files)).printed).toBe("s\r\n1\r\n1\r\n");
  });

  test("is printed change by change, and refused by a table of files", async () => {
    const insert = (sink: string) => `${json("k STRING, n INT", "in.json")}
      CREATE TABLE sink (k STRING, s INT) WITH (${sink});
      INSERT INTO sink SELECT k, SUM(n) FROM t GROUP BY k;`;
    const { printed } = await run(insert("'connector' = 'print'"), files);
    expect(printed).toBe("+I[a, 1]\n+I[b, 2]\n-U[a, 1]\n+U[a, 4]\n");
    const refused = run(insert("'connector' = 'filesystem', 'path' = 'out', 'format' = 'json'"), files);
    expect(await failure(refused)).toContain("sink ('filesystem') only takes rows that stay");
  });
});

test("a file that rows are looked up in is read before the others, however long it is", async () => {
  const many = Array.from({ length: 5_000 }, (_, key) => `${key},value ${key}\n`).join("");
  const { printed } = await run(
    `${inFiles("side", "k INT, v STRING, PRIMARY KEY (k) NOT ENFORCED", "side.csv")}, 'format' = 'csv');
    ${inFiles("bids", "k INT, p AS PROCTIME()", "bids.csv")}, 'format' = 'csv');
    SELECT b.k, s.v FROM bids AS b LEFT JOIN side FOR SYSTEM_TIME AS OF b.p AS s ON b.k = s.k;`,
    { "side.csv": many, "bids.csv": "4999\n7\n6000\n" },
  );
  expect(printed).toBe("k,v\r\n4999,value 4999\r\n7,value 7\r\n6000,\r\n");
});
