import { expect, test } from "vitest";
import { fileOf, projectOf, rehearse, toldOf } from "../../test/support/project-folder.ts";

const sql = `CREATE TABLE sales (
  id STRING NOT NULL, shop STRING NOT NULL, amount DECIMAL(10, 2) NOT NULL,
  place ROW<city STRING, tags ARRAY<STRING>>, weight DOUBLE, ts TIMESTAMP_LTZ(3) NOT NULL,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('dedup-key' = 'id');
CREATE TABLE big_ones (id STRING NOT NULL, amount DECIMAL(10, 2) NOT NULL, ts TIMESTAMP_LTZ(3) NOT NULL);
INSERT INTO big_ones SELECT id, amount, ts FROM sales WHERE amount > 100;
CREATE MATERIALIZED VIEW minutes AS
SELECT window_start, window_end, shop, COUNT(*) AS n, SUM(amount) AS amount, AVG(weight) AS weight
FROM TABLE(TUMBLE(TABLE sales, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end, shop;
CREATE MATERIALIZED VIEW by_id AS SELECT rn, id, place, weight FROM (
  SELECT *, ROW_NUMBER() OVER (ORDER BY id) AS rn FROM sales) WHERE rn <= 10;`;

const whole = `# Two sales of a minute, and what comes of them.
features: [S1, "any word"]
clock: 2026-03-02T09:00:00Z
defaults:
  sales: { shop: a, amount: 1.10 }
steps:
  # Sent as it comes.
  - at: 09:00:10
    send: sales
    events:
      - { id: "1", ts: 2026-03-02T09:00:09Z, place: { city: "Bern | West", tags: [x, "y\\"z"] }, weight: 1.5 }
      - { id: "2", ts: 2026-03-02T09:00:10Z, amount: 250.00, shop: "" }   # an empty shop
    lines: |
      {"id": "1", "shop": "a", "amount": 9, "ts": "2026-03-02T09:00:10Z"}
      {"id": "3", "shop": "a", "amount": 1.005, "ts": "2026-03-02T09:00:10Z"}
    answer: { accepted: 2, duplicates: 1, rejected: [ { index: 3, code: row.decimal-digits } ] }
    shows:
      minutes: |
        window_start         | shop | n | amount | weight | final
        2026-03-02T09:00:00Z | ''   | 1 | 250.00 | NULL   | no
        2026-03-02T09:00:00Z | a    | 1 | 1.10   | 1.50   | no
      by_id: |
        id | place                                                 | weight
        1  | {"city": "Bern \\u007c West", "tags": ["x", "y\\"z"]} | 1.5
        2  | NULL                                                  | NULL
      big_ones: |
        id | amount
        2  | 250.00
      sales$dead: |
        code               | field  | position | origin
        row.decimal-digits | amount | 3        | rehearsal
      minutes$late: |
        id | late_by_ms
  - at: 2026-03-02T09:01:30Z
    shows:
      minutes: |
        shop | n | final | revision

        ''   | 1 | yes   | 0
        a    | 1 | yes   | 0
  - send: sales
    events: [ { id: "4", ts: 2026-03-02T09:00:20Z } ]
    answer: { accepted: 1 }
    shows:
      minutes: |
        shop | n | final
        ''   | 1 | yes
        a    | 1 | yes
      minutes$late: |
        id | amount
        4  | 1.10
`;

const project = (scenario: string) => projectOf({ "sql/all.sql": sql, "expected/day.yaml": scenario });

test("a scenario says what is answered, shown early, final and late", async () => {
  const [outcome] = await rehearse(project(whole));
  expect(toldOf([outcome!])).toEqual([]);
  expect(outcome).toMatchObject({ name: "day", features: ["S1", "any word"], isUpdated: false });
});

