/** How long a start takes until the first answer, and what the demo holds in memory after a while. */
import { paymentsProject } from "./events.ts";
import { median, type Report } from "./report.ts";
import { startBenchServer } from "./server-process.ts";

const starts = 5;

export async function benchStart(): Promise<Report> {
  const times: number[] = [];
  let megabytes = 0;
  for (let round = 0; round < starts; round++) {
    const before = performance.now();
    const server = await startBenchServer(paymentsProject);
    await (await fetch(`${server.url}/v1/views`)).arrayBuffer();
    times.push((performance.now() - before) / 1000);
    megabytes = server.residentMegabytes();
    await server.stop();
  }
  const seconds = median(times);
  return {
    title: "Start",
    command: "npm run bench -- start",
    method: [
      "From starting the process to the first answer of GET /v1/views, installed, with an empty data folder;",
      `${starts} times, median.`,
    ].join(" "),
    columns: ["to the first answer", "memory then"],
    rows: [[`${seconds.toFixed(2)} s`, `${Math.round(megabytes)} MB`]],
    findings: [
      `Start: ${seconds <= 3 ? "reached" : "missed"} (asked for: 3 s).`,
      `Memory: ${megabytes <= 400 ? "reached" : "missed"} (asked for: 400 MB).`,
    ],
  };
}
