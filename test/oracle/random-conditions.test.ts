/** IN and EXISTS anywhere in conditions and values, at random: what is left in the end is DuckDB's. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { DuckDb, type JsonRow } from "../../src/rehearsal/duck-db.ts";
import { Random } from "../../src/simulate/random.ts";
import { finalRows, type SltWay, SltWorld } from "../sql/slt-runner.ts";
import { caseCount, drawingSeed } from "../support/drawing.ts";

const runs = caseCount(60);
const columns = "id INT, k STRING, n INT, g INT NOT NULL";
const ways: readonly SltWay[] = [
  { mode: "compiled", chunkRows: 1 },
  { mode: "interpreted", chunkRows: 7 },
  { mode: "compiled", chunkRows: 5, restores: true },
];

let oracle: DuckDb;
beforeAll(async () => {
  oracle = await DuckDb.open();
});
afterAll(() => oracle.close());

function drawer(random: Random) {
  const below = (count: number) => Math.floor(random.unit() * count);
  const one = <T>(among: readonly T[]): T => among[below(among.length)]!;
  const rows = (count: number): JsonRow[] =>
    Array.from({ length: count }, (_, id) => ({
      id,
      k: one(["a", "b", "c", null]),
      n: one([null, below(9), below(9)]),
      g: below(3),
    }));
  const own = () => one(["", "u.n > 3", "u.k IS NOT NULL", "u.n IS NOT NULL", "u.id > 99"]);
  const around = () =>
    one(["", "u.k = t.k", "u.g = t.g", "u.n < t.n", "u.g <> t.g AND u.k = t.k", "u.n + t.n > 8", "t.n > 4"]);
  const where = (...parts: readonly string[]) => {
    const asked = parts.filter((part) => part !== "");
    return asked.length === 0 ? "" : ` WHERE ${asked.join(" AND ")}`;
  };
  const not = () => one(["", "", "NOT "]);
  const sought = () => {
    const [left, right] = one([
      ["t.k", "u.k"],
      ["t.n", "u.n"],
      ["t.g", "u.g"],
      ["t.n", "u.g"],
      ["t.g + 1", "u.n"],
    ] as const);
    return `${left} ${not()}IN (SELECT ${right} FROM u${where(own(), around())})`;
  };
  const found = (): string =>
    one([
      () => `${not()}EXISTS (SELECT 1 FROM u${where(own(), around())})`,
      sought,
      () => `t.n ${one(["<", "="])} (SELECT ${one(["MAX(u.n)", "COUNT(*)"])} FROM u${where(around())})`,
    ])();
  const condition = (depth: number): string => {
    if (depth === 0) return one([found, found, () => one(["t.n > 4", "t.k = 'a'", "t.g < 2"])])();
    const [a, b] = [condition(depth - 1), condition(depth - 1)];
    return one([
      `(${a} OR ${b})`,
      `(${a} AND ${b})`,
      `NOT (${a})`,
      `(${a}) IS ${not()}${one(["TRUE", "FALSE", "NULL"])}`,
      `CASE WHEN ${a} THEN ${b} ELSE t.g = 1 END`,
    ]);
  };
  const groups = () =>
    `${not()}${one(["t.k IN (SELECT u.k FROM u", "COUNT(*) IN (SELECT u.g FROM u"])}${where(own())})`;
  const query = () =>
    one([
      () => `SELECT t.id FROM t WHERE ${condition(1 + below(2))}`,
      () => `SELECT t.id, ${condition(1)} AS c FROM t`,
      () => `SELECT t.id, ${sought()} AS c, ${found()} AS d FROM t WHERE ${condition(1)}`,
      () => `SELECT t.k, COUNT(*) FILTER (WHERE ${condition(1)}) AS c FROM t GROUP BY t.k`,
      () => `SELECT t.k, COUNT(*) AS c FROM t GROUP BY t.k HAVING COUNT(*) > 3 OR ${groups()}`,
      () => `SELECT t.g, ${groups().replaceAll("t.k", "MAX(t.k)")} AS c FROM t GROUP BY t.g`,
      () => `SELECT ${sought()} AS c, COUNT(*) AS n FROM t GROUP BY 1`,
    ])();
  return { rows, query };
}

/** For us what is grouped by is written out, for DuckDB its place is enough. */
function writtenOut(sql: string): string {
  const [, key] = /^SELECT (.*) AS c, COUNT\(\*\) AS n FROM t GROUP BY 1$/.exec(sql) ?? [];
  return key === undefined ? sql : sql.replace(/1$/, key);
}

test(`${runs} random queries`, { timeout: 600_000 }, async () => {
  const { rows, query } = drawer(new Random(drawingSeed));
  for (let run = 0; run < runs; run++) {
    const tables = { t: rows(12), u: rows(run % 9 === 0 ? 1 : 15) };
    const sql = query();
    const world = new SltWorld(ways[run % ways.length]!);
    for (const [name, all] of Object.entries(tables)) {
      world.bind(`CREATE TABLE ${name} (${columns})`);
      const { schema } = world.catalog.table(name)!;
      await oracle.fill(name, schema, all);
    }
    // Rows of both come by turns.
    for (let at = 0; at < 15; at += 3) {
      for (const [name, all] of Object.entries(tables)) {
        const lines = all.slice(at, at + 3).map((row) => JSON.stringify(row));
        if (lines.length > 0) world.addRows(name, lines);
      }
    }
    const given = await world.query(writtenOut(sql)).catch((error: unknown) => {
      throw new Error(`run ${run}: ${sql}`, { cause: error });
    });
    const found = finalRows(given.rows).map((row) => row.map(String).join("|"));
    const wanted = (await oracle.query(sql)).map((row) => row.map(String).join("|"));
    expect(found.sort(), `run ${run}: ${sql}`).toEqual(wanted.sort());
  }
});
