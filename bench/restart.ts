/** A server that was killed with 1 GB of journal: how long until its views are fresh again. */
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { averageBytes, paymentsProject, transactions } from "./events.ts";
import { median, type Report, thousands } from "./report.ts";
import { type BenchServer, startBenchServer } from "./server-process.ts";

const journalBytesWanted = 1_000_000_000;
const customers = 100_000;
const batch = 1_000;
/** So few that there is a checkpoint, and some of the next span, before the journal is full. */
const connections = 3;
const rounds = 3;
const spentPerCustomer = `CREATE MATERIALIZED VIEW spent_per_customer AS
SELECT window_start, window_end, customer_id, COUNT(*) AS orders, SUM(amount) AS spent
FROM TABLE(TUMBLE(TABLE transaction_events, DESCRIPTOR(\`timestamp\`), INTERVAL '1' DAY))
GROUP BY window_start, window_end, customer_id;
`;

export async function benchRestart(): Promise<Report> {
  const scratch = mkdtempSync(join(tmpdir(), "quickwater-restart-"));
  try {
    return await measure(scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function measure(scratch: string): Promise<Report> {
  const project = join(scratch, "project");
  const data = join(scratch, "data");
  cpSync(paymentsProject, project, { recursive: true });
  writeFileSync(join(project, "sql", "customers.sql"), spentPerCustomer);
  const lines = linesOfCustomers();
  const sinceCheckpointMs = await fillAndKill(await startBenchServer(project, data), data, lines);
  const bytes = bytesOf(join(data, "journal"));
  const fromCheckpoint: number[] = [];
  for (let round = 0; round < rounds; round++) fromCheckpoint.push(await restart(project, data));
  const rebuilt: number[] = [];
  for (let round = 0; round < rounds; round++) {
    rmSync(join(data, "checkpoints"), { recursive: true, force: true });
    rebuilt.push(await restart(project, data));
  }
  return report({ lines, bytes, sinceCheckpointMs, fromCheckpoint, rebuilt });
}

/** As many customers as there are lines, all within two seconds of event time. */
function linesOfCustomers(): readonly string[] {
  const lines = transactions(customers, Date.now(), 2_000 / customers);
  return lines.map((line, customer) =>
    line.replace(/"customer_id":"[^"]{12}/, `"customer_id":"${String(customer).padStart(12, "0")}`),
  );
}

/** Sends until the journal is full, then kills the server. */
async function fillAndKill(server: BenchServer, data: string, lines: readonly string[]): Promise<number> {
  const bodies = Array.from({ length: lines.length / batch }, (_, at) =>
    Buffer.from(lines.slice(at * batch, (at + 1) * batch).join("\n")),
  );
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const target = new URL("/v1/streams/transaction_events/events", server.url);
  let isFull = false;
  let next = 0;
  const send = async () => {
    while (!isFull) await post(target, agent, bodies[next++ % bodies.length]!, () => isFull);
  };
  const sending = Promise.all(Array.from({ length: connections }, send));
  let ageMs: number | undefined;
  while (ageMs === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (bytesOf(join(data, "journal")) >= journalBytesWanted) ageMs = await checkpointAgeMs(server);
  }
  isFull = true;
  await sending;
  await server.kill();
  agent.destroy();
  return ageMs;
}

/** Undefined where none is written yet. */
async function checkpointAgeMs(server: BenchServer): Promise<number | undefined> {
  const health = (await (await fetch(`${server.url}/health`)).json()) as {
    readonly checkpoint: { readonly last: { readonly ageMs: number } | null };
  };
  return health.checkpoint.last?.ageMs;
}

function post(target: URL, agent: Agent, body: Buffer, isOver: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/x-ndjson", "content-length": body.length };
    const sending = request(target, { method: "POST", agent, headers }, (answer) => {
      answer.resume();
      answer.on("end", () => {
        if (answer.statusCode === 200) resolve();
        else reject(new Error(`answered ${answer.statusCode}`));
      });
    });
    sending.on("error", (error) => (isOver() ? resolve() : reject(error)));
    sending.end(body);
  });
}

/** From starting the process to a view that has taken everything. */
async function restart(project: string, data: string): Promise<number> {
  const before = performance.now();
  const server = await startBenchServer(project, data);
  const answer = await fetch(`${server.url}/v1/views/spent_per_customer?limit=1`);
  await answer.arrayBuffer();
  const seconds = (performance.now() - before) / 1000;
  await server.kill();
  if (answer.status !== 200) throw new Error(`the view answered ${answer.status}`);
  return seconds;
}

function bytesOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

interface Measured {
  readonly lines: readonly string[];
  readonly bytes: number;
  readonly sinceCheckpointMs: number;
  readonly fromCheckpoint: readonly number[];
  readonly rebuilt: readonly number[];
}

function report({ lines, bytes, sinceCheckpointMs, fromCheckpoint, rebuilt }: Measured): Report {
  const seconds = (values: readonly number[]) => `${median(values).toFixed(1)} s`;
  const spread = (values: readonly number[]) =>
    `${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)} s`;
  const verdict = (values: readonly number[], most: number) =>
    `${median(values) <= most ? "reached" : "missed"} (asked for: ${most} s)`;
  return {
    title: "Restart after kill -9 with 1 GB of journal",
    command: "npm run bench -- restart",
    method: [
      `The commerce pack, and a view of ${thousands(customers)} customers whose day is open: all`,
      "of their rows are told anew.",
      `${(bytes / 1e9).toFixed(2)} GB of journal (events of ${averageBytes(lines)} bytes), a checkpoint`,
      "every 10 s; killed when it was full,",
      `${(sinceCheckpointMs / 1000).toFixed(1)} s behind the last checkpoint. From starting the process to`,
      `the view's first answer, which has taken everything; medians of ${rounds}.`,
    ].join(" "),
    columns: ["", "to a fresh view", "spread"],
    rows: [
      ["from the last checkpoint", seconds(fromCheckpoint), spread(fromCheckpoint)],
      ["without one: everything made again", seconds(rebuilt), spread(rebuilt)],
    ],
    findings: [
      `Restart from a checkpoint: ${verdict(fromCheckpoint, 5)}.`,
      `Full rebuild: ${verdict(rebuilt, 15)}.`,
    ],
  };
}
