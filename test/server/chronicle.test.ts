/** What the server says of itself across restarts: over HTTP, from its own data folder. */
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ChronicleAnswer } from "../../src/serving/chronicle.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { shopSql, testServer } from "../support/test-server.ts";

async function told(url: string, query = ""): Promise<ChronicleAnswer["entries"]> {
  const answer = await fetch(`${url}/v1/chronicle${query}`);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as ChronicleAnswer).entries;
}

test("a start tells how long the server was away, and which views are others since", async () => {
  const data = scratchFolder();
  const first = await testServer({ data, sql: shopSql });
  expect(await told(first.url)).toEqual([]);
  await first.close();
  const goneMs = Date.now() - 60_000;
  utimesSync(join(data, "chronicle.json"), goneMs / 1_000, goneMs / 1_000);
  const sql = shopSql.replace("SUM(amount)", "SUM(amount) + 0");
  expect(sql).not.toBe(shopSql);
  const second = await testServer({ data, sql });
  const [away, changed, ...more] = await told(second.url);
  expect(more).toEqual([]);
  expect(away).toEqual({
    kind: "away",
    from: new Date(goneMs).toISOString(),
    to: expect.any(String) as string,
  });
  expect(changed).toMatchObject({ kind: "changed", views: ["sales"] });
  const before = `?to=${new Date(goneMs).toISOString()}`;
  expect(await told(second.url, before)).toEqual([]);
});

test("a view that is replaced while the server runs is told within seconds", async () => {
  const server = await testServer({ sql: shopSql });
  await server.engine.replace(shopSql.replace("SUM(amount)", "MAX(amount)"));
  await expect.poll(() => told(server.url)).toMatchObject([{ kind: "changed", views: ["sales"] }]);
});
