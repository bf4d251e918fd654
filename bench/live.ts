/** A thousand subscribers of one view, each way they may be connected; LIVE_SECONDS makes it last longer. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { paymentsProject } from "./events.ts";
import type { LiveFigures, LiveOrder } from "./live-client.ts";
import { type Report, thousands } from "./report.ts";
import { startBenchServer } from "./server-process.ts";

const clients = 1_000;
const perSecond = 10;
const batch = 200;
/** Of the first way, whose memory is looked at; the others are there to compare. */
const longSeconds = Number(process.env.LIVE_SECONDS ?? 60);
const shortSeconds = 15;

const ways: readonly { readonly name: string; readonly how: LiveOrder["how"] }[] = [
  { name: "WebSocket", how: "socket" },
  { name: "server-sent events", how: "stream" },
  { name: "server-sent events, gzip", how: "packed-stream" },
];

interface Measured extends LiveFigures {
  readonly cpuShare: number;
  readonly megabytes: number;
  /** What the server grew by after the first quarter of the time. */
  readonly grownMegabytes: number;
}

export async function benchLive(): Promise<Report> {
  const measured: Measured[] = [];
  for (const { how } of ways)
    measured.push(await measure(how, how === "socket" ? longSeconds : shortSeconds));
  const [first] = measured;
  const { p99, grownMegabytes } = first!;
  return {
    title: "A thousand live subscribers",
    command: "npm run bench -- live",
    method: [
      `${thousands(clients)} clients see the whole view sales_per_minute of the payments project, while`,
      `${perSecond} batches a second of ${batch} events come in, each of which changes all rows of a minute.`,
      "The wait is from sending a batch until a client has the row that counts it, over all clients and",
      `batches; ${longSeconds} s for WebSockets, ${shortSeconds} s for each other way. The clients`,
      "are one process beside the server, and share its machine. Memory is the server's; growth is that of",
      "the last three quarters of the time.",
    ].join(" "),
    columns: ["by", "messages/s", "bytes each", "p50", "p99", "longest", "server CPU", "memory", "growth"],
    rows: measured.map((each, index) => [
      ways[index]!.name,
      thousands(each.messages / each.seconds),
      thousands(each.bytes / each.messages),
      `${each.p50.toFixed(0)} ms`,
      `**${each.p99.toFixed(0)} ms**`,
      `${each.longest.toFixed(0)} ms`,
      `${(each.cpuShare * 100).toFixed(0)} %`,
      `${each.megabytes.toFixed(0)} MB`,
      `${each.grownMegabytes.toFixed(0)} MB`,
    ]),
    findings: [
      `p99 of WebSockets ${p99.toFixed(0)} ms: ${p99 <= 250 ? "reached" : "missed"} (asked for: 250 ms).`,
      `Memory grew by ${grownMegabytes.toFixed(0)} MB in ${Math.round(longSeconds * 0.75)} s (asked: none).`,
    ],
  };
}

async function measure(how: LiveOrder["how"], seconds: number): Promise<Measured> {
  const server = await startBenchServer(paymentsProject);
  try {
    const order: LiveOrder = { url: server.url, how, clients, perSecond, batch, seconds };
    const client = join(import.meta.dirname, "live-client.ts");
    const running = promisify(execFile)(process.execPath, [client, JSON.stringify(order)]);
    // The client says when all are connected, and the time begins.
    await new Promise((resolve) => running.child.stderr!.once("data", resolve));
    const cpuBefore = server.cpuSeconds();
    await sleep((seconds * 1_000) / 4);
    const settledMegabytes = server.residentMegabytes();
    const figures = JSON.parse((await running).stdout) as LiveFigures;
    const megabytes = server.residentMegabytes();
    const cpuShare = (server.cpuSeconds() - cpuBefore) / figures.seconds;
    return { ...figures, cpuShare, megabytes, grownMegabytes: megabytes - settledMegabytes };
  } finally {
    await server.stop();
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
