/**
 * The client of the ingest benchmark, a process of its own: sends prepared bodies over a few connections
 * for some seconds and prints how many events were acknowledged, as one line of JSON.
 */
import { Agent, request } from "node:http";
import { transactions } from "./events.ts";

const [url = "", batchText = "", secondsText = "", connectionsText = "", ids = "same"] =
  process.argv.slice(2);
const batch = Number(batchText);
const connections = Number(connectionsText);
const bodyCount = Math.max(8, Math.ceil(20_000 / batch));
// All within two seconds of event time, so that no row is late when bodies come round again.
const lines = transactions(bodyCount * batch, Date.now(), 2_000 / (bodyCount * batch));
const bodies = Array.from({ length: bodyCount }, (_, index) =>
  Buffer.from(lines.slice(index * batch, (index + 1) * batch).join("\n")),
);
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const target = new URL("/v1/streams/transaction_events/events", url);
let acknowledged = 0;
let requests = 0;

/** Where an id begins in its line, and how much of it counts on. */
const idAt = '{"transaction_id":"'.length;
const idDigits = 12;
let nextId = Date.now() * 1000;

/** The body with ids that were never sent: what it costs is the client's. */
function withNewIds(body: Buffer): Buffer {
  const fresh = Buffer.from(body);
  for (let line = 0; line >= 0; line = fresh.indexOf(0x0a, line) + 1 || -1) {
    let rest = nextId++;
    for (let place = line + idAt + idDigits - 1; place >= line + idAt; place--) {
      fresh[place] = "0123456789abcdef".charCodeAt(rest % 16);
      rest = Math.floor(rest / 16);
    }
  }
  return fresh;
}

function post(body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/x-ndjson", "content-length": body.length };
    const sending = request(target, { method: "POST", agent, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (data: string) => {
        text += data;
      });
      answer.on("end", () => {
        if (answer.statusCode === 200) resolve((JSON.parse(text) as { accepted: number }).accepted);
        else reject(new Error(`${answer.statusCode} ${text}`));
      });
    });
    sending.on("error", reject);
    sending.end(body);
  });
}

async function send(connection: number, untilMs: number): Promise<void> {
  for (let next = connection; performance.now() < untilMs; next += connections) {
    // Not `+= await`: that reads the sum before the answer, and loses what others added meanwhile.
    const body = bodies[next % bodies.length]!;
    const accepted = await post(ids === "new" ? withNewIds(body) : body);
    acknowledged += accepted;
    requests++;
  }
}

const startedMs = performance.now();
const untilMs = startedMs + Number(secondsText) * 1000;
await Promise.all(Array.from({ length: connections }, (_, connection) => send(connection, untilMs)));
const seconds = (performance.now() - startedMs) / 1000;
const cpu = process.cpuUsage();
const clientCpuSeconds = (cpu.user + cpu.system) / 1e6;
process.stdout.write(`${JSON.stringify({ acknowledged, requests, seconds, clientCpuSeconds })}\n`);
agent.destroy();
