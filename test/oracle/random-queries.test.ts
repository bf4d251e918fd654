/**
 * Random queries out of everything that has a batch meaning, each inside of others: filters, groups, joins,
 * IN, UNION ALL, DISTINCT, Top-N. What is left of their changes is what DuckDB gives for the same text, and
 * no change takes back what was not there.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { QuickwaterError } from "../../src/errors/quickwater-error.ts";
import { DuckDb, type JsonRow } from "../../src/rehearsal/duck-db.ts";
import type { SqlValue } from "../../src/values/sql-value.ts";
import { finalRows, SltWorld } from "../sql/slt-runner.ts";
import { caseCount } from "../support/drawing.ts";

const runs = caseCount(150);

type Kind = "int" | "text";
interface Relation {
  readonly sql: string;
  readonly kinds: readonly Kind[];
}

const tableNames = ["t", "u"] as const;
const rowArbitrary = fc.record({
  table: fc.constantFrom(...tableNames),
  a: fc.option(fc.integer({ min: -2, max: 3 }), { nil: null, freq: 6 }),
  b: fc.option(fc.constantFrom("x", "y", "a text that is longer than sixteen bytes"), { nil: null, freq: 6 }),
  c: fc.integer({ min: 0, max: 9 }),
});

/** Draws from what fast-check has in store, so that a failure can be shrunk. */
class Writer {
  readonly #draw: fc.GeneratorValue;
  #names = 0;

  constructor(draw: fc.GeneratorValue) {
    this.#draw = draw;
  }

  /** A query whose columns are c0, c1 and so on. */
  query(depth: number): Relation {
    if (depth === 0) return this.#table();
    const makers = [
      () => this.#table(),
      () => this.#select(depth),
      () => this.#groups(depth),
      () => this.#join(depth),
      () => this.#union(depth),
      () => this.#distinct(depth),
      () => this.#first(depth),
      () => this.#half(depth),
    ];
    return makers[this.#below(makers.length)]!();
  }

  #table(): Relation {
    const name = tableNames[this.#below(2)]!;
    return { sql: `SELECT a AS c0, b AS c1, c AS c2 FROM ${name}`, kinds: ["int", "text", "int"] };
  }

  #select(depth: number): Relation {
    const { from, columns, kinds } = this.#from(depth);
    const items = this.#times(3, () => this.#expression(columns, kinds, 2));
    const where = this.#below(2) === 0 ? "" : ` WHERE ${this.#condition(columns, kinds, 2)}`;
    return selected(items, `FROM ${from}${where}`);
  }

