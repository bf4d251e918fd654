/** The packs as they are: all views at once on one core, a fraud decision under load, the demo at rest. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { Catalog } from "../src/catalog/catalog.ts";
import { checkProject } from "../src/cli/checked-project.ts";
import { simulatorsToRun } from "../src/cli/simulation/named-simulators.ts";
import { defaultPipelineOptions } from "../src/dataflow/physical/build-pipeline.ts";
import { writtenOf } from "../src/dataflow/runtime/engine-queries.ts";
import { bindEngineScript } from "../src/dataflow/runtime/engine-script.ts";
import { EngineService } from "../src/dataflow/runtime/engine-service.ts";
import { ViewDeliveries } from "../src/dataflow/runtime/view-deliveries.ts";
import { assert } from "../src/errors/quickwater-error.ts";
import { nodeFileLayer } from "../src/log/journal/file-layer.ts";
import { JournalReader } from "../src/log/journal/journal-reader.ts";
import { LogService } from "../src/log/journal/log-service.ts";
import { defaultLogSettings } from "../src/log/log-settings.ts";
import { Outbox } from "../src/simulate/event-source.ts";
import { openCleanSource } from "../src/simulate/open-source.ts";
import { seed, transactions } from "./events.ts";
import type { LoadOrder } from "./latency.ts";
import { median, quantile, type Report, thousands } from "./report.ts";
import { startBenchServer } from "./server-process.ts";

const root = join(import.meta.dirname, "..");
const perSecondOfTime = 5_000;
const eventCount = 200_000;
const rounds = 3;
const startMs = Date.UTC(2026, 2, 2, 12);
const batchMs = 100;
/** As long as the engine thread takes steps before it tells of them. */
const turnMs = 4;
const loadPerSecond = 5_000;
const decisionSeconds = 10;
const restSeconds = 60;
/** History is a second behind where nothing keeps it busy. */
const stepsOfRest = 200;
const restPerSecond = 200;

export async function benchPacks(): Promise<Report> {
  // First what others take part in: behind the rest the subscriber here would be the slow one.
  const { fresh, warm } = await decisions();
  const rest = await demoAtRest();
  const commerce = takeAll(join(root, "packs", "commerce"));
  const all = takeAll(join(root, "demo"));
  const p99 = quantile(warm, 0.99);
  const said50and99 = (waits: number[]) =>
    `${quantile(waits, 0.5).toFixed(1)} ms · ${quantile(waits, 0.99).toFixed(1)} ms`;
  const said = (value: number, asked: number, isLess = false) =>
    (isLess ? value <= asked : value >= asked) ? "reached" : "missed";
  return {
    title: "The packs",
    command: "npm run bench -- packs",
    method: [
      `Views: ${thousands(eventCount)} events of the packs' own simulators, ${thousands(perSecondOfTime)} a`,
      "second of event time, are in a journal; one thread takes them through all views, decisions and",
      `written streams and makes the change batches as often as a server does, ${rounds} rounds after one`,
      `to warm up. Decisions: single payments of a high risk are posted beside ${thousands(loadPerSecond)} a`,
      `second, for ${decisionSeconds} s from the start of the server on and for as long behind them; the`,
      "wait ends when a WebSocket subscriber of latest_fraud_alerts is told. Demo: all five",
      `packs with their simulators, ${restPerSecond} events a second, ${restSeconds} s.`,
    ].join(" "),
    columns: ["", "figure"],
    rows: [
      ["all commerce views at once, events/s on one core", thousands(commerce)],
      ["all five packs at once, events/s on one core", thousands(all)],
      ["fraud decision, p50 · p99", said50and99(warm)],
      [`fraud decision in the first ${decisionSeconds} s of a server, p50 · p99`, said50and99(fresh)],
      ["demo, memory", `${Math.round(rest.megabytes)} MB`],
      ["demo, of a core", `${Math.round(rest.share * 100)} %`],
    ],
    findings: [
      `Commerce ${said(commerce, 300_000)} (asked for: 300,000), five packs ${said(all, 120_000)} (120,000).`,
      `Decision: ${said(p99, 100, true)} (p99 of 100 ms at 5,000 events/s, ${warm.length} decisions).`,
      `Memory ${said(rest.megabytes, 400, true)} (400 MB), processor ${said(rest.share, 0.15, true)} (15 %).`,
    ],
  };
}

