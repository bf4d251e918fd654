/** `quickwater simulate`: the events of a simulator, to a server, files or the terminal. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import { readProject } from "../../project/read-project.ts";
import { type EventSource, Outbox } from "../../simulate/event-source.ts";
import { OneStream } from "../../simulate/one-stream.ts";
import { type FaultKind, faultKinds, openSource } from "../../simulate/open-source.ts";
import { byStream, startPacedRun } from "../../simulate/paced-run.ts";
import type { SimulatorSpec } from "../../simulate/simulator-spec.ts";
import { numberOption, readArguments, wholeOption } from "../arguments.ts";
import { onShutdown } from "../lifeline.ts";
import { demoProject } from "../package-root.ts";
import { type EventTarget, openTarget } from "../simulation/event-target.ts";
import { namedSimulator } from "../simulation/named-simulators.ts";

export const help = `Usage: quickwater simulate NAME [options]

Makes the events of a simulator, one JSON object a line. The same seed and start give the same events.

  --project FOLDER   where simulators/NAME.yaml lies (the demo)
  --count NUMBER     how many events; without it, until it is stopped
  --rate NUMBER      events a second, of all its streams together (the simulator's own); files and the
                     terminal are written at full speed when --count is given and --rate is not
  --seed NUMBER      0 to 4294967295 (1)
  --start TIME       the instant at which it begins, for files with the same bytes each time (now)
  --stream NAME      only the events of this stream
  --to WHERE         an address of a server (http://127.0.0.1:8080), a file, a folder that gets a file a stream
                     where there are several, or - for the terminal (-). A server that took something and is
                     away, or busy, is tried again every 5 s
  --fault KINDS      what goes wrong on top of what its file says, parted by commas:
                       late       one in 20 goes out up to 20 min after its time
                       duplicate  one in 50 comes twice
                       broken     one in 100 is cut off, lacks a field or has one of a wrong type
                       burst      ten times as much for 20 s in every 5 min
                       silence    nothing at all for 2 min in every 10 min

Exit code: 0 done, 1 the simulator or an option is wrong, 2 it could not be sent or written.`;

const options = {
  project: { type: "string", default: demoProject },
  count: { type: "string" },
  rate: { type: "string" },
  seed: { type: "string", default: "1" },
  start: { type: "string" },
  stream: { type: "string" },
  to: { type: "string", default: "-" },
  fault: { type: "string", multiple: true, default: [] as string[] },
} as const;

const linesAtOnce = 1000;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments("simulate", args, options, 1);
  const spec = namedSimulator("simulate", readProject(values.project).simulators, positionals[0]);
  const count =
    values.count === undefined ? undefined : wholeOption("simulate", "count", values.count, 1, 1e12);
  const rate =
    values.rate === undefined ? undefined : numberOption("simulate", "rate", values.rate, 0.001, 1e6);
  const seed = wholeOption("simulate", "seed", values.seed, 0, 2 ** 32 - 1);
  const startMs = values.start === undefined ? Date.now() : instantOf(values.start);
  const faults = values.fault.flatMap((kinds) => kinds.split(",").map(faultOf));
  const source = chosen(spec, openSource(spec, { seed, startMs, rate, faults }), values.stream);
  const target = openTarget(values.to, source.streams);
  const isServer = /^https?:/.test(values.to);
  if (isServer) return sendAll(source, target, { startMs, count });
  if (rate === undefined && count !== undefined) await writeAll(source, target, count);
  else await paced(source, target, { startMs, count });
  await target.close();
  tellNotStarted(source);
  return 0;
}

function instantOf(text: string): number {
  const startMs = Date.parse(text);
  if (!Number.isNaN(startMs)) return startMs;
  throw quickwaterError("run.bad-argument", {
    problem: "--start must be a time like 2026-03-01T12:00:00Z",
    verb: "simulate",
  });
}

function faultOf(text: string): FaultKind {
  const kind = faultKinds.find((known) => known === text.trim());
  if (kind !== undefined) return kind;
  const meant = closestName(text, faultKinds);
  const advice = meant === undefined ? `there are: ${faultKinds.join(", ")}` : `did you mean ${meant}?`;
  throw quickwaterError("run.bad-argument", {
    problem: `There is no fault ${text}; ${advice}`,
    verb: "simulate",
  });
}

function chosen(spec: SimulatorSpec, source: EventSource, stream: string | undefined): EventSource {
  if (stream === undefined || (source.streams.length === 1 && source.streams[0] === stream)) return source;
  if (source.streams.includes(stream)) return new OneStream(source, stream);
  const meant = closestName(stream, source.streams);
  const advice = meant === undefined ? `there are: ${source.streams.join(", ")}` : `did you mean ${meant}?`;
  const problem = `The simulator ${spec.name} has no stream ${stream}; ${advice}`;
  throw quickwaterError("run.bad-argument", { problem, verb: "simulate" });
}

interface Amount {
  readonly startMs: number;
  readonly count: number | undefined;
}

/** What is written does not depend on how fast it was written. */
async function writeAll(source: EventSource, target: EventTarget, count: number): Promise<void> {
  const box = new Outbox();
  for (let left = count; left > 0; ) {
    source.run(Number.POSITIVE_INFINITY, Math.min(linesAtOnce, left), box);
    if (box.count === 0) {
      process.stderr.write(
        `It sends nothing any more: ${(count - left).toLocaleString("en")} events were made.\n`,
      );
      return;
    }
    for (const { stream, lines } of byStream(source, box, left)) await target.send(stream, lines.join("\n"));
    left -= box.count;
    box.clear();
  }
}

async function sendAll(source: EventSource, target: EventTarget, amount: Amount): Promise<number> {
  let failure: unknown;
  const sent = await paced(source, target, amount, (error) => {
    failure ??= error;
  });
  process.stderr.write(`${sent} events sent to ${target.name}.\n`);
  tellNotStarted(source);
  if (failure === undefined) return 0;
  const { message, cause } = failure as Error;
  process.stderr.write(
    `Some could not be sent: ${message}${cause instanceof Error ? ` (${cause.message})` : ""}\n`,
  );
  return 2;
}

async function paced(
  source: EventSource,
  target: EventTarget,
  { startMs, count }: Amount,
  onError: (error: unknown) => void = (error) => {
    throw error;
  },
): Promise<number> {
  const send = (stream: string, lines: string) => target.send(stream, lines);
  const running = startPacedRun({ source, startMs, count, send, onError });
  const release = onShutdown(() => {
    running.stop();
    target.giveUp?.();
  });
  const { sent } = await running.done;
  release();
  return sent;
}

function tellNotStarted({ notStarted }: EventSource): void {
  if (notStarted === 0) return;
  process.stderr.write(
    `${notStarted.toLocaleString("en")} journeys did not start, because too many were under way.\n`,
  );
}