  #groups(depth: number): Relation {
    const { from, columns, kinds } = this.#from(depth);
    // Over no row a stream gives no row, where a batch gives one: there is always a key.
    const key = this.#below(columns.length);
    const calls = this.#times(2, (): Item => {
      const place = this.#below(columns.length);
      const distinct = this.#below(4) === 0 ? "DISTINCT " : "";
      const ofInt = ["SUM", "COUNT", "MIN", "MAX"][this.#below(4)]!;
      const name = kinds[place] === "int" ? ofInt : ["COUNT", "MIN", "MAX"][this.#below(3)]!;
      const kind = name === "COUNT" ? "int" : kinds[place]!;
      const filter = this.#below(5) === 0 ? ` FILTER (WHERE ${this.#condition(columns, kinds, 1)})` : "";
      return { sql: `${name}(${distinct}${columns[place]})${filter}`, kind };
    });
    const items = [{ sql: columns[key]!, kind: kinds[key]! }, ...calls];
    const having = this.#below(3) === 0 ? ` HAVING COUNT(*) > ${this.#below(3)}` : "";
    return selected(items, `FROM ${from} GROUP BY ${columns[key]}${having}`);
  }

  #join(depth: number): Relation {
    const left = this.#from(depth);
    const right = this.#from(depth - 1);
    const type = ["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"][this.#below(4)]!;
    const on = this.#equal(left, right) ?? "1 = 1";
    const columns = [...left.columns, ...right.columns];
    const kinds = [...left.kinds, ...right.kinds];
    const more =
      this.#below(3) === 0 && type !== "FULL JOIN" ? ` AND ${this.#condition(columns, kinds, 1)}` : "";
    const items = this.#times(3, () => this.#column(columns, kinds));
    return selected(items, `FROM ${left.from} ${type} ${right.from} ON ${on}${more}`);
  }

  #union(depth: number): Relation {
    const [one, other] = [this.query(depth - 1), this.query(0)];
    const pick = (relation: Relation, kind: Kind) => {
      const places = relation.kinds.flatMap((each, place) => (each === kind ? [place] : []));
      return places.length === 0 ? undefined : places[this.#below(places.length)]!;
    };
    const kind: Kind = this.#below(2) === 0 ? "int" : "text";
    const [left, right] = [pick(one, kind), pick(other, kind)];
    if (left === undefined || right === undefined) return one;
    const part = ({ sql }: Relation, place: number) =>
      `SELECT c${place} AS c0 FROM (${sql}) AS ${this.#name()}`;
    return { sql: `${part(one, left)} UNION ALL ${part(other, right)}`, kinds: [kind] };
  }

  #distinct(depth: number): Relation {
    const { from, columns, kinds } = this.#from(depth);
    const items = this.#times(2, () => this.#column(columns, kinds));
    const relation = selected(items, `FROM ${from}`);
    return { ...relation, sql: relation.sql.replace("SELECT", "SELECT DISTINCT") };
  }

  /**
   * The first rows of each key; all columns order them, so that ties are equal rows. Without a key DuckDB
   * gives a row of NULLs where there is no row at all.
   */
  #first(depth: number): Relation {
    const { from, columns, kinds } = this.#from(depth);
    const order = columns.map((column) => `${column}${this.#below(2) === 0 ? "" : " DESC"} NULLS LAST`);
    const by = `PARTITION BY ${columns[this.#below(columns.length)]} `;
    const inner = `SELECT *, ROW_NUMBER() OVER (${by}ORDER BY ${order.join(", ")}) AS rn FROM ${from}`;
    const name = this.#name();
    const limit = ["rn <= 2", "rn = 1", "rn BETWEEN 2 AND 3"][this.#below(3)]!;
    const items = columns.map((column, place) => ({
      sql: column.replace(/^.*\./, `${name}.`),
      kind: kinds[place]!,
    }));
    return selected(items, `FROM (${inner}) AS ${name} WHERE ${limit}`);
  }

  #half(depth: number): Relation {
    const left = this.#from(depth);
    const right = this.#from(depth - 1);
    const not = this.#below(2) === 0 ? "" : "NOT ";
    const items = left.columns.map((sql, place) => ({ sql, kind: left.kinds[place]! }));
    const equal = this.#equal(left, right);
    if (equal === undefined || this.#below(2) === 0) {
      const on = equal ?? "1 = 1";
      return selected(
        items,
        `FROM ${left.from} WHERE ${not}EXISTS (SELECT 1 FROM ${right.from} WHERE ${on})`,
      );
    }
    const [own, others] = equal.split(" = ");
    return selected(items, `FROM ${left.from} WHERE ${own} ${not}IN (SELECT ${others} FROM ${right.from})`);
  }

  #from(depth: number) {
    const { sql, kinds } = this.query(Math.max(0, depth - 1));
    const name = this.#name();
    return { from: `(${sql}) AS ${name}`, columns: kinds.map((_, place) => `${name}.c${place}`), kinds };
  }

  #equal(left: Columns, right: Columns): string | undefined {
    const kind: Kind = this.#below(2) === 0 ? "int" : "text";
    const [own, others] = [left, right].map(({ columns, kinds }) =>
      columns.filter((_, place) => kinds[place] === kind),
    ) as [string[], string[]];
    if (own.length === 0 || others.length === 0) return undefined;
    return `${own[this.#below(own.length)]} = ${others[this.#below(others.length)]}`;
  }

  #column(columns: readonly string[], kinds: readonly Kind[]): Item {
    const place = this.#below(columns.length);
    return { sql: columns[place]!, kind: kinds[place]! };
  }

  #expression(columns: readonly string[], kinds: readonly Kind[], depth: number): Item {
    const one = this.#column(columns, kinds);
    if (depth === 0) return one;
    const condition = () => this.#condition(columns, kinds, depth - 1);
    const made =
      one.kind === "int"
        ? [
            `${one.sql} + ${this.#below(3)}`,
            `-${one.sql}`,
            `COALESCE(${one.sql}, 7)`,
            `NULLIF(${one.sql}, 1)`,
          ]
        : [`UPPER(${one.sql})`, `${one.sql} || 'z'`, `COALESCE(${one.sql}, 'none')`];
    const sql = [one.sql, `CASE WHEN ${condition()} THEN ${one.sql} END`, ...made][
      this.#below(made.length + 2)
    ]!;
    return { sql, kind: one.kind };
  }

  #condition(columns: readonly string[], kinds: readonly Kind[], depth: number): string {
    const { sql, kind } = this.#column(columns, kinds);
    const part = () => this.#condition(columns, kinds, depth - 1);
    const plain = [
      kind === "int" ? `${sql} > ${this.#below(4) - 1}` : `${sql} = 'x'`,
      kind === "int" ? `${sql} IN (0, 2)` : `${sql} LIKE '%x%'`,
      `${sql} IS NULL`,
      `${sql} IS NOT NULL`,
    ];
    const nested = [
      () => `(${part()} AND ${part()})`,
      () => `(${part()} OR ${part()})`,
      () => `NOT ${part()}`,
    ];
    const choice = this.#below(depth === 0 ? plain.length : plain.length + nested.length);
    return choice < plain.length ? plain[choice]! : nested[choice - plain.length]!();
  }

  #times(most: number, make: () => Item): readonly Item[] {
    return Array.from({ length: 1 + this.#below(most) }, make);
  }

  #name(): string {
    return `q${this.#names++}`;
  }

  #below(count: number): number {
    return this.#draw(fc.nat, { max: count - 1 });
  }
}