/** Events a second that one thread takes through everything that a project makes of them. */
function takeAll(folder: string): number {
  const { project, sql, mistakes } = checkProject(folder);
  assert(mistakes.length === 0, mistakes.join("\n"));
  const { queries, streams } = bindEngineScript(sql, new Catalog(), project.settings.timeZone);
  const journal = mkdtempSync(join(tmpdir(), "quickwater-packs-"));
  let nowMs = startMs;
  const log = new LogService(nodeFileLayer, journal, () => nowMs, defaultLogSettings);
  try {
    const written = writtenOf(log.declare(streams));
    const specs = simulatorsToRun("bench", project, undefined);
    const rate = perSecondOfTime / specs.length;
    const sources = specs.map((spec) => openCleanSource(spec, { seed, startMs, rate }));
    const box = new Outbox();
    let taken = 0;
    while (taken < eventCount) {
      nowMs += batchMs;
      for (const source of sources) {
        box.clear();
        source.run(nowMs, eventCount, box);
        taken += box.count;
        for (const [number, stream] of source.streams.entries()) {
          const lines = box.lines.filter((_, at) => box.streams[at] === number);
          const body = Buffer.from(`${lines.join("\n")}\0`);
          const request = { id: 0, stream, format: "ndjson", origin: "bench" } as const;
          if (lines.length > 0) log.take({ ...request, body, length: body.length - 1 });
        }
      }
      log.commit();
    }
    const last = log.lastStep;
    const openReader = () => new JournalReader(nodeFileLayer, journal, () => last);
    const seconds: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const failures: unknown[] = [];
      const events = {
        onFailure: (_: string, error: unknown) => failures.push(error),
        onRows: () => {},
        onNotice: () => {},
      };
      const engine = new EngineService(openReader, defaultPipelineOptions, events, written);
      engine.expect(queries);
      engine.start(queries);
      const begunMs = performance.now();
      const deliveries = new ViewDeliveries(
        engine,
        (batches) => deliveries.taken(batches.map(({ view }) => view)),
        () => performance.now(),
      );
      let isBehind = true;
      while (isBehind) {
        isBehind = engine.work(performance.now() + turnMs, () => performance.now());
        deliveries.deliver(isBehind);
      }
      for (const view of engine.changedViews()) deliveries.hurry(view);
      deliveries.deliver();
      if (round > 0) seconds.push((performance.now() - begunMs) / 1000);
      engine.close();
      assert(failures.length === 0, String(failures[0]));
    }
    return taken / median(seconds);
  } finally {
    log.close();
    rmSync(journal, { recursive: true, force: true });
  }
}

/** From posting a payment that is fraud to the subscriber that is told of its alert. */
async function decisions(): Promise<{ readonly fresh: number[]; readonly warm: number[] }> {
  const server = await startBenchServer(join(root, "packs", "commerce"));
  try {
    const order: LoadOrder = {
      url: server.url,
      perSecond: loadPerSecond,
      seconds: 2 * decisionSeconds + 2,
      isFresh: true,
    };
    const worker = new Worker(new URL("./latency-load.ts", import.meta.url), { workerData: order });
    const ended = new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
    const fresh = await postFraud(server.url, "fresh");
    const warm = await postFraud(server.url, "warm");
    await ended;
    return { fresh, warm };
  } finally {
    await server.stop();
  }
}

async function postFraud(url: string, name: string): Promise<number[]> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/live`);
  const waiting = new Map<string, () => void>();
  socket.onmessage = ({ data }) => {
    for (const [id, resolve] of waiting) if (String(data).includes(id)) resolve();
  };
  await new Promise((resolve) => {
    socket.onopen = resolve;
  });
  socket.send(JSON.stringify({ type: "subscribe", id: "bench", view: "latest_fraud_alerts" }));
  const waits: number[] = [];
  const untilMs = performance.now() + decisionSeconds * 1000;
  for (let sent = 0; performance.now() < untilMs; sent++) {
    const id = `fraud-${name}-${sent}-end`;
    const [line = ""] = transactions(1, Date.now(), 0);
    const event = { ...(JSON.parse(line) as object), transaction_id: id, risk_score: 0.95 };
    const told = new Promise<void>((resolve) => waiting.set(id, resolve));
    const postedMs = performance.now();
    const answer = fetch(`${url}/v1/streams/transaction_events/events`, {
      method: "POST",
      body: JSON.stringify(event),
    });
    await told;
    waits.push(performance.now() - postedMs);
    waiting.delete(id);
    await (await answer).arrayBuffer();
    await new Promise((resolve) => setTimeout(resolve, 10 + (sent % 13)));
  }
  socket.close();
  return waits;
}

async function demoAtRest(): Promise<{ megabytes: number; share: number }> {
  const server = await startBenchServer(join(root, "demo"), undefined, [
    "--rate",
    String(restPerSecond),
    "--seed",
    String(seed),
  ]);
  try {
    // What the start and the past cost is not what it costs to be there.
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    while ((await isFilling(server.url)) || (await isBehind(server.url)))
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    const before = server.cpuSeconds();
    await new Promise((resolve) => setTimeout(resolve, restSeconds * 1000));
    return { megabytes: server.residentMegabytes(), share: (server.cpuSeconds() - before) / restSeconds };
  } finally {
    await server.stop();
  }
}

async function isFilling(url: string): Promise<boolean> {
  const { streams } = (await (await fetch(`${url}/v1/streams`)).json()) as {
    streams: { backfill: unknown }[];
  };
  return streams.some(({ backfill }) => backfill !== null);
}

/** History reads what the past was filled with long after the views have it. */
async function isBehind(url: string): Promise<boolean> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const steps = /^quickwater_history_steps_behind (\d+)$/m.exec(text)?.[1];
  assert(steps !== undefined, "a server tells how far history is behind");
  return Number(steps) > stepsOfRest;
}
