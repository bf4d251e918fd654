/** One cell of the matrix: an operator under a condition, run in every way, and what is to be said of it. */
import { expect } from "vitest";
import { buildPipeline, defaultPipelineOptions } from "../../../src/dataflow/physical/build-pipeline.ts";
import { QuickwaterError } from "../../../src/errors/quickwater-error.ts";
import { historiesOf, type ReadTables } from "./history.ts";
import { bindQuery, MatrixRun, type MatrixWay, tableDdl } from "./matrix-run.ts";
import type { OperatorRow, Refusal } from "./operator-row.ts";
import { type Condition, type Step, scripts, type TableName } from "./script.ts";

const ways: readonly MatrixWay[] = (["compiled", "interpreted"] as const).flatMap((mode) =>
  [false, true].map((restores) => ({ mode, restores })),
);

const textOfCondition = {
  restore: "the same rows",
  "null key": "a key like any other",
} as const;

/** Runs the cell, fails where it is not what it must be, and answers what the page says of it. */
export function runCell(row: OperatorRow, condition: Condition): string {
  if (condition === "retraction") return runRetraction(row);
  const seen = scripts[condition].map((steps) => runScript(row, row.reads, steps));
  const [first] = seen;
  const said = row.says?.[condition];
  switch (condition) {
    case "late":
      return first!.rowsLate > 0 ? "counted" : "taken";
    case "idle":
      return first!.givesOnTicks ? "closed by the clock" : "nothing waits";
    case "empty": {
      expect(seen[0]!.rowsOfEnd, "nothing at all").toEqual(seen[1]!.rowsOfEnd);
      if (said === undefined) expect(seen[0]!.rowsOfEnd).toEqual([]);
      const oneSide = Object.keys(row.reads).length > 1 && seen.some(({ rowsOfEnd }) => rowsOfEnd.length > 0);
      return said ?? (oneSide ? "no row; one side alone gives its own" : "no row");
    }
    default:
      return said ?? textOfCondition[condition];
  }
}

/** When the operator answers a row for the first time, which every cell has held to the reference. */
export function firstAnswerOf(row: OperatorRow): string {
  const { firsts } = row.expected(historiesOf(scripts.restore[0]!, row.reads).at(-1)!, false);
  return firsts === undefined ? "" : "when a row comes";
}

/** Each side whose rows may change, alone and with the other. */
function runRetraction(row: OperatorRow): string {
  const sides = Object.keys(row.reads) as TableName[];
  const refused: Refusal[] = [];
  let isTaken = false;
  for (const changing of sides.length > 1 ? [...sides.map((side) => [side]), sides] : [sides]) {
    const reads = { ...row.reads };
    for (const side of changing) reads[side] ??= "id";
    const refusal = changing.map((side) => row.refusals?.[side]).find((each) => each !== undefined);
    if (refusal === undefined) {
      for (const steps of scripts.retraction) runScript(row, reads, steps);
      isTaken = true;
    } else {
      expect(codeOfRefusal(row, reads), `${row.name} over ${changing.join(", ")} that change`).toBe(
        refusal.code,
      );
      refused.push(refusal);
    }
  }
  const [first] = refused;
  if (first === undefined) return "taken back";
  const word = first.flink === undefined ? "not here yet" : "refused, as by Flink";
  return `${isTaken ? "of the right taken back; of the left " : ""}${word}: \`${first.code}\``;
}

function codeOfRefusal(row: OperatorRow, reads: ReadTables): string {
  try {
    bindQuery(ddlOf(row, reads), row.sql);
    return "taken";
  } catch (error) {
    if (!(error instanceof QuickwaterError)) throw error;
    return error.code;
  }
}

function ddlOf({ ddl }: OperatorRow, reads: ReadTables): readonly string[] {
  const tables = Object.entries(reads) as [TableName, ReadTables[TableName]][];
  if (ddl === undefined) return tables.map(([table, key]) => tableDdl(table, key));
  return [ddl.replace("$KEY", reads.a === undefined ? "" : `, PRIMARY KEY (${reads.a}) NOT ENFORCED`)];
}

/** The classes that the row's query runs on. */
export function operatorNamesOf(row: OperatorRow): readonly string[] {
  const { plan } = bindQuery(ddlOf(row, row.reads), row.sql);
  const { operators } = buildPipeline(plan, { accept: () => {}, advance: () => {} }, defaultPipelineOptions);
  return operators.map((operator) => operator.constructor.name);
}

interface Seen {
  readonly rowsOfEnd: readonly string[];
  readonly rowsLate: number;
  /** Whether rows came of a tick alone. */
  readonly givesOnTicks: boolean;
}

/** After each step the folded feed is what the reference says, in every way. */
function runScript(row: OperatorRow, reads: ReadTables, written: readonly Step[]): Seen {
  const steps = written.map((step) => fitting(step, reads));
  const isChanging = Object.entries(reads).some(([name, key]) => row.reads[name as TableName] !== key);
  const expected = historiesOf(steps, reads).map((history) => row.expected(history, isChanging));
  const bound = bindQuery(ddlOf(row, reads), row.sql);
  const feeds = ways.map((way) => {
    const run = new MatrixRun(bound, way);
    let givesOnTicks = false;
    for (const [place, step] of steps.entries()) {
      const before = run.feed.length;
      run.take(step);
      givesOnTicks ||= step.kind === "tick" && run.feed.length > before;
      const { rows, late = 0, firsts = [] } = expected[place]!;
      const how = `${way.mode}${way.restores ? ", restored" : ""}`;
      const at = `${row.name}, ${how}, step ${place + 1} ${JSON.stringify(step)}`;
      expect(run.rows, at).toEqual(rows.toSorted());
      expect(run.rowsLate, `late: ${at}`).toBe(late);
      expect(run.firsts, `first answers: ${at}`).toEqual(firsts);
    }
    return { feed: run.feed, rows: run.rows, rowsLate: run.rowsLate, givesOnTicks };
  });
  const [first] = feeds;
  for (const { feed } of feeds) expect(feed).toEqual(first!.feed);
  return { rowsOfEnd: first!.rows, rowsLate: first!.rowsLate, givesOnTicks: first!.givesOnTicks };
}

/** Only a table with a key takes deletes, and no row without its key. */
function fitting(step: Step, reads: ReadTables): Step {
  if (step.kind !== "rows") return step;
  const key = reads[step.table];
  const rows = step.rows.filter((each) => (key === undefined ? each.isDelete !== true : each[key] !== null));
  return { ...step, rows };
}