test.each([
  [
    "a cell",
    ["''   | 1 | 250.00 | NULL", "''   | 1 | 250.01 | NULL"],
    /^~ .*'' +\| 1 +\| 250.01 → 250.00 .*changed: amount/,
  ],
  ["digits of a decimal", ["a    | 1 | 1.10", "a    | 1 | 1.1 "], /1.1 → 1.10.*changed: amount$/],
  ["a double", ["| 1.10   | 1.50", "| 1.10   | 1.51"], /1.51 → 1.5.*changed: weight$/],
  [
    "an instant",
    ["09:00:00Z | ''", "09:01:00Z | ''"],
    /09:01:00Z → 2026-03-02T09:00:00Z.*changed: window_start$/,
  ],
  ["NULL", ["250.00 | NULL", "250.00 | 0   "], /0 → NULL.*changed: weight$/],
  ["a nested value", ['"city": "Bern', '"city": "Base'], /→ \{"city":"Bern .*changed: place$/],
  ["a missing row", ["        a    | 1 | yes   | 0\n", ""], /^\+ a +\| 1 \| yes +\| 0 +\| not expected$/],
  [
    "an extra row",
    ["''   | 1 | yes   | 0\n", "''   | 1 | yes   | 0\n        b    | 1 | yes   | 7\n"],
    /^- b .*missing$/,
  ],
  ["the final flag", ["a    | 1 | yes   | 0", "a    | 1 | no    | 0"], /^~ a .*no → yes.*changed: final$/],
  ["a revision", ["a    | 1 | yes   | 0", "a    | 1 | yes   | 1"], /1 → 0.*changed: revision$/],
  ["a row of a written stream", ["        2  | 250.00\n", ""], /^\+ 2 +\| 250.00 \| not expected$/],
  ["a dead letter", ["| amount | 3 ", "| amount | 4 "], /4 → 3.*changed: position/],
  ["a late row", ["        4  | 1.10\n", ""], /^\+ 4 +\| 1.10 +\| not expected$/],
  ["a count of an answer", ["accepted: 2,", "accepted: 3,"], /^accepted: 3 → 2$/],
  ["duplicates", ["duplicates: 1", "duplicates: 0"], /^duplicates: 0 → 1$/],
  [
    "what is rejected",
    ["row.decimal-digits }", "row.missing-field }"],
    /^rejected\[0\].code: row.missing-field → row.decimal-digits$/,
  ],
  [
    "an unsaid rejection",
    [", rejected: [ { index: 3, code: row.decimal-digits } ]", ""],
    /^rejected, not expected: \{ index: 3/,
  ],
] as const)("a mistake in %s is found", async (_, [was, is], line) => {
  expect(whole.split(was).length).toBe(2);
  const told = toldOf(await rehearse(project(whole.replace(was, is))));
  expect(told[0]).toMatch(/^.day\.yaml:\d+: step \d, at 2026-03-02T09:0[01]:[13]0Z: /);
  expect(told.filter((each) => line.test(each))).toHaveLength(1);
});

test("--update writes tables and answers anew and leaves everything else", async () => {
  const wrong = whole
    .replace("''   | 1 | 250.00 | NULL   | no", "''   | 2 | 250.00 | NULL   | no")
    .replace("        a    | 1 | yes   | 0\n", "")
    .replace("answer: { accepted: 1 }", "answer: { accepted: 0 }")
    .replace("duplicates: 1, rejected: [ { index: 3, code: row.decimal-digits } ]", "duplicates: 7");
  const folder = project(wrong);
  const [outcome] = await rehearse(folder, { update: true });
  expect(outcome).toMatchObject({ isUpdated: true });
  const expected = whole.replace(
    "revision\n\n        ''   | 1 | yes   | 0\n        a    | 1 | yes   | 0",
    "revision\n        ''   | 1 | yes   | 0\n        a    | 1 | yes   | 0",
  );
  expect(fileOf(folder, "expected/day.yaml")).toBe(expected);
  expect(toldOf(await rehearse(folder))).toEqual([]);
});

test("--update fills what is empty", async () => {
  const head = "clock: 2026-03-02T09:00:00Z\nsteps:\n  - send: sales # of a shop\n";
  const sent = '    lines: \'{"id":"1","shop":"a","amount":1,"ts":"2026-03-02T09:00:00Z"}\'\n';
  const bad = "  - send: sales # nothing\n    lines: '{}'\n";
  const folder = project(`${head}${sent}    answer:\n    shows:\n      minutes:\n      big_ones: ""\n${bad}`);
  expect((await rehearse(folder)).flatMap(({ differences }) => differences)).toHaveLength(4);
  await rehearse(folder, { update: true });
  const rejected =
    "    answer: { accepted: 0, duplicates: 0, rejected: [ { index: 0, code: row.missing-field } ] }\n";
  expect(fileOf(folder, "expected/day.yaml")).toBe(
    `${head}${sent}    answer: { accepted: 1, duplicates: 0, rejected: [] }
    shows:
      minutes: |
        window_start         | window_end           | shop | n | amount | weight | final
        2026-03-02T09:00:00Z | 2026-03-02T09:01:00Z | a    | 1 | 1.00   | NULL   | no
      big_ones: |
        id | amount | ts
  - send: sales # nothing\n${rejected}    lines: '{}'\n`,
  );
  expect(toldOf(await rehearse(folder))).toEqual([]);
});

test("the same scenario gives the same, however often it is run", async () => {
  const folder = project(whole.replaceAll(" | no\n", " | yes\n"));
  const told = toldOf(await rehearse(folder));
  expect(told.length).toBeGreaterThan(2);
  expect(toldOf(await rehearse(folder))).toEqual(told);
});

test.each([
  ["steps:", "step:", ":6: there is no setting step.\nDid you mean steps?"],
  [
    "clock: 2026-03-02T09:00:00Z",
    "clock: today",
    ':3: clock must be an instant, such as 2026-03-02T09:00:00Z, this is "today"',
  ],
  [
    "send: sales\n    events:\n",
    "send: sale\n    events:\n",
    ':9: steps[0].send must be one of the streams (sales), this is "sale".\nDid you mean sales?',
  ],
  [
    "send: sales\n    events:\n",
    "send: big_ones\n    events:\n",
    ":9: steps[0].send must be a stream that no query writes",
  ],
  [
    "at: 2026-03-02T09:01:30Z",
    "at: 08:00",
    ":34: steps[1].at must be no earlier than the clock, which is at 2026-03-02T09:00:10.000Z",
  ],
  [
    "weight: 1.5 }",
    "wieght: 1.5 }",
    ":11: there is no setting steps[0].events[0].wieght.\nDid you mean weight?",
  ],
  [
    "  sales: { shop: a",
    "  sales: { shp: a",
    ":5: there is no setting defaults.sales.shp.\nDid you mean shop?",
  ],
  [
    "      by_id: |",
    "      by_ids: |",
    'a name in steps[0].shows must be that of a view or a stream, this is "by_ids".\nDid you mean',
  ],
  [
    "shop | n | final | revision",
    "shop | n | finale | revision",
    'steps[1].shows.minutes must be a table of its columns, this is a heading with "finale".',
  ],
  [
    "        ''   | 1 | yes   | 0\n",
    "        ''   | 1 | yes\n",
    ":39: steps[1].shows.minutes must be a table of its columns, this is a row of 3 cells under 4 columns",
  ],
  [
    "{ accepted: 1 }",
    "{ acepted: 1 }",
    ":43: there is no setting steps[2].answer.acepted.\nDid you mean accepted?",
  ],
  ["features: [S1, ", "features: [S1, [", "is not written as YAML is"],
])("%s as %s is named with its place", async (was, is, message) => {
  expect(whole).toContain(was);
  const [told] = toldOf(await rehearse(project(whole.replace(was, is))));
  expect(told).toContain(message);
});

const people = `CREATE TABLE people (id STRING NOT NULL, level INT NOT NULL, name STRING NOT NULL,
  PRIMARY KEY (id, level) NOT ENFORCED);
CREATE MATERIALIZED VIEW names AS SELECT id, level, name FROM people;
CREATE TABLE sales (id STRING NOT NULL);`;

const leaving = `clock: 2026-03-02T09:00:00Z
steps:
  - send: people
    events:
      - { id: ann, level: 1, name: Ann }
      - { id: ann, level: 2, name: Ann }
  - remove: people
    keys:
      - { id: ann, level: 1 }
      - { id: bob, level: 1 }
    answer: { accepted: 2 }
    shows:
      names: |
        id  | level
        ann | 2
      people: |
        id  | level
        ann | 2
`;

test("rows of a table with a primary key are removed", async () => {
  const rehearsed = (scenario: string) =>
    rehearse(projectOf({ "sql/all.sql": people, "expected/leaving.yaml": scenario }));
  expect(toldOf(await rehearsed(leaving))).toEqual([]);
  const stays = toldOf(
    await rehearsed(leaving.replace("{ id: ann, level: 1 }\n      - ", "{ id: x, level: 1 }\n      - ")),
  );
  expect(stays.join("\n")).toMatch(/step 2.*: names\n.*\n\+ ann \| 1 .*not expected/);
});

test.each([
  [
    "remove: people",
    "remove: sales",
    "steps[1].remove must be a table whose rows can go. The stream sales has no PRIMARY KEY",
  ],
  ["remove: people", "remove: peple", "Did you mean people?"],
  ["    keys:\n", "    events:\n", "steps[1].send must be the stream of the events"],
  ["  - remove: people\n", "  - at: 09:00:01\n", "steps[1].remove must be the stream whose rows go"],
  [
    "remove: people\n",
    "remove: people\n    send: people\n    lines: ''\n",
    "steps[1].remove must be a step of its own",
  ],
  ["{ id: bob, level: 1 }", "bob", "steps[1].keys[1]"],
  ["{ id: bob, level: 1 }", "{ id: bob }", "steps[1].keys[1].level"],
  [
    "{ id: bob, level: 1 }",
    "{ id: bob, levl: 1 }",
    "there is no setting steps[1].keys[1].levl.\nDid you mean level?",
  ],
  [
    "{ id: bob, level: 1 }",
    "{ id: bob, level: low }",
    "the request was refused: Nothing was removed. The field level must be INT",
  ],
])("a removal with %j as %j is named with its place", async (was, is, message) => {
  expect(leaving).toContain(was);
  const changed = leaving.replace(was, is);
  const told = toldOf(await rehearse(projectOf({ "sql/all.sql": people, "expected/leaving.yaml": changed })));
  expect(told.join("\n")).toContain(message);
});

test("a view that fails is told of, once", async () => {
  const failing = sql.replace(
    "rn, id, place, weight FROM",
    "rn, id, place, 1 / CHAR_LENGTH(shop) AS weight FROM",
  );
  const scenario = whole.replace(/ {6}by_id: \|\n(.*\n){3}/, "");
  const told = toldOf(await rehearse(projectOf({ "sql/all.sql": failing, "expected/day.yaml": scenario })));
  expect(told).toHaveLength(2);
  expect(told[0]).toMatch(/step 1.*: by_id$/);
  expect(told[1]).toMatch(/^it was stopped: /);
});

test("200 events and ten tables take well under a second", async () => {
  const events = Array.from(
    { length: 200 },
    (_, id) => `      - { id: "${id}", ts: 2026-03-02T09:00:01Z }\n`,
  );
  const shown =
    "  - at: 09:00:30\n    shows: { big_ones: 'id' }\n".repeat(5) +
    "  - shows: { minutes: n | final }\n".repeat(5);
  const head = whole.slice(whole.indexOf("clock"), whole.indexOf("  # Sent as it comes"));
  const folder = project(`${head}  - send: sales\n    events:\n${events.join("")}${shown}`);
  const [outcome] = await rehearse(folder);
  expect(outcome!.differences).toHaveLength(5);
  expect(outcome!.tookMs).toBeLessThan(1000);
});
