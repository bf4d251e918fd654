/** Values of sub-queries that read the row around them, at random: what is left in the end is DuckDB's. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { DuckDb, type JsonRow } from "../../src/rehearsal/duck-db.ts";
import { Random } from "../../src/simulate/random.ts";
import { finalRows, type SltWay, SltWorld } from "../sql/slt-runner.ts";
import { caseCount, drawingSeed } from "../support/drawing.ts";

const runs = caseCount(60);
const columns = "id INT, k STRING, n INT, g INT";
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
  const value = () => {
    const call = one(["COUNT(*)", "COUNT(u.n)", "SUM(u.n)", "MAX(u.n)", "MIN(u.g)", "COUNT(DISTINCT u.n)"]);
    const around = one([call, call, `COALESCE(${call}, -1)`, `${call} + ${one(["1", "MAX(u.g)"])}`]);
    const compared = one(["u.k = t.k", "t.g = u.g", "u.k = t.k AND u.g = t.g", "u.g = t.g + 1", "u.n = t.n"]);
    const own = one(["", "", " AND u.n > 3", " AND u.k IS NOT NULL"]);
    return `(SELECT ${around} FROM u WHERE ${compared}${own})`;
  };
  const query = () =>
    one([
      () => `SELECT t.id, ${value()} AS v FROM t`,
      () => `SELECT t.id, ${value()} AS v, ${value()} AS w FROM t WHERE t.g < 2`,
      () => `SELECT t.id, t.n FROM t WHERE t.n ${one(["<", ">=", "="])} ${value()}`,
    ])();
  return { rows, query };
}

test(`${runs} random queries`, { timeout: 600_000 }, async () => {
  const { rows, query } = drawer(new Random(drawingSeed));
  for (let run = 0; run < runs; run++) {
    const tables = { t: rows(12), u: rows(15) };
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
    const found = finalRows((await world.query(sql)).rows).map((row) => row.map(String).join("|"));
    const wanted = (await oracle.query(sql)).map((row) => row.map(String).join("|"));
    expect(found.sort(), `run ${run}: ${sql}`).toEqual(wanted.sort());
  }
});
