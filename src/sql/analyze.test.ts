import { describe, expect, test } from "vitest";
import { Catalog } from "../catalog/catalog.ts";
import { formatType } from "../values/sql-type.ts";
import { analyzeScript, type BoundStatement } from "./analyze.ts";
import { passes } from "./optimize/optimizer.ts";
import type { LogicalPlan } from "./plan/logical-plan.ts";
import { inputsOf } from "./plan/map-plan.ts";

const tables = `
CREATE TABLE orders (
  id STRING NOT NULL, amount DECIMAL(10, 2), units INT NOT NULL,
  location ROW<country STRING NOT NULL, geo ROW<lat DOUBLE>>,
  tags ARRAY<STRING>, ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('dedup-key' = 'id', 'dedup-span' = '24 h');
CREATE TABLE stock (sku STRING, units INT, PRIMARY KEY (sku) NOT ENFORCED);
CREATE TABLE clicks (page STRING, at_time TIMESTAMP_LTZ(3), WATERMARK FOR at_time AS at_time);
CREATE TABLE sink (id STRING, units BIGINT NOT NULL) WITH ('connector' = 'print');
`;
const window = "TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE))";

function last(statement: string, catalog = new Catalog()): BoundStatement {
  const { bound, errors } = analyzeScript(`${tables}${statement}`, catalog);
  expect(errors.map((error) => error.message)).toEqual([]);
  return bound.at(-1)!;
}

function planOf(statement: string): LogicalPlan {
  const bound = last(statement);
  if (!("plan" in bound)) throw new Error("no plan");
  return bound.plan;
}

function schemaText(plan: LogicalPlan): string {
  return plan.schema.columns.map(({ name, type }) => `${name} ${formatType(type)}`).join(", ");
}

function nodes(plan: LogicalPlan): string[] {
  return [plan.kind, ...inputsOf(plan).flatMap(nodes)];
}

function find<K extends LogicalPlan["kind"]>(plan: LogicalPlan, kind: K): Extract<LogicalPlan, { kind: K }> {
  if (plan.kind === kind) return plan as Extract<LogicalPlan, { kind: K }>;
  const [input] = inputsOf(plan);
  if (input === undefined) throw new Error(`no ${kind}`);
  return find(input, kind);
}

describe("CREATE TABLE", () => {
  test("a table without a connector is a stream with its dead letters beside it", () => {
    const catalog = new Catalog();
    last("", catalog);
    expect(catalog.table("orders")).toMatchObject({
      origin: { kind: "stream" },
      watermark: { column: 5, delayMs: 5000 },
      options: { "dedup-key": "id", "dedup-span": "24 h" },
    });
    expect(catalog.table("orders$dead")?.origin).toEqual({ kind: "dead", of: "orders" });
    expect(catalog.table("sink")?.origin).toEqual({ kind: "connector", connector: "print" });
    expect(catalog.table("sink$dead")).toBeUndefined();
  });

  test("the key's columns are NOT NULL, the watermark's column is the rowtime", () => {
    const catalog = new Catalog();
    last("", catalog);
    const { columns } = catalog.table("orders")!.schema;
    const stock = catalog.table("stock")!;
    expect(stock.primaryKey).toEqual([0]);
    expect(stock.schema.columns[0]!.type.nullable).toBe(false);
    expect(columns[5]!.type).toEqual({
      kind: "TIMESTAMP",
      precision: 3,
      nullable: true,
      attribute: "rowtime",
    });
  });

  test("IF NOT EXISTS leaves an existing table alone", () => {
    expect(last("CREATE TABLE IF NOT EXISTS sink (other INT)")).toMatchObject({
      table: { name: "sink", schema: { columns: [{}, {}] } },
    });
  });

  test("types without numbers have Flink's", () => {
    const bound = last(
      "CREATE TABLE u (a DECIMAL, b CHAR, c VARCHAR, d TIME, e TIMESTAMP, f TIMESTAMP_LTZ, g BYTES, " +
        "h DOUBLE PRECISION)",
    );
    if (bound.kind !== "CreateTable") throw new Error("no table");
    expect(bound.table.schema.columns.map(({ type }) => formatType(type))).toEqual([
      "DECIMAL(10, 0)",
      "CHAR(1)",
      "STRING",
      "TIME(0)",
      "TIMESTAMP(6)",
      "TIMESTAMP_LTZ(6)",
      "BYTES",
      "DOUBLE",
    ]);
  });
});

