/**
 * The Nexmark queries, each alone over the same JSON in memory, on one core, against the bare scan of the
 * same bytes. The events are one table with a view a kind, as the public suite for Flink has them, so that
 * each query reads all of them. Which results are right is the matter of test/nexmark/.
 */
import { Catalog } from "../src/catalog/catalog.ts";
import { buildPipeline, defaultPipelineOptions } from "../src/dataflow/physical/build-pipeline.ts";
import { StreamSource, sourceOptions } from "../src/dataflow/runtime/stream-source.ts";
import { analyzeScript, type BoundInsert } from "../src/sql/analyze.ts";
import type { StateImage } from "../src/state/keyed-state.ts";
import { noCause } from "../src/values/column-batch.ts";
import { averageBytes, seed } from "./events.ts";
import { bareScan, cut, pack, timed } from "./json-steps.ts";
import { NexmarkGenerator } from "./nexmark/generator.ts";
import { oneTable, queryNames, queryText } from "./nexmark/tables.ts";
import { median, type Report, thousands } from "./report.ts";

const eventCount = 500_000;
/** Of event time, as the public suite draws them when nobody says otherwise. */
const eventsPerSecond = 10_000;
const rounds = 3;
/** What q13 looks up: the rows of the public suite's file. */
const sideLines = Array.from({ length: 10_000 }, (_, key) => JSON.stringify({ key, value: `value ${key}` }));
const stateBytesMax = 2 * 1024 * 1024 * 1024;

export function benchNexmark(): Report {
  const generator = new NexmarkGenerator({ seed, eventsPerSecond, scrambledEvents: 1 });
  const lines = Array.from({ length: eventCount }, () => oneTable.rowOf(generator.next()).json);
  const rows = pack(lines);
  const steps = cut(rows);
  const scans: number[] = [];
  const tableRows: string[][] = [];
  const refused: string[] = [];
  for (const name of queryNames) {
    const query = bind(name);
    if (typeof query === "string") {
      refused.push(`${name} does not run: ${query}`);
      continue;
    }
    // The first round warms the compiler up.
    const { stateBytes, rowsOut } = run(query, steps);
    const ratios: number[] = [];
    const seconds: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const scan = timed(() => bareScan(rows));
      const taken = run(query, steps).seconds;
      scans.push(scan);
      seconds.push(taken);
      ratios.push(scan / taken);
    }
    const perSecond = thousands(eventCount / median(seconds));
    tableRows.push([name, perSecond, median(ratios).toFixed(2), megabytes(stateBytes), thousands(rowsOut)]);
  }
  const scanned = thousands(eventCount / median(scans));
  return {
    title: "Nexmark, one core",
    command: "npm run bench -- nexmark",
    method: [
      `${thousands(eventCount)} events of ${averageBytes(lines)} bytes of JSON in memory, of which 1 in 50`,
      `is a person, 3 are auctions and 46 bids; ${thousands(eventsPerSecond)} a second of event time, seed`,
      `${seed}. They are one stream with a view for each kind over it: every query reads all events. Each`,
      "query alone with its sink, from the first byte until every window is closed; q13 looks up in",
      `${thousands(sideLines.length)} rows that are there before. The bare scan walks`,
      `every value of the same bytes before each round. Medians of ${rounds} rounds after one to warm up;`,
      "the state is that of all operators before the end, whole pages; rows are changes, those taken back",
      "too. The results are held to DuckDB's by the tests.",
    ].join(" "),
    columns: ["query", "events/s", "of the bare scan", "state", "rows out"],
    rows: [["bare scan", scanned, "1.00", "", ""], ...tableRows],
    findings: refused,
  };
}

/** The query with its sink, or the first thing that is said against it. */
function bind(name: string): BoundInsert | string {
  const catalog = new Catalog();
  const tables = analyzeScript(oneTable.sql, catalog, { inputEnds: true });
  if (tables.errors[0] !== undefined) throw tables.errors[0];
  const { bound, errors } = analyzeScript(queryText(name), catalog, { inputEnds: true });
  if (errors[0] !== undefined) return `${errors[0].message} ${errors[0].hint ?? ""}`.trimEnd();
  const last = bound.at(-1);
  if (last?.kind !== "InsertInto") throw new Error(`${name} does not end with INSERT INTO`);
  return last;
}

function run({ plan, tables }: BoundInsert, steps: ReturnType<typeof cut>) {
  const options = { ...defaultPipelineOptions, stateBytesMax };
  let rowsOut = 0;
  const output = {
    accept: ({ rowCount }: { readonly rowCount: number }) => {
      rowsOut += rowCount;
    },
    advance: () => {},
  };
  const pipeline = buildPipeline(plan, output, options);
  const sourceOf = (name: string) => {
    const table = tables.find((each) => each.name === name);
    if (table === undefined) return undefined;
    const onFailure = (_: unknown, error: unknown) => {
      throw error;
    };
    const source = new StreamSource({ ...sourceOptions(table, options), onFailure });
    source.add(pipeline);
    return source;
  };
  // A table that is looked up is there before the events.
  const side = sourceOf("side_input");
  if (side !== undefined) for (const step of cut(pack(sideLines))) side.take(step, noCause);
  const source = sourceOf("datagen")!;
  const seconds = timed(() => {
    for (const step of steps) source.take(step, noCause);
  });
  const states = pipeline.operators.flatMap((operator) => operator.freeze().states);
  const stateBytes = states.reduce((sum, image) => sum + bytesOf(image), 0);
  const toTheEnd = timed(() => source.end());
  return { seconds: seconds + toTheEnd, stateBytes, rowsOut };
}

function bytesOf({ slots, arena, index }: StateImage): number {
  const pages = [slots, arena, index].flatMap((set) => set.pages);
  return pages.reduce((sum, page) => sum + page.byteLength, 0);
}

function megabytes(bytes: number): string {
  return bytes === 0 ? "none" : `${(bytes / 1e6).toFixed(1)} MB`;
}
