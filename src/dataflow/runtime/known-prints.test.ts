import { expect, test } from "vitest";
import { boundProject } from "../../../test/support/engine-world.ts";
import type { EngineQueries } from "./engine-queries.ts";
import { KnownPrints } from "./known-prints.ts";
import type { QueryPrints } from "./query-changes.ts";

const script = `CREATE TABLE a (k STRING, n INT, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts);
CREATE TABLE b (k STRING, n INT, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts);
INSERT INTO b SELECT k, n, ts FROM a WHERE n > 1;
INSERT INTO b SELECT k, n, ts FROM a WHERE n < 1;
CREATE MATERIALIZED VIEW v WITH ('retention' = '1 h') AS SELECT k, COUNT(*) AS c FROM a GROUP BY k;
CREATE MATERIALIZED VIEW w WITH ('retention' = '1 h') AS SELECT k, SUM(n) AS s FROM b GROUP BY k;`;

/** Prints that say what was laid out, and when. */
class Layouts {
  readonly asked: (readonly string[])[] = [];

  readonly tell = ({ views, inserts }: EngineQueries): QueryPrints => {
    const time = this.asked.length;
    this.asked.push([...views.map(({ view }) => view.name), ...inserts.map(({ statement }) => statement)]);
    const into = Map.groupBy(inserts, ({ target }) => target.name);
    const printed = [...into].map(
      ([target, those]) => [target, those.map(({ statement }) => `${statement} at ${time}`)] as const,
    );
    return {
      views: new Map(views.map(({ view }) => [view.name, `${view.name} at ${time}`])),
      inserts: new Map(printed),
    };
  };
}

test("only what is another query than before is laid out again", () => {
  const layouts = new Layouts();
  const known = new KnownPrints("compiled");
  const first = known.of(boundProject(script), layouts.tell);
  expect([...first.views]).toEqual([
    ["v", "v at 0"],
    ["w", "w at 0"],
  ]);
  const changed = script.replace("COUNT(*)", "SUM(n)").replace("n < 1", "n < 0");
  const second = known.of(boundProject(changed), layouts.tell);
  expect(layouts.asked[1]).toEqual(["v", "INSERT INTO b SELECT k, n, ts FROM a WHERE n < 0"]);
  expect([...second.views]).toEqual([
    ["v", "v at 1"],
    ["w", "w at 0"],
  ]);
  expect(second.inserts.get("b")).toEqual([
    "INSERT INTO b SELECT k, n, ts FROM a WHERE n > 1 at 0",
    "INSERT INTO b SELECT k, n, ts FROM a WHERE n < 0 at 1",
  ]);
});

test("a query that runs is known, one that has failed is not", () => {
  const layouts = new Layouts();
  const known = new KnownPrints("compiled");
  const queries = boundProject(script);
  const running = layouts.tell(queries);
  known.know(queries, { ...running, views: new Map([["v", "v at 0"]]) });
  const prints = known.of(boundProject(script), layouts.tell);
  expect(layouts.asked[1]).toEqual(["w"]);
  expect(prints.views.get("w")).toBe("w at 1");
  expect(prints.inserts).toEqual(running.inserts);
});
