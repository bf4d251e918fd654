/** `quickwater simulate`: the events of a simulator, to a server, a file or the terminal. */

import { once } from "node:events";
import { createWriteStream, openSync } from "node:fs";
import type { Writable } from "node:stream";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import { readProject } from "../../project/read-project.ts";
import { EventGenerator } from "../../simulate/event-generator.ts";
import { startPacedRun } from "../../simulate/paced-run.ts";
import type { SimulatorSpec } from "../../simulate/simulator-spec.ts";
import { numberOption, readArguments, wholeOption } from "../arguments.ts";
import { onShutdown } from "../lifeline.ts";
import { demoProject } from "../package-root.ts";

export const help = `Usage: quickwater simulate NAME [options]

Makes the events of a simulator, one JSON object a line. The same seed gives the same events.

  --project FOLDER   where simulators/NAME.yaml lies (the demo)
  --count NUMBER     how many events; without it, until it is stopped
  --rate NUMBER      events a second (the simulator's own); files and the terminal are written at full speed
                     when --count is given and --rate is not
  --seed NUMBER      0 to 4294967295 (1)
  --start TIME       the first event's time, for files with the same bytes each time (now)
  --to WHERE         an address of a server (http://127.0.0.1:8080), a file, or - for the terminal (-)

Exit code: 0 done, 1 the simulator or an option is wrong, 2 it could not be sent or written.`;

const options = {
  project: { type: "string", default: demoProject },
  count: { type: "string" },
  rate: { type: "string" },
  seed: { type: "string", default: "1" },
  start: { type: "string" },
  to: { type: "string", default: "-" },
} as const;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments("simulate", args, options, 1);
  const spec = findSimulator(values.project, positionals[0]);
  const count =
    values.count === undefined ? undefined : wholeOption("simulate", "count", values.count, 1, 1e12);
  const rate =
    values.rate === undefined ? undefined : numberOption("simulate", "rate", values.rate, 0.001, 1e6);
  const seed = wholeOption("simulate", "seed", values.seed, 0, 2 ** 32 - 1);
  if (/^https?:/.test(values.to)) return sendTo(values.to, spec, { count, rate, seed });
  const startMs = values.start === undefined ? Date.now() : Date.parse(values.start);
  if (Number.isNaN(startMs)) {
    throw quickwaterError("run.bad-argument", {
      problem: "--start must be a time like 2026-03-01T12:00:00Z",
      verb: "simulate",
    });
  }
  const output = values.to === "-" ? process.stdout : openFile(values.to);
  if (rate === undefined && count !== undefined) await writeAll(output, spec, seed, count, startMs);
  else await paced(spec, { count, rate, seed }, async (lines) => write(output, `${lines}\n`));
  if (output !== process.stdout) {
    output.end();
    await once(output, "finish");
  }
  return 0;
}

function openFile(path: string): Writable {
  try {
    return createWriteStream(path, { fd: openSync(path, "w") });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw quickwaterError("run.unwritable-file", { path, reason }, { cause: error });
  }
}

interface Amount {
  readonly count: number | undefined;
  readonly rate: number | undefined;
  readonly seed: number;
}

function findSimulator(folder: string, name: string | undefined): SimulatorSpec {
  const { simulators } = readProject(folder);
  const names = simulators.map((spec) => spec.name);
  const found = simulators.find((spec) => spec.name === name);
  if (found !== undefined) return found;
  const meant = name === undefined ? undefined : closestName(name, names);
  const advice = meant === undefined ? `there are: ${names.join(", ") || "none"}` : `did you mean ${meant}?`;
  const problem =
    name === undefined ? `NAME is missing; ${advice}` : `There is no simulator ${name}; ${advice}`;
  throw quickwaterError("run.bad-argument", { problem, verb: "simulate" });
}

/**
 * Event times follow the rate from the start on, so that a file does not depend on how fast it was written.
 */
async function writeAll(output: Writable, spec: SimulatorSpec, seed: number, count: number, startMs: number) {
  const generator = new EventGenerator(spec, seed);
  const linesAtOnce = 1000;
  for (let made = 0; made < count; made += linesAtOnce) {
    const lines = Array.from({ length: Math.min(linesAtOnce, count - made) }, (_, index) =>
      generator.next(startMs + Math.floor(((made + index) * 1000) / spec.rate)),
    );
    await write(output, `${lines.join("\n")}\n`);
  }
}

async function write(output: Writable, text: string): Promise<void> {
  if (!output.write(text)) await once(output, "drain");
}

async function sendTo(address: string, spec: SimulatorSpec, amount: Amount): Promise<number> {
  const url = new URL(`/v1/streams/${spec.stream}/events`, address);
  const headers = { "content-type": "application/x-ndjson" };
  let failure: unknown;
  const sent = await paced(
    spec,
    amount,
    async (lines) => {
      const answer = await fetch(url, { method: "POST", body: lines, headers });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    },
    (error) => {
      failure ??= error;
    },
  );
  process.stderr.write(`${sent} events sent to ${url}.\n`);
  if (failure === undefined) return 0;
  const { message, cause } = failure as Error;
  process.stderr.write(
    `Some could not be sent: ${message}${cause instanceof Error ? ` (${cause.message})` : ""}\n`,
  );
  return 2;
}

async function paced(
  spec: SimulatorSpec,
  { count, rate, seed }: Amount,
  send: (lines: string) => Promise<void>,
  onError: (error: unknown) => void = (error) => {
    throw error;
  },
): Promise<number> {
  const running = startPacedRun({ spec, rate: rate ?? spec.rate, seed, count, send, onError });
  const release = onShutdown(() => {
    running.stop();
  });
  const { sent } = await running.done;
  release();
  return sent;
}