describe("window aggregation", () => {
  const view = `CREATE MATERIALIZED VIEW v WITH ('emit' = 'final', 'max-rows' = '500') AS
    SELECT window_start, window_end, UPPER(o.location.country) AS country, COUNT(*) AS orders,
      SUM(amount) AS revenue,
      SUM(units) AS units, AVG(amount) AS average, MAX(units) FILTER (WHERE amount > 5) AS most,
      SUM(amount) / COUNT(*) AS aov
    FROM ${window} AS o WHERE units > 0 GROUP BY window_start, window_end, UPPER(o.location.country)`;

  test("the view has Flink's types, and the window and its keys as key", () => {
    const bound = last(view);
    if (bound.kind !== "CreateMaterializedView") throw new Error("no view");
    expect(schemaText(bound.plan)).toBe(
      "window_start TIMESTAMP(3) NOT NULL, window_end TIMESTAMP(3) NOT NULL, country STRING, " +
        "orders BIGINT NOT NULL, revenue DECIMAL(38, 2), units INT NOT NULL, " +
        "average DECIMAL(38, 6), most INT, " +
        "aov DECIMAL(38, 6)",
    );
    expect(bound.view).toMatchObject({ emit: "final", rowsMax: 500, key: [0, 1, 2] });
    expect(bound.view.statement).toBe(view);
  });

  test("keys and arguments are computed below, what is over aggregates above", () => {
    const plan = planOf(view);
    expect(nodes(plan)).toEqual(["Project", "WindowAggregate", "Project", "Filter", "Scan"]);
    expect(find(plan, "WindowAggregate")).toMatchObject({
      window: { kind: "TUMBLE", timeColumn: 0, sizeMs: 60_000, offsetMs: 0 },
      keys: [1],
      properties: ["window_start", "window_end"],
    });
  });

  test("an aggregate written twice is computed once", () => {
    const plan = planOf(`SELECT SUM(units), SUM(units) + 1 FROM ${window} GROUP BY window_start, window_end`);
    expect(find(plan, "WindowAggregate").aggregates).toHaveLength(1);
  });

  test("a TIMESTAMP_LTZ gives a window_time of its own kind, start and end stay plain", () => {
    const plan = planOf(
      `SELECT window_start, window_end, window_time, COUNT(*) AS n FROM TABLE(TUMBLE(DATA => TABLE clicks,
       TIMECOL => DESCRIPTOR(at_time), SIZE => INTERVAL '1' HOUR, \`OFFSET\` => INTERVAL '-5' MINUTES))
       GROUP BY window_start, window_end, window_time`,
    );
    expect(plan.schema.columns.map(({ type }) => type)).toEqual([
      { kind: "TIMESTAMP", precision: 3, nullable: false },
      { kind: "TIMESTAMP", precision: 3, nullable: false },
      { kind: "TIMESTAMP_LTZ", precision: 3, nullable: false, attribute: "rowtime" },
      { kind: "BIGINT", nullable: false },
    ]);
    expect(find(plan, "WindowAggregate").window).toMatchObject({ sizeMs: 3_600_000, offsetMs: -300_000 });
  });

  test("computing with a time attribute loses it", () => {
    const plan = planOf("SELECT ts, ts + INTERVAL '1' SECOND AS later FROM orders");
    expect(plan.schema.columns.map(({ type }) => "attribute" in type && type.attribute)).toEqual([
      "rowtime",
      false,
    ]);
  });
});

describe("INSERT INTO", () => {
  test("columns go by place and are widened as Flink widens them", () => {
    const plan = planOf("INSERT INTO sink SELECT id AS whatever, units FROM orders");
    expect(schemaText(plan)).toBe("id STRING NOT NULL, units BIGINT NOT NULL");
  });
});

test("a script goes on after a mistake and tells all of them in order", () => {
  const { bound, errors } = analyzeScript(
    "SELECT a FROM t1; CREATE TABLE t2 (a INT); SELECT FROM t2; SELECT b FROM t2",
    new Catalog(),
  );
  expect(bound.map(({ kind }) => kind)).toEqual(["CreateTable"]);
  expect(errors.map(({ code, position }) => [code, position?.column])).toEqual([
    ["sql.unknown-table", 15],
    ["sql.syntax", 51],
    ["sql.unknown-column", 67],
  ]);
});

describe("the optimizer", () => {
  const query = `SELECT location.geo.lat, units FROM orders WHERE location.country = 'DE' AND units > 1 + 1`;

  test("the scan reads the touched fields by their paths, and always the event time", () => {
    const scan = find(planOf(query), "Scan");
    expect(scan.columns.map(({ path }) => path.join("."))).toEqual([
      "units",
      "location.country",
      "location.geo.lat",
      "ts",
    ]);
    expect(scan.rowtime).toBe(3);
    // The country is NOT NULL inside a location that may be NULL.
    expect(scan.columns[1]!.type.nullable).toBe(true);
  });

  test("a ROW is read whole only where it is used whole", () => {
    const paths = (text: string) => find(planOf(text), "Scan").columns.map(({ path }) => path.join("."));
    expect(paths("SELECT location FROM orders")).toEqual(["location", "ts"]);
    expect(paths("SELECT location, location.geo.lat FROM orders")).toEqual([
      "location.geo.lat",
      "location",
      "ts",
    ]);
  });

  test("constants are computed once, but never a failure", () => {
    expect(JSON.stringify(find(planOf(query), "Filter").predicate)).not.toContain("ADD");
    expect(JSON.stringify(planOf("SELECT 1 / 0 AS x FROM orders"))).toContain("DIVIDE");
    const folded = planOf("SELECT CASE WHEN 1 = 1 THEN units ELSE 1 / 0 END AS x FROM orders");
    expect(JSON.stringify(folded)).not.toContain("Case");
  });

  test("a filter that is always TRUE and a projection that changes nothing go", () => {
    expect(nodes(planOf("SELECT page, at_time FROM clicks WHERE 1 = 1"))).toEqual(["Scan"]);
    expect(nodes(planOf("SELECT at_time, page FROM clicks"))).toEqual(["Project", "Scan"]);
    expect(nodes(planOf("SELECT page AS p, at_time FROM clicks"))).toEqual(["Project", "Scan"]);
  });

  test.each(passes.map(({ name }) => name))("%s can be left out, the schema stays", (name) => {
    const catalogs = [new Catalog(), new Catalog()] as const;
    const text = `${tables}${query}`;
    const [all, without] = [
      analyzeScript(text, catalogs[0]).bound.at(-1)!,
      analyzeScript(text, catalogs[1], { withoutPasses: new Set([name]) }).bound.at(-1)!,
    ];
    if (all.kind !== "Select" || without.kind !== "Select") throw new Error("no query");
    expect(schemaText(without.plan)).toBe(schemaText(all.plan));
  });
});
