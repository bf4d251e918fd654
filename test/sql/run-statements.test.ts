/** What stands around queries in a script: views, drops, statement sets, settings, SHOW. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { jsonTable, runText } from "../support/script-run.ts";

describe("statements around queries", () => {
  const input = jsonTable("n INT, s STRING", "in.json");
  const files = { "in.json": '{"n":1,"s":"a"}\n{"n":2,"s":"b"}\n' };
  const output = (name: string): string => `CREATE TABLE ${name} (n BIGINT, s STRING)
    WITH ('connector' = 'print', 'print-identifier' = '${name}');`;

  test("a view is expanded, dropped, and its name given to another", async () => {
    const { printed } = await runText(
      `${input} CREATE VIEW v AS SELECT n FROM t WHERE n > 1; SELECT * FROM v; DROP VIEW v;
      CREATE TEMPORARY VIEW v AS SELECT s FROM t; SELECT * FROM v;`,
      files,
    );
    expect(printed).toBe("n\r\n2\r\ns\r\na\r\nb\r\n");
  });

  test("a table that was dropped may be made anew, from another file", async () => {
    const again = `DROP TABLE t; CREATE TABLE t (m INT)
      WITH ('connector' = 'filesystem', 'path' = 'other.json', 'format' = 'json'); SELECT m FROM t;`;
    const { printed } = await runText(`${input} SELECT n FROM t; ${again}`, {
      ...files,
      "other.json": '{"m":7}',
    });
    expect(printed).toBe("n\r\n1\r\n2\r\nm\r\n7\r\n");
  });

  test("INSERT INTO fills the columns that are listed, the others are NULL", async () => {
    const { printed } = await runText(
      `${input} ${output("o")} INSERT INTO o (s, n) SELECT s, n FROM t;
      INSERT INTO o (s) VALUES ('x'), ('y');`,
      files,
    );
    expect(printed).toBe("o> +I[1, a]\no> +I[2, b]\no> +I[null, x]\no> +I[null, y]\n");
  });

  test("the inserts of a statement set read each file once, and keep their own books", async () => {
    const sql = `CREATE TABLE t (n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
      WITH ('connector' = 'filesystem', 'path' = 'in.json', 'format' = 'json',
        'json.ignore-parse-errors' = 'true');
    CREATE TABLE a (n BIGINT) WITH ('connector' = 'filesystem', 'path' = 'a', 'format' = 'csv');
    CREATE TABLE b (n INT) WITH ('connector' = 'filesystem', 'path' = 'b', 'format' = 'csv');
    EXECUTE STATEMENT SET BEGIN
      INSERT INTO a SELECT COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
        GROUP BY window_start, window_end;
      INSERT INTO b SELECT n FROM t;
      INSERT INTO b SELECT n * 10 FROM t WHERE n > 1;
    END;`;
    const row = (n: number, ts: string): string => `{"n":${n},"ts":"2026-03-01 ${ts}"}\n`;
    const rows = row(1, "12:01:00") + row(2, "12:00:00") + row(3, "12:02:00");
    const { notes, folder } = await runText(sql, { "in.json": `${rows}broken\n` });
    expect(notes).toEqual([
      "2 rows written to a.",
      "5 rows written to b.",
      "1 row of t was late for its window and is in no result (line 7).",
      "1 row of t could not be read and was left out ('json.ignore-parse-errors').",
    ]);
    const written = readdirSync(join(folder, "b")).map((name) =>
      readFileSync(join(folder, "b", name), "utf8"),
    );
    expect(written.join("").trim().split(/\r?\n/).sort()).toEqual(["1", "2", "20", "3", "30"]);
  });

  test("settings of Flink's runtime change nothing, an unknown one is told", async () => {
    const sql = `SET 'execution.runtime-mode' = 'batch'; SET parallelism.default = 4;
      SET 'pipeline.name' = 'x';
      SET 'sql-client.execution.result-mode' = 'tableau'; SET 'table.exec.state.ttl' = '1 h';
      SET 'table.local-time-zone' = 'UTC'; SET 'table.exce.state.ttl' = '1 h'; RESET 'pipeline.name'; SET;
      RESET; SET;`;
    const { printed, notes } = await runText(sql);
    expect(printed.split("\r\n")).toEqual([
      "key,value",
      "execution.runtime-mode,batch",
      "parallelism.default,4",
      "sql-client.execution.result-mode,tableau",
      "table.exce.state.ttl,1 h",
      "table.exec.state.ttl,1 h",
      "table.local-time-zone,UTC",
      "key,value",
      "",
    ]);
    expect(notes).toEqual(["The setting 'table.exce.state.ttl' has no meaning here (line 4)."]);
  });

  test("instants are printed as the wall clock of the session's time zone shows them", async () => {
    const sql = `SELECT TO_TIMESTAMP_LTZ(1783000000000, 3) AS a;
      SET 'table.local-time-zone' = 'Europe/Berlin';
      SELECT TO_TIMESTAMP_LTZ(1783000000000, 3) AS a;`;
    const { printed } = await runText(sql);
    expect(printed.split("\r\n")).toEqual([
      ...["a", "2026-07-02 13:46:40.000", "a", "2026-07-02 15:46:40.000", ""],
    ]);
    const zoned = `SET 'table.local-time-zone' = 'Europe/Berlin';
      SELECT TIMESTAMP '2026-07-02 15:46:40' AS t, TO_TIMESTAMP_LTZ(1783000000000, 3) AS i;`;
    const told = (await runText(zoned, {}, "json")).printed;
    expect(told).toBe('{"t":"2026-07-02T13:46:40.000Z","i":"2026-07-02T13:46:40.000Z"}\n');
  });

  test("SHOW FUNCTIONS lists what can be called, SHOW TABLES what there is by now", async () => {
    const { printed } = await runText(`SHOW FUNCTIONS LIKE 'char_%'; ${input} SHOW TABLES; SHOW VIEWS;`);
    expect(printed.split("\r\n")).toEqual([
      ...["function name", "char_length", "character_length"],
      ...["table name", "t", "view name", ""],
    ]);
  });

  test("SHOW CREATE gives the statement as it was written", async () => {
    const view = "CREATE VIEW v AS SELECT n\n  FROM t";
    const { printed } = await runText(
      `${input} ${view}; SHOW CREATE VIEW v; SHOW CREATE TABLE t;`,
      {},
      "json",
    );
    expect(
      printed
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([{ result: view }, { result: input.replace(/;$/, "") }]);
  });

  test("EXPLAIN prints its stages as lines, and for programs as one cell", async () => {
    const sql = `${input} EXPLAIN SELECT n + 1 AS m FROM t WHERE n > 1;`;
    const stages = [
      "SELECT n + 1 AS m [inserts only]",
      "  WHERE n > 1 [inserts only]",
      "    FROM t: reads n [inserts only]",
      "",
      "Passes that changed the plan:",
      "  projection-pushdown: Reads only the fields that are used.",
    ].join("\n");
    expect((await runText(sql, {}, "table")).printed).toBe(`${stages}\n\n`);
    expect(JSON.parse((await runText(sql, {}, "json")).printed)).toEqual({ result: stages });
  });

  test("EXPLAIN … FOR FLINK gives what would be submitted, with what it reads and nothing else", async () => {
    const sql = `CREATE TABLE s (n INT); CREATE TABLE other (n INT); ${input}
      CREATE VIEW v AS SELECT n FROM s; EXPLAIN SELECT n FROM v FOR FLINK;`;
    const { printed } = await runText(sql, {}, "table");
    expect(printed).toMatch(/^CREATE TABLE s \(n INT\)\nWITH \(\n {2}'connector' = 'kafka'/);
    expect(printed).toMatch(/\n\nCREATE VIEW v AS SELECT n FROM s;\n\nSELECT n FROM v;\n\n$/);
    expect(printed.match(/CREATE/g)?.length).toBe(2);
  });
});
