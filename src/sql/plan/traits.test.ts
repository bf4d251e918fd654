import { describe, expect, test } from "vitest";
import { Catalog } from "../../catalog/catalog.ts";
import { analyzeScript } from "../analyze.ts";

const tables = `
  CREATE TABLE t (k STRING, g STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts);
  CREATE VIEW counts AS SELECT window_start, window_end, window_time, k, COUNT(*) AS c
    FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE, INTERVAL '5' MINUTE))
    GROUP BY window_start, window_end, window_time, k;
  CREATE VIEW pairs AS SELECT window_start, window_end, window_time, k, g, COUNT(*) AS c
    FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' MINUTE))
    GROUP BY window_start, window_end, window_time, k, g;`;

/** The key of a view over the join, or the code of why it has none. */
function keyOfJoin(join: string): readonly string[] | string {
  const view = `CREATE MATERIALIZED VIEW v AS SELECT a.window_start, a.window_end, a.k, b.c FROM ${join}`;
  const { bound, errors } = analyzeScript(tables + view, new Catalog());
  const made = bound.at(-1);
  if (errors[0] !== undefined || made?.kind !== "CreateMaterializedView") return errors[0]?.code ?? "no view";
  return made.view.key.map((place) => made.view.schema.columns[place]!.name);
}

describe("windows that meet by their times", () => {
  const before = "b.window_time = a.window_time - INTERVAL '5' MINUTE";

  test("are told apart by the one side, when the other's key is said too", () => {
    const ofOne = ["window_start", "window_end", "k"];
    expect(keyOfJoin(`counts AS a LEFT JOIN counts AS b ON a.k = b.k AND ${before}`)).toEqual(ofOne);
    expect(keyOfJoin(`counts AS a JOIN counts AS b ON a.k = b.k AND ${before}`)).toEqual(ofOne);
  });

  test("need both keys where a row may meet several", () => {
    expect(keyOfJoin(`counts AS a LEFT JOIN pairs AS b ON a.k = b.k AND ${before}`)).toBe("sql.view-key");
    const span = "b.window_time BETWEEN a.window_time - INTERVAL '5' MINUTE AND a.window_time";
    expect(keyOfJoin(`counts AS a LEFT JOIN counts AS b ON a.k = b.k AND ${span}`)).toBe("sql.view-key");
    expect(keyOfJoin(`counts AS a FULL JOIN counts AS b ON a.k = b.k AND ${before}`)).toBe("sql.view-key");
  });
});
