import { expect, test } from "vitest";
import { fileOf, projectOf, rehearse, toldOf } from "../../test/support/project-folder.ts";

const sql = `CREATE TABLE sales (
  id STRING NOT NULL, shop STRING NOT NULL, amount DECIMAL(10, 2) NOT NULL, weight DOUBLE NOT NULL,
  place ROW<city STRING, tags ARRAY<STRING>>, sizes MAP<STRING, INT>,
  double_amount AS amount * 2, ts TIMESTAMP_LTZ(3) NOT NULL, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('dedup-key' = 'id');
CREATE TABLE shops (shop STRING NOT NULL, city STRING, PRIMARY KEY (shop) NOT ENFORCED);
CREATE TABLE big_ones (id STRING NOT NULL, amount DECIMAL(10, 2) NOT NULL, ts TIMESTAMP_LTZ(3) NOT NULL);
INSERT INTO big_ones SELECT id, amount, ts FROM sales WHERE amount > 250;
CREATE MATERIALIZED VIEW minutes AS
SELECT window_start, window_end, shop, COUNT(*) AS n, SUM(double_amount) AS amount, SUM(weight) AS weight,
  MAX(amount) > 200 AS has_large, MAX(CAST(ts AS DATE)) AS on_day
FROM TABLE(TUMBLE(TABLE sales, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end, shop;
CREATE MATERIALIZED VIEW newest AS SELECT rn, id, place, sizes FROM (
  SELECT *, ROW_NUMBER() OVER (ORDER BY ts DESC, id) AS rn FROM sales) WHERE rn <= 10;`;

const simulator = `stream: sales
rate: 20
fields:
  id: { uuid: true }
  shop: { choice: [a, b, "c | d"] }
  amount: { decimal: { from: 1, to: 300, scale: 2 } }
  weight: { double: { from: 0, to: 3 } }
  place: { row: { city: { choice: [Bern, "O'Hara"] }, tags: { value: [x, 'y"z'] } } }
  sizes: { value: { b: 2, a: 1 } }
  ts: { now: true }
`;

const minutes = `WITH judged AS (
  SELECT *, date_trunc('minute', ts) AS m,
    max(ts) OVER (ORDER BY _row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) - INTERVAL 5 SECOND AS w
  FROM sales)
SELECT m AS window_start, m + INTERVAL 1 MINUTE AS window_end, shop, count(*) AS n, 2 * sum(amount) AS amount,
  sum(weight ORDER BY weight DESC) AS weight, max(amount) > 200 AS has_large, max(ts::DATE) AS on_day
FROM judged WHERE (w IS NULL OR m + INTERVAL 1 MINUTE - INTERVAL 1 MILLISECOND > w) GROUP BY ALL`;
const newest = `SELECT row_number() OVER (ORDER BY ts DESC, id) AS rn, id, place, sizes
FROM sales QUALIFY rn <= 10`;
const bigOnes =
  "-- Sales that are large.\n-- features: S1, any word\nSELECT id, amount, ts FROM sales WHERE amount > 250";

const runs = `twins:
  - { simulator: shop, seed: 7, count: 400, rate: 4, runs-on: 2 min, start: 2026-03-02T09:00:00Z }
`;

const project = (files: Readonly<Record<string, string>> = {}) =>
  projectOf({
    "sql/all.sql": sql,
    "simulators/shop.yaml": simulator,
    "expected/twins.yaml": runs,
    "expected/minutes.duckdb.sql": minutes,
    "expected/newest.duckdb.sql": newest,
    "expected/big_ones.duckdb.sql": bigOnes,
    ...files,
  });

test("final rows and written streams are those of their twins", async () => {
  const outcomes = await rehearse(project());
  expect(outcomes.map(({ features }) => features)).toEqual([["S1", "any word"], [], []]);
  expect(
    outcomes.map(({ kind, name, mistake, differences }) => ({ kind, name, mistake, differences })),
  ).toEqual(
    ["big_ones", "minutes", "newest"].map((name) => {
      return { kind: "twin", name, mistake: undefined, differences: [] };
    }),
  );
});

