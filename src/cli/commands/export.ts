/** `quickwater export`: the rows of a running server's view or stream, to a file or to standard output. */
import { extname } from "node:path";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import { readArguments } from "../arguments.ts";
import { CountedRows } from "../export/counted-rows.ts";
import { type ExportTarget, fileTarget, streamTarget } from "../export/export-target.ts";
import { counted } from "../script/counted.ts";
import { ProgressLine } from "../script/progress-line.ts";
import { defaultServerUrl, openAnswer, orRefusal, serverUrl } from "../server-request.ts";

export const help = `Usage: quickwater export VIEW|STREAM [options]

Writes the rows of a running server's view as they are now, or those of a stream from history, hot and cold
days as one.

  --format NAME     csv, json, ndjson or parquet (what --out ends with, else csv)
  --out FILE        where to; the file is there when it is whole (standard output)
  --from TIME       of a stream: with an event time of then or later, such as 2026-03-01 or
  --to TIME         2026-03-01T12:30:00Z; and before
  --where SQL       as behind WHERE: of a view as the project's SQL has it, of a stream as DuckDB's
  --columns NAMES   only these, with commas between them
  --server URL      where the server is (${defaultServerUrl})

Exit code: 0 done, 1 there is no such view or stream, or an option is wrong, 2 it was not written whole.`;

const options = {
  format: { type: "string" },
  out: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  where: { type: "string" },
  columns: { type: "string" },
  server: { type: "string", default: defaultServerUrl },
} as const;

const formats = ["csv", "json", "ndjson", "parquet"];
const barLength = 30;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments("export", args, options, 1);
  const [name] = positionals;
  if (name === undefined) throw badArgument("VIEW or STREAM is missing");
  const { out, from, to, where, columns } = values;
  const format = formatOf(values.format, out);
  if (out === undefined && format === "parquet" && process.stdout.isTTY) {
    throw badArgument("a Parquet file is nothing for a terminal: --out says where to");
  }
  const url = serverUrl("export", values.server);
  const query = new URLSearchParams({ format });
  for (const [key, value] of Object.entries({ from, to, where, columns })) {
    if (value !== undefined) query.set(key, value);
  }
  return orRefusal(async () => {
    const answer = await openAnswer(url, `/v1/export/${encodeURIComponent(name)}?${query}`, where ?? "");
    const target = out === undefined ? streamTarget(process.stdout) : await fileTarget(out);
    const told = await take(answer, target, new Counted(format, answer.headers.get("quickwater-rows")));
    if (out !== undefined) process.stderr.write(`${name}: ${told} → ${out}\n`);
    return 0;
  });
}

/** Answers what came, for a person. */
async function take(answer: Response, target: ExportTarget, progress: Counted): Promise<string> {
  const line = new ProgressLine(
    (text) => process.stderr.isTTY && process.stderr.write(text),
    () => performance.now(),
  );
  try {
    for await (const bytes of bodyOf(answer, progress)) {
      await target.write(bytes);
      progress.add(bytes);
      line.show(progress.bar());
    }
    await target.finish();
    return progress.text();
  } catch (error) {
    await target.giveUp();
    throw error;
  } finally {
    line.clear();
  }
}

/** A body that is not whole is a sentence. */
async function* bodyOf({ body }: Response, progress: Counted): AsyncGenerator<Uint8Array> {
  const reader = (body ?? new ReadableStream<Uint8Array>()).getReader();
  for (;;) {
    const next = await reader.read().catch((cause: unknown) => {
      const reason = "the server, or the way to it, ended it";
      throw quickwaterError("run.export-broken", { bytes: progress.bytes, reason }, { cause });
    });
    if (next.done) return;
    yield next.value;
  }
}

/** What has come so far, of how much. */
class Counted {
  readonly #rows: CountedRows;
  readonly #rowsInAll: number | undefined;
  readonly #begunMs = performance.now();
  bytes = 0;

  constructor(format: string, rowsInAll: string | null) {
    this.#rows = new CountedRows(format);
    this.#rowsInAll = rowsInAll === null ? undefined : Number(rowsInAll);
  }

  add(bytes: Uint8Array): void {
    this.bytes += bytes.length;
    this.#rows.add(bytes);
  }

  text(): string {
    const rows = this.#rows.count ?? this.#rowsInAll;
    const seconds = (performance.now() - this.#begunMs) / 1_000;
    const size = `${megabytes(this.bytes)} in ${seconds.toFixed(1)} s`;
    return rows === undefined ? size : `${counted(rows, "row")}, ${size}`;
  }

  bar(): string {
    const rows = this.#rows.count;
    const inAll = this.#rowsInAll;
    if (rows === undefined || !inAll) return this.text();
    const done = Math.min(1, rows / inAll);
    const filled = Math.floor(done * barLength);
    const percent = `${Math.floor(done * 100)} %`.padStart(5);
    return `[${"=".repeat(filled).padEnd(barLength)}] ${percent} of ${counted(inAll, "row")}, ${this.text()}`;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function formatOf(written: string | undefined, out: string | undefined): string {
  const ending = extname(out ?? "")
    .slice(1)
    .toLowerCase();
  if (written === undefined) return formats.includes(ending) ? ending : ending === "jsonl" ? "ndjson" : "csv";
  if (formats.includes(written)) return written;
  const meant = closestName(written, formats);
  const advice = meant === undefined ? `: ${formats.join(", ")}` : `; did you mean ${meant}?`;
  throw badArgument(`there is no format ${JSON.stringify(written)}${advice}`);
}

function badArgument(problem: string) {
  return quickwaterError("run.bad-argument", { problem, verb: "export" });
}
