import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { projectOf } from "../../test/support/project-folder.ts";
import { QueryCheck } from "../history/query-check.ts";
import { checkWholeProject } from "./checked-history.ts";
import { KnownProject } from "./known-project.ts";

const table = `CREATE TABLE orders (id BIGINT, shop STRING, ts TIMESTAMP_LTZ(3) NOT NULL,
  WATERMARK FOR ts AS ts);`;
const endpoint = (condition: string) =>
  `path: /orders\nsummary: Orders\nover: history\nsql: SELECT shop FROM orders WHERE ${condition}\n`;

test("DuckDB is asked anew where what it is asked, or of what, has changed, and only there", async () => {
  const folder = projectOf({
    "quickwater.yaml": "name: shop",
    "sql/orders.sql": table,
    "endpoints/orders.yaml": endpoint("id > 1"),
    "analyses/events.yaml": "events:\n  ordered: { stream: orders, actor: shop, where: id > 2 }\n",
  });
  const open = vi.spyOn(QueryCheck, "open");
  const known = new KnownProject();
  const save = async (path: string, text: string) => {
    writeFileSync(join(folder, path), text);
    const { endpoints, mistakes } = await checkWholeProject(folder, known);
    return { endpoints: endpoints.length, mistakes: mistakes.join("\n"), asked: open.mock.calls.length };
  };
  const view = "CREATE MATERIALIZED VIEW v WITH ('retention' = '1 d') AS";
  const first = await save("sql/views.sql", `${view} SELECT shop, COUNT(*) AS n FROM orders GROUP BY shop`);
  expect(first).toEqual({ endpoints: 1, mistakes: "", asked: 1 });
  const other = await save("sql/views.sql", `${view} SELECT shop, SUM(id) AS n FROM orders GROUP BY shop`);
  expect(other).toEqual(first);
  const wrong = await save("endpoints/orders.yaml", endpoint("idd > 1"));
  expect(wrong).toMatchObject({ mistakes: expect.stringContaining("idd"), asked: 2 });
  expect(await save("endpoints/orders.yaml", endpoint("id > 3"))).toEqual({ ...first, asked: 3 });
  const renamed = await save("sql/orders.sql", table.replace("id BIGINT", "number BIGINT"));
  expect(renamed.mistakes).toContain("number");
  expect(await save("sql/views.sql", "")).toMatchObject({
    mistakes: expect.stringMatching(/id[\s\S]*id/),
    asked: 4,
  });
});
