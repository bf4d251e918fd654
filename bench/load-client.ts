/**
 * The client of the ingest benchmark, a process of its own: sends prepared bodies over a few connections
 * for some seconds and prints how many events were acknowledged, as one line of JSON.
 */
import { Agent, request } from "node:http";
import { transactions } from "./events.ts";

const [url = "", batchText = "", secondsText = "", connectionsText = ""] = process.argv.slice(2);
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
    const accepted = await post(bodies[next % bodies.length]!);
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
