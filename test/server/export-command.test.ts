/** `quickwater export` as a process against a server: what is written, what is told, and the exit codes. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { CountedRows } from "../../src/cli/export/counted-rows.ts";
import { quickwater } from "../support/quickwater-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { order, testServer } from "../support/test-server.ts";

async function filled() {
  const server = await testServer({ history: { everyMs: 20 } });
  await server.engine.send("orders", [order(1, 1), order(2, 2, "b\n2", 2.5), order(3, 12)]);
  await expect.poll(() => server.history!.state.rowsAdded, { timeout: 20_000 }).toBe(3);
  await expect.poll(() => server.engine.rows("sales").length).toBe(3);
  return server;
}

test("rows go to standard output, or to a file whose ending says the form", async () => {
  const { url } = await filled();
  const folder = scratchFolder();
  const asked = (...args: string[]) => quickwater(["export", ...args, "--server", url]);
  const printed = await asked("orders", "--columns", "id,k", "--from", "2026-03-01T00:00:02Z");
  expect(printed).toMatchObject({ code: 0, stdout: 'id,k\r\n2,"b\n2"\r\n3,a\r\n', stderr: "" });
  const file = join(folder, "sales.ndjson");
  const view = await asked("sales", "--columns", "k,total", "--where", "k = 'a'", "--out", file);
  expect(view.code, view.stderr).toBe(0);
  expect(view.stderr).toMatch(/^sales: 2 rows, 0\.0 MB in \d+\.\d s → .*sales\.ndjson\n$/);
  expect(readFileSync(file, "utf8")).toBe('{"k":"a","total":"1.00"}\n{"k":"a","total":"1.00"}\n');
  const parquet = join(folder, "orders.parquet");
  expect((await asked("orders", "--out", parquet)).stderr).toMatch(/^orders: 3 rows/);
  expect(readFileSync(parquet).subarray(-4).toString()).toBe("PAR1");
  const csv = join(folder, "orders.csv");
  expect((await asked("orders", "--out", csv)).stderr).toMatch(/^orders: 3 rows/);
  expect(readdirSync(folder).sort()).toEqual(["orders.csv", "orders.parquet", "sales.ndjson"]);
});

test("a mistake is told with exit code 1, and no file is made", async () => {
  const { url } = await filled();
  const out = join(scratchFolder(), "x.csv");
  const asked = (...args: string[]) => quickwater(["export", ...args, "--out", out, "--server", url]);
  const unknown = await asked("ordres");
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toContain("Did you mean orders?");
  const where = await asked("orders", "--where", "id = = 2");
  expect([where.code, where.stderr.split("\n")[0]]).toEqual([1, expect.stringMatching(/^1:6: /)]);
  expect((await asked("orders", "--format", "cvs")).stderr).toContain("did you mean csv?");
  expect((await quickwater(["export"])).code).toBe(1);
  expect(existsSync(out)).toBe(false);
  const nowhere = await quickwater(["export", "orders", "--out", "/nonexistent/x.csv", "--server", url]);
  expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining("cannot be written: ENOENT")]);
});

test("an export that breaks off leaves the file of before as it was, and exit code 2", async () => {
  const broken = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/csv" });
    response.write("id\r\n1\r\n", () => response.destroy());
  });
  await new Promise<void>((resolve) => broken.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void broken.close());
  const url = `http://127.0.0.1:${(broken.address() as AddressInfo).port}`;
  const folder = scratchFolder();
  const out = join(folder, "orders.csv");
  writeFileSync(out, "of yesterday");
  const { code, stderr } = await quickwater(["export", "orders", "--out", out, "--server", url]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("The export broke off after")]);
  expect(readFileSync(out, "utf8")).toBe("of yesterday");
  expect(readdirSync(folder)).toEqual(["orders.csv"]);
});

test("rows are counted where they come in pieces, with ends of lines in quotes", () => {
  const rows = new CountedRows("csv");
  for (const piece of ["a,b\r", '\n1,"x\r\n', '""y""\r\n"\r\n2', ",3\r\n"]) rows.add(Buffer.from(piece));
  expect(rows.count).toBe(2);
  expect(new CountedRows("json").count).toBeUndefined();
});
