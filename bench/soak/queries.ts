/**
 * What must keep to its bound however long it runs. Keys are new for ever, so that whatever is not freed
 * grows; a second of the streams is a step of so many rows each.
 */

export const rowsOfStep = 100;
/** Each key has ten rows, in one second and the next. */
export const keysOfStep = rowsOfStep / 10;
/** A row is up to so many seconds behind the newest. */
export const disorder = 3;
const delay = 5;

export interface SoakQuery {
  readonly name: string;
  readonly sql: string;
  /** Rows and keys that it may keep: as long as EXPLAIN says, at the rate of the streams. */
  readonly slotsMax: number;
}

export const soakTables = `
CREATE TABLE l (id INT, k INT, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '${delay}' SECOND);
CREATE TABLE r (id INT, k INT, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '${delay}' SECOND);
CREATE TABLE v (k INT, n INT, ts TIMESTAMP(3), PRIMARY KEY (k) NOT ENFORCED,
  WATERMARK FOR ts AS ts - INTERVAL '${delay}' SECOND)`;

/** The versioned table has so many keys. */
export const versionKeys = 500;

const view = (retention: string) => `CREATE MATERIALIZED VIEW kept WITH ('retention' = '${retention}') AS`;
const ranked = (order: string, condition: string, by: string) =>
  `SELECT id, k, n, rn FROM (
    SELECT *, ROW_NUMBER() OVER (${by} ORDER BY ${order}) AS rn FROM l
  ) WHERE ${condition}`;
const window = (table: string) =>
  `(SELECT * FROM TABLE(TUMBLE(TABLE ${table}, DESCRIPTOR(ts), INTERVAL '10' SECOND)))`;
const pairs = "SELECT l.id AS l_id, r.id AS r_id FROM l";

/** A key has its last row a second after its first; another second is on its way. */
const retained = 30 + 2;
/** Until the watermark has passed a row. */
const waiting = delay + disorder + 1;
const bothSides = (seconds: number) => 2 * (rowsOfStep + keysOfStep) * seconds;

export const soakQueries: readonly SoakQuery[] = [
  { name: "Top-N of all", sql: ranked("n DESC, id DESC", "rn <= 100", ""), slotsMax: 100 + 1 },
  {
    name: "Top-N by key, retention 30 s",
    sql: `${view("30 s")} ${ranked("n DESC", "rn <= 3", "PARTITION BY k")}`,
    slotsMax: keysOfStep * (1 + 3) * retained,
  },
  {
    name: "first row by key, retention 30 s",
    sql: `${view("30 s")} ${ranked("ts", "rn = 1", "PARTITION BY k")}`,
    slotsMax: keysOfStep * (1 + 1) * retained + rowsOfStep * waiting,
  },
  {
    name: "last row by key, retention 30 s",
    sql: `${view("30 s")} ${ranked("ts DESC", "rn = 1", "PARTITION BY k")}`,
    slotsMax: keysOfStep * (1 + 1) * retained,
  },
  {
    name: "Top-N of windows of 10 s",
    sql: `SELECT id, n, rn FROM (
        SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY n DESC) AS rn
        FROM ${window("l")}
      ) WHERE rn <= 3`,
    slotsMax: 3 * (1 + 3),
  },
  {
    name: "FULL JOIN, retention 30 s",
    sql: `${view("30 s")} SELECT l.k AS k, COUNT(*) AS c FROM l FULL JOIN r ON l.k = r.k GROUP BY l.k`,
    slotsMax: bothSides(retained) + keysOfStep * retained,
  },
  {
    name: "FULL JOIN within 10 s",
    sql: `${pairs} FULL JOIN r
      ON l.k = r.k AND r.ts BETWEEN l.ts - INTERVAL '10' SECOND AND l.ts + INTERVAL '10' SECOND`,
    slotsMax: bothSides(10 + waiting),
  },
  {
    name: "JOIN of windows of 10 s",
    sql: `SELECT a.id AS l_id, b.id AS r_id FROM ${window("l")} AS a JOIN ${window("r")} AS b
      ON a.k = b.k AND a.window_start = b.window_start AND a.window_end = b.window_end`,
    slotsMax: bothSides(10 + waiting),
  },
  {
    name: "LEFT JOIN with the version of a time",
    sql: `SELECT l.id, v.n FROM (SELECT id, MOD(id, ${versionKeys}) AS k, ts FROM l) AS l
      LEFT JOIN v FOR SYSTEM_TIME AS OF l.ts ON l.k = v.k`,
    slotsMax: 2 * versionKeys + 2 * rowsOfStep * waiting,
  },
];