interface Item {
  readonly sql: string;
  readonly kind: Kind;
}
interface Columns {
  readonly columns: readonly string[];
  readonly kinds: readonly Kind[];
}

function selected(items: readonly Item[], rest: string): Relation {
  const list = items.map(({ sql }, place) => `${sql} AS c${place}`).join(", ");
  return { sql: `SELECT ${list} ${rest}`, kinds: items.map(({ kind }) => kind) };
}

let oracle: DuckDb;
beforeAll(async () => {
  oracle = await DuckDb.open();
});
afterAll(() => oracle.close());

const spelt = (rows: readonly (readonly (SqlValue | string)[])[]) =>
  rows.map((values) => values.map((value) => (value === null ? "NULL" : String(value))).join(" | ")).sort();

test(`${runs} random queries equal DuckDB's`, { timeout: 600_000 }, async () => {
  const wayArbitrary = fc.record({
    mode: fc.constantFrom("compiled" as const, "interpreted" as const),
    chunkRows: fc.integer({ min: 1, max: 30 }),
    restores: fc.boolean(),
  });
  let compared = 0;
  const rowsArbitrary = fc.array(rowArbitrary, { maxLength: 25, size: "max" });
  const property = fc.asyncProperty(rowsArbitrary, wayArbitrary, fc.gen(), async (rows, way, draw) => {
    const { sql } = new Writer(draw).query(3);
    const world = new SltWorld(way);
    for (const table of tableNames) {
      world.bind(`CREATE TABLE ${table} (a INT, b STRING, c INT NOT NULL)`);
      const own = rows.filter((row) => row.table === table).map(({ a, b, c }): JsonRow => ({ a, b, c }));
      await oracle.fill(table, world.catalog.table(table)!.schema, own);
    }
    for (const { table, a, b, c } of rows) world.addRows(table, [JSON.stringify({ a, b, c })]);
    let ours: Awaited<ReturnType<SltWorld["query"]>>;
    try {
      ours = await world.query(sql);
    } catch (error) {
      if (error instanceof QuickwaterError && refused.has(error.code)) return;
      throw new Error(`${sql}\n${String(error)}`, { cause: error });
    }
    compared++;
    expect(spelt(finalRows(ours.rows)), sql).toEqual(spelt(await oracle.query(sql)));
  });
  await fc.assert(property, { numRuns: runs });
  expect(compared).toBeGreaterThan(runs / 2);
});

/** What Flink refuses too, and a random query may ask for. */
const refused: ReadonlySet<string> = new Set(["sql.not-flink", "sql.not-supported-yet"]);
