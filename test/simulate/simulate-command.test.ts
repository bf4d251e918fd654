/** `quickwater simulate` as a process of its own: where events go, and what is said when they cannot. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openTarget } from "../../src/cli/simulation/event-target.ts";
import { quickwater } from "../support/quickwater-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { testServer } from "../support/test-server.ts";

const sql = `CREATE TABLE page_views (id STRING NOT NULL, ts TIMESTAMP_LTZ(3) NOT NULL,
  WATERMARK FOR ts AS ts);
CREATE TABLE orders (id STRING NOT NULL, amount DECIMAL(10, 2) NOT NULL, ts TIMESTAMP_LTZ(3) NOT NULL,
  WATERMARK FOR ts AS ts);`;

const world = `
rate: 100
journeys:
  visit:
    weight: 1
    steps:
      - let: { id: { uuid: true } }
      - send: page_views
        fields: { id: { get: id }, ts: { now: true } }
      - chance: 0.3
        then:
          - send: orders
            fields: { id: { get: id }, amount: { decimal: { from: 1, to: 9, scale: 2 } }, ts: { now: true } }
`;

function project(): string {
  const folder = scratchFolder();
  for (const name of ["sql", "simulators"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "sql", "all.sql"), sql);
  writeFileSync(join(folder, "simulators", "shop.yaml"), world);
  return folder;
}

const run = (folder: string, ...args: string[]) =>
  quickwater(["simulate", "shop", "--project", folder, ...args]);

test("several streams are a folder, one is a file or the terminal, with the same lines", async () => {
  const folder = project();
  const same = ["--start", "2026-03-02T09:00:00Z", "--seed", "5"];
  const to = join(folder, "made");
  expect((await run(folder, "--count", "1000", ...same, "--to", to)).code).toBe(0);
  expect(readdirSync(to).sort()).toEqual(["orders.ndjson", "page_views.ndjson"]);
  const [orders, pageViews] = ["orders", "page_views"].map((name) =>
    readFileSync(join(to, `${name}.ndjson`), "utf8"),
  );
  expect((orders! + pageViews!).trimEnd().split("\n").length).toBe(1000);
  const printed = await run(folder, "--count", "200", ...same, "--stream", "orders");
  expect(printed.stdout).toBe(`${orders!.split("\n").slice(0, 200).join("\n")}\n`);
  const file = join(folder, "orders.json");
  await run(folder, "--count", "200", ...same, "--stream", "orders", "--to", file);
  expect(readFileSync(file, "utf8")).toBe(printed.stdout);
});

test("C4: a server that is away for a while is tried again, and takes everything once", async () => {
  const taken: string[] = [];
  const keys = new Set<string>();
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    const key = String(request.headers["idempotency-key"]);
    let body = "";
    request.on("data", (piece: Buffer) => {
      body += String(piece);
    });
    request.on("end", () => {
      // Taken, and its answer lost; then it is busy.
      if (!keys.has(key)) taken.push(...body.trim().split("\n"));
      keys.add(key);
      if (asked === 2) response.destroy();
      else response.writeHead(asked === 3 ? 503 : 200).end("{}");
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const target = openTarget(`http://127.0.0.1:${port}`, ["a"], 10);
  for (const line of ["1", "2", "3"]) await target.send("a", line);
  expect(taken).toEqual(["1", "2", "3"]);
  expect(asked).toBe(5);
  server.close();
  server.closeAllConnections();
  const waiting = target.send("a", "4");
  target.giveUp!();
  await expect(waiting).rejects.toThrow("fetch failed");
});

test("a server that never answered, or takes nothing of it, is told at once", async () => {
  const nobody = openTarget("http://127.0.0.1:9", ["a"], 10);
  await expect(nobody.send("a", "1")).rejects.toThrow();
  const server = await testServer({ sql });
  const target = openTarget(server.url, ["a"], 10);
  await expect(target.send("nobody", "{}")).rejects.toThrow("404");
});

test("a server gets each event in its stream", async () => {
  const server = await testServer({ sql });
  const { code, stderr } = await run(project(), "--count", "300", "--rate", "2000", "--to", server.url);
  expect([code, stderr]).toEqual([0, `300 events sent to ${server.url}.\n`]);
  const { streams } = await server.engine.books();
  const [views, orders] = ["page_views", "orders"].map((name) => streams.get(name)!.logged);
  expect([views! + orders!, orders! > 50]).toEqual([300, true]);
});

test.each([
  [[], "It makes events of several streams (page_views, orders): choose one with --stream"],
  [["--stream", "order"], "The simulator shop has no stream order; did you mean orders?"],
  [["--stream", "orders", "--fault", "lat"], "There is no fault lat; did you mean late?"],
  [["--stream", "orders", "--start", "soon"], "--start must be a time like"],
  [["--to", "/dev/null/x"], "/dev/null/x cannot be written"],
])("%j is refused", async (args, said) => {
  const { code, stderr } = await run(project(), "--count", "10", ...args);
  expect(stderr).toContain(said);
  expect(code).toBeGreaterThan(0);
});

test("a world's mistake is one sentence that names file and setting", async () => {
  const folder = project();
  writeFileSync(join(folder, "simulators", "shop.yaml"), world.replace("get: id", "get: di"));
  const { code, stderr } = await run(folder, "--count", "10");
  expect(code).toBe(1);
  expect(stderr).toContain(
    "shop.yaml:9: journeys.visit.steps[1].fields.id.get: there is no name di; did you mean id?\n",
  );
});

test("check names streams that are not there, and simulators of the settings that are not", async () => {
  const folder = project();
  writeFileSync(join(folder, "sql", "all.sql"), sql.replaceAll("orders", "order_events"));
  writeFileSync(join(folder, "quickwater.yaml"), "simulators: [shops]\n");
  const { code, stdout, stderr } = await quickwater(["check", folder]);
  expect(code).toBe(1);
  expect(stdout + stderr).toContain("simulators/shop.yaml: there is no stream orders");
  expect(stdout + stderr).toContain(
    "quickwater.yaml: simulators: there is no simulator shops; did you mean shop?",
  );
});