test.each([
  ["minutes", "a count", ["count(*) AS n", "count(*) + 1 AS n"], /changed: n$/],
  ["minutes", "a cent", ["2 * sum(amount)", "2 * sum(amount) + 0.01"], /changed: amount$/],
  [
    "minutes",
    "a fraction of a cent",
    ["2 * sum(amount)", "2 * sum(amount) + 0.001"],
    /1 → .*changed: amount$/,
  ],
  [
    "minutes",
    "a double",
    ["sum(weight ORDER BY weight DESC)", "sum(weight) * (1 + 1e-8)"],
    /changed: weight$/,
  ],
  ["minutes", "a boolean", ["> 200 AS", "<= 200 AS"], /true|false.*changed: has_large$/],
  ["minutes", "a date", ["max(ts::DATE)", "max(ts::DATE) + 1"], /2026-03-03 → 2026-03-02.*changed: on_day$/],
  [
    "minutes",
    "an instant",
    ["date_trunc('minute', ts)", "date_trunc('minute', ts) + INTERVAL 1 MILLISECOND"],
    /^- .*00\.001Z.*missing$/,
  ],
  [
    "minutes",
    "a row too many",
    ["GROUP BY ALL", "AND shop <> 'b' GROUP BY ALL"],
    /^\+ .*b +\|.*not expected$/,
  ],
  [
    "minutes",
    "a row too few",
    ["GROUP BY ALL", "GROUP BY ALL UNION ALL SELECT now(), now(), 'x', 0, 0, 0, true, NULL"],
    /^- .*x +\|.*missing$/,
  ],
  ["minutes", "a name", ["AS has_large", "AS is_large"], /^the twin has .*is_large/],
  [
    "minutes",
    "an order of columns",
    [
      "sum(weight ORDER BY weight DESC) AS weight, max(amount) > 200 AS has_large",
      "max(amount) > 200 AS has_large, sum(weight) AS weight",
    ],
    /^the twin has .*has_large, weight/,
  ],
  [
    "newest",
    "a nested value",
    ["place, sizes", "{'city': place.city, 'tags': list_reverse(place.tags)} AS place, sizes"],
    /\["y\\"z","x"\].*changed: place$/,
  ],
  ["newest", "a map", ["place, sizes", "place, MAP {'b': 2, 'a': 2} AS sizes"], /changed: sizes$/],
  ["big_ones", "a row of a stream", ["> 250", "> 260"], /not expected$/],
] as const)("in the twin of %s %s is found", async (name, _, [was, is], line) => {
  const all: Readonly<Record<string, string>> = { minutes, newest, big_ones: bigOnes };
  expect(all[name]!.split(was)).toHaveLength(2);
  const files = { [`expected/${name}.duckdb.sql`]: all[name]!.replace(was, is) };
  const told = toldOf(await rehearse(project(files), { only: name }));
  expect(told[0]).toMatch(/\/twins\.yaml:2: shop, seed 7, 400 events: \w+$/);
  expect(told.filter((each) => line.test(each)).length).toBeGreaterThan(0);
});

const scenario = `clock: 2026-03-02T09:00:00Z
defaults: { sales: { shop: a, amount: 300, weight: 1 } }
steps:
  - send: sales
    events: [ { id: "1", ts: 2026-03-02T09:00:01Z }, { id: "2", ts: 2026-03-02T09:01:10Z } ]
    lines: "{}"
    answer: { rejected: [ { index: 2 } ] }
  - { at: 09:00:01, send: shops, events: [ { shop: a, city: Bern }, { shop: a, city: Basel } ] }
  - { at: 09:00:02, send: sales, events: [ { id: "3", ts: 2026-03-02T09:00:30Z } ], twins: [big_ones] }
  - { at: 10:00, twins: [minutes, newest] }
`;

test("a scenario compares twins over the events so far, late ones left out", async () => {
  const files = { "expected/day.yaml": scenario, "expected/twins.yaml": "twins: []\n" };
  expect(toldOf(await rehearse(project(files)))).toEqual([]);
  const wrong = { ...files, "expected/minutes.duckdb.sql": minutes.replace("w IS NULL OR", "true OR") };
  const told = toldOf(await rehearse(project(wrong)));
  expect(told[0]).toMatch(
    /day\.yaml:10: step 4, at 2026-03-02T10:00:00Z: minutes and .*minutes\.duckdb\.sql$/,
  );
  expect(told.filter((line) => /2 → 1.*changed: n, amount, weight$/.test(line))).toHaveLength(1);
  const alone = await rehearse(project(files), { only: "minutes" });
  expect(alone.map(({ name, mistake, differences }) => [name, mistake, differences])).toEqual([
    ["day", undefined, []],
  ]);
});

test("windows that are open have no final rows, and are not compared", async () => {
  const early = scenario
    .replace("twins: [big_ones]", "twins: [minutes]")
    .replace("twins: [minutes, newest]", "shows: {}");
  const closed = minutes.replace("GROUP BY ALL", "AND m < TIMESTAMPTZ '2026-03-02 09:01:00+00' GROUP BY ALL");
  const files = { "expected/day.yaml": early, "expected/minutes.duckdb.sql": closed };
  expect(toldOf(await rehearse(project(files), { only: "day" }))).toEqual([]);
});

test("a twin sees all rows of a keyed table, dead letters, and what came when", async () => {
  const arrived = `SELECT s.id, 1.00 * (SELECT count(*) FROM shops) AS amount, s.ts FROM sales AS s
WHERE s._order = 0 AND s._row = 0 AND s._at = TIMESTAMPTZ '2026-03-02 09:00:00+00'
  AND (SELECT list(_order ORDER BY _order) FROM (SELECT _order FROM sales UNION ALL SELECT _order FROM shops
    UNION ALL SELECT _order FROM sales$dead)) = [0, 1, 2, 3, 4, 5]
  AND (SELECT code FROM sales$dead) = 'row.missing-field'`.replaceAll("sales$dead", '"sales$dead"');
  const files = { "expected/day.yaml": scenario, "expected/big_ones.duckdb.sql": arrived };
  const told = toldOf(await rehearse(project(files), { only: "day" }));
  expect(told.filter((line) => line.startsWith("~"))).toEqual([
    expect.stringMatching(/^~ 1 .*2\.00 → 300\.00/),
  ]);
});

test("a twin reads no file", async () => {
  const files = { "expected/newest.duckdb.sql": "SELECT * FROM read_text('/etc/hostname')" };
  const [outcome] = await rehearse(project(files), { only: "newest" });
  expect(outcome!.mistake).toContain("file system operations are disabled");
});

test("mistakes are named with their files", async () => {
  const twins = "twins:\n  - { simulator: shop, start: 2026-03-02T09:00:00Z, count: 10, ";
  const mistakeOf = async (files: Readonly<Record<string, string>>) =>
    (await rehearse(project(files))).flatMap(({ file, mistake }) =>
      mistake === undefined
        ? []
        : [`${file.replace(/.*expected/, "")} ${mistake.replace(/^.*?expected/, "")}`],
    );
  const [ofSql] = await mistakeOf({ "expected/newest.duckdb.sql": "SELECT rn FROM sale" });
  expect(ofSql).toMatch(
    /^.newest\.duckdb\.sql .*newest\.duckdb\.sql: Catalog Error: Table with name sale does not exist/,
  );
  const [ofName] = await mistakeOf({ "expected/newst.duckdb.sql": newest });
  expect(ofName).toMatch(/there is no view and no stream .* of the name newst\.\nDid you mean newest\?/);
  const [unused] = await mistakeOf({ "expected/twins.yaml": `${twins}views: [minutes, newest] }\n` });
  expect(unused).toMatch(
    /^.big_ones\.duckdb\.sql .*: no `twins` of a file and no step of a scenario names it/,
  );
  const lines = await Promise.all(
    ["views: [minute] }", "runs-on: long }", "seeds: 1 }"].map((rest) =>
      mistakeOf({ "expected/twins.yaml": `${twins}${rest}\n` }),
    ),
  );
  expect(lines.map(([line]) => line!.replace(/^.*?: /, ""))).toEqual([
    expect.stringMatching(
      /^twins\[0\]\.views\[0\] must be the name of a \.duckdb\.sql .*\nDid you mean minutes\?/,
    ),
    expect.stringMatching(/^twins\[0\]\.runs-on must be a duration, such as 90 s or 25 h, this is "long"/),
    expect.stringMatching(/^there is no setting twins\[0\]\.seeds\.\nDid you mean seed\?/),
  ]);
});

test("--update never touches a twin", async () => {
  const wrong = minutes.replace("count(*)", "1");
  const folder = project({ "expected/minutes.duckdb.sql": wrong });
  const outcomes = await rehearse(folder, { update: true });
  expect(outcomes.map(({ isUpdated, differences }) => [isUpdated, differences.length])).toContainEqual([
    false,
    1,
  ]);
  expect(fileOf(folder, "expected/minutes.duckdb.sql")).toBe(wrong);
});

test("what twins share is made before each of them, and is no twin itself", async () => {
  const shared = `CREATE VIEW judged AS
  SELECT *, date_trunc('minute', ts) AS m,
    max(ts) OVER (ORDER BY _row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) - INTERVAL 5 SECOND AS w
  FROM sales;
CREATE MACRO ends(m) AS m + INTERVAL 1 MINUTE;`;
  const own = minutes.slice(minutes.indexOf("SELECT m AS")).replace("m + INTERVAL 1 MINUTE AS", "ends(m) AS");
  expect(own).toContain("ends(m)");
  const files = { "expected/shared.duckdb.sql": shared, "expected/minutes.duckdb.sql": own };
  const outcomes = await rehearse(project(files));
  expect(outcomes.map(({ name }) => name)).toEqual(["big_ones", "minutes", "newest"]);
  expect(outcomes.flatMap((outcome) => toldOf([outcome]))).toEqual([]);

  const wrong = await rehearse(
    project({ ...files, "expected/shared.duckdb.sql": `${shared}\nSELECT * FROM no;` }),
  );
  expect(toldOf(wrong)[0]).toMatch(/^\/shared\.duckdb\.sql: .*no/s);
});

test("a twin sees which rows of a table with a key took others away", async () => {
  const people = `CREATE TABLE people (id STRING NOT NULL, name STRING, PRIMARY KEY (id) NOT ENFORCED);
CREATE MATERIALIZED VIEW names AS SELECT id, name FROM people;`;
  const scenario = `clock: 2026-03-02T09:00:00Z
steps:
  - { send: people, events: [{ id: a, name: Ann }, { id: b, name: Bob }] }
  - { remove: people, keys: [a] }
  - { send: people, events: [{ id: c, name: Cem }] }
  - { twins: [names] }
`;
  const latest = "SELECT id, arg_max(name, _row) AS name FROM people GROUP BY id";
  const told = async (twin: string) =>
    toldOf(
      await rehearse(
        projectOf({
          "sql/all.sql": people,
          "expected/day.yaml": scenario,
          "expected/names.duckdb.sql": twin,
        }),
      ),
    );
  expect(await told(`${latest} HAVING NOT arg_max(_deleted, _row)`)).toEqual([]);
  expect((await told(latest)).join("\n")).toMatch(/a .*missing/);
});
