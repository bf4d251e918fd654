/** `quickwater doctor` as a process: before a start, and beside a server. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server as NetServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { nodeFinding } from "../../src/cli/doctor/before-start.ts";
import type { WhyAnswer } from "../../src/serving/answers.ts";
import { quickwater } from "../support/quickwater-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { order, shopSql, testServer } from "../support/test-server.ts";

interface Told {
  readonly findings: readonly {
    readonly about: string;
    readonly isWrong: boolean;
    readonly text: string;
    readonly advice: string | null;
    readonly name: string | null;
    readonly cause: string | null;
  }[];
}

function shopProject(sql = shopSql, name = "shop"): string {
  const folder = scratchFolder();
  mkdirSync(join(folder, "sql"));
  writeFileSync(join(folder, "sql", "all.sql"), sql);
  writeFileSync(join(folder, "quickwater.yaml"), `name: ${name}\n`);
  return folder;
}

/** A port that somebody listens at until the test is over, or until it is let go. */
async function takenPort(): Promise<{ readonly port: number; readonly free: () => Promise<void> }> {
  const server: NetServer = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as { port: number };
  const free = () => new Promise<void>((resolve) => void server.close(() => resolve()));
  onTestFinished(async () => {
    if (server.listening) await free();
  });
  return { port, free };
}

test("nothing keeps a server from starting: it says what it looked at, and changes nothing", async () => {
  const { port, free } = await takenPort();
  await free();
  const data = join(scratchFolder(), "data");
  const { code, stdout } = await quickwater([
    "doctor",
    shopProject(),
    "--data",
    data,
    "--port",
    String(port),
  ]);
  expect(stdout).toMatch(/^ok {5}Node \d+\./);
  expect(stdout).toContain("ok     The project shop: 1 table, 2 views\n");
  expect(stdout).toMatch(/ok {5}The data folder .*data will be made, [\d.]+ GB are free\n/);
  expect(stdout).toContain(`ok     Port ${port} of 127.0.0.1 is free\n`);
  expect(code).toBe(0);
  expect(existsSync(data)).toBe(false);
});

test("a mistake in the SQL, a folder of another project, a port that is taken", async () => {
  const { port } = await takenPort();
  const data = scratchFolder();
  writeFileSync(join(data, "project"), "other\n");
  const project = shopProject(shopSql.replace("SUM(amount)", "SUM(amunt)"));
  const { code, stdout } = await quickwater([
    "doctor",
    project,
    "--data",
    data,
    "--port",
    `${port}`,
    "--json",
  ]);
  expect(code).toBe(1);
  const { findings } = JSON.parse(stdout) as Told;
  const wrong = findings.filter(({ isWrong }) => isWrong);
  expect(wrong.map(({ about }) => about)).toEqual(["project", "data", "port"]);
  expect(wrong[0]!.text).toMatch(/^The project shop has 1 mistake:\n.*amunt/s);
  expect(wrong[1]!.text).toContain("holds the data of the project other; this one is shop");
  expect(wrong[1]!.advice).toContain("--data");
  expect(wrong[2]!.text).toBe(`Port ${port} of 127.0.0.1: another program has it.`);
});

test("a folder that another process works in, and one that cannot be used", async () => {
  const data = scratchFolder();
  await testServer({ data });
  const { port, free } = await takenPort();
  await free();
  const at = (folder: string) => ["doctor", shopProject(), "--data", folder, "--port", String(port)];
  const owned = await quickwater(at(data));
  expect(owned.code).toBe(1);
  expect(owned.stdout).toMatch(
    /wrong {2}The data folder .* is in use by process \d+\.\n {7}Stop that process/,
  );
  const file = join(scratchFolder(), "file");
  writeFileSync(file, "");
  expect((await quickwater(at(file))).stdout).toMatch(/wrong {2}The data folder .*file cannot be used: /);
});

test("R13: of a server that runs, why a view shows nothing, as the route says it", async () => {
  const sql = `${shopSql}
    CREATE TABLE big (id INT NOT NULL);
    INSERT INTO big SELECT id FROM orders WHERE amount > 1000;
    CREATE MATERIALIZED VIEW of_big WITH ('retention' = '1 d') AS
    SELECT id, COUNT(*) AS n FROM big GROUP BY id;`;
  const data = scratchFolder();
  const server = await testServer({ sql, data });
  await server.engine.send("orders", [order(1, 1), order(2, 12)]);
  await expect.poll(() => server.engine.rows("closed").length).toBe(1);
  const { code, stdout } = await quickwater(["doctor", "--server", server.url, "--json"]);
  expect(code).toBe(1);
  const { findings } = JSON.parse(stdout) as Told;
  expect(findings.map(({ about, isWrong, name, cause }) => [about, isWrong, name, cause])).toEqual([
    ["server", false, null, null],
    ["server", false, null, null],
    ["view", true, "of_big", "no-events"],
    ["stream", true, "big", "filtered"],
  ]);
  expect(findings[1]!.text).toBe("2 of 3 views show rows");
  for (const { name, text } of findings.slice(2)) {
    const why = (await (await fetch(`${server.url}/v1/why/${name}`)).json()) as WhyAnswer;
    expect(text).toBe(`${name}: ${why.summary}`);
  }

  // Its own port and folder are no reason not to start.
  await server.engine.send("orders", order(3, 3, "a", 2000));
  await expect.poll(() => server.engine.rows("of_big").length).toBe(1);
  const { port } = new URL(server.url);
  const well = await quickwater(["doctor", shopProject(sql), "--data", data, "--port", port]);
  expect(well.stdout).toContain("3 of 3 views show rows");
  expect(well.stdout).not.toContain("wrong");
  expect(well.code).toBe(0);
});

test("a server that can take no event any more says what of it has failed", async () => {
  const health = {
    status: "failed",
    version: "1.2.3",
    parts: { engine: { status: "failed", reason: "no disk" } },
  };
  const server = createHttpServer((request, response) => {
    const isHealth = request.url === "/health";
    response.writeHead(isHealth ? 503 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(isHealth ? health : { views: [] }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const { code, stdout } = await quickwater(["doctor", "--server", `http://127.0.0.1:${port}`]);
  expect(stdout).toContain("wrong  engine: no disk\n");
  expect(code).toBe(1);
});

test("a server that does not answer, and arguments that are wrong", async () => {
  const { port, free } = await takenPort();
  await free();
  const silent = await quickwater(["doctor", "--server", `http://127.0.0.1:${port}`]);
  expect(silent).toMatchObject({ code: 2, stderr: expect.stringContaining("nothing answers there") });
  expect((await quickwater(["doctor", "--port", "0"])).code).toBe(1);
  expect((await quickwater(["doctor", "/nonexistent", "--port", `${port}`])).stdout).toMatch(
    /^wrong {2}.*nonexistent/m,
  );
});

test("a Node that is too old is wrong", () => {
  expect(nodeFinding("22.20.0")).toMatchObject({ isWrong: true, advice: expect.stringContaining("Node 24") });
  expect(nodeFinding("24.0.0")).toMatchObject({ isWrong: false });
});
