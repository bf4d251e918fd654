/** What EXPLAIN says of a query when one pass of the optimizer has run and no other. */
import { Catalog } from "../../src/catalog/catalog.ts";
import { analyzeScript } from "../../src/sql/analyze.ts";
import { explainedText, explainPlan } from "../../src/sql/explain/explain-plan.ts";
import { passes } from "../../src/sql/optimize/optimizer.ts";

const tables = `
  CREATE TABLE sales (shop STRING, item STRING, amount INT, text STRING, ts TIMESTAMP(3),
    WATERMARK FOR ts AS ts);`;

/** Stages from the result down, one a line. Without a name no pass has run. */
export function explainedBy(pass: string | undefined, query: string): readonly string[] {
  const others = passes.map(({ name }) => name).filter((name) => name !== pass);
  const { bound, errors } = analyzeScript(tables + query, new Catalog(), {
    withoutPasses: new Set(others),
    inputEnds: true,
  });
  if (errors[0] !== undefined) throw errors[0];
  const select = bound.at(-1)!;
  if (select.kind !== "Select") throw new Error("no query");
  const text = explainedText([explainPlan(select.plan, [], undefined)]);
  return text.split("\n").map((line) => line.trim().replace(" [inserts only]", ""));
}
