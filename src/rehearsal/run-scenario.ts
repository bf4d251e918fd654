/** Runs a scenario step by step, and compares what it says with what is. */
import { QuickwaterError } from "../errors/quickwater-error.ts";
import type { AppendAnswer } from "../log/event-log.ts";
import { addBehind, editLines, editValue, type FileEdit } from "../project/yaml-edit.ts";
import type { YamlValue } from "../project/yaml-file.ts";
import { clockText } from "./clock-text.ts";
import { answerText, compareAnswer } from "./compare-answer.ts";
import { compareRows, type RowDifferences } from "./row-diff.ts";
import {
  alignedLines,
  cellsOf,
  columnsOf,
  meansTheSame,
  readTable,
  type TableColumn,
  TableMistake,
  type WrittenTable,
  wholeHeading,
} from "./row-table.ts";
import type { Scenario, ScenarioStep, ShownTable, StreamRequest } from "./scenario.ts";
import { shownRows } from "./shown-rows.ts";
import type { Twins } from "./twin.ts";
import type { VirtualEngine } from "./virtual-engine.ts";

export interface Difference {
  /** File and line of the step, the step and the clock, and what differs there. */
  readonly place: string;
  readonly lines: readonly string[];
  /** `--update` can write what is into the file. */
  readonly isMendable: boolean;
}

export interface ScenarioOutcome {
  readonly differences: readonly Difference[];
  /** With them its file says what is. */
  readonly edits: readonly FileEdit[];
}

export async function runScenario(
  scenario: Scenario,
  engine: VirtualEngine,
  twins: Twins,
): Promise<ScenarioOutcome> {
  const run = new ScenarioRun(engine, twins);
  for (const step of scenario.steps) await run.take(step);
  return run;
}

class ScenarioRun implements ScenarioOutcome {
  readonly #engine: VirtualEngine;
  readonly #twins: Twins;
  readonly differences: Difference[] = [];
  readonly edits: FileEdit[] = [];
  readonly #toldFailures = new Set<string>();

  constructor(engine: VirtualEngine, twins: Twins) {
    this.#engine = engine;
    this.#twins = twins;
  }

  async take(step: ScenarioStep): Promise<void> {
    this.#engine.moveTo(step.timeMs);
    const { send, remove } = step;
    if (send !== undefined) this.#ask(step, send, () => this.#engine.send(send.stream, send.lines));
    if (remove !== undefined) this.#ask(step, remove, () => this.#engine.remove(remove.stream, remove.keys));
    for (const shown of step.shows) await this.#compare(step, shown);
    if (step.twins.length > 0) await this.#compareTwins(step);
    for (const [name, reason] of this.#engine.failures) {
      if (this.#toldFailures.has(name)) continue;
      this.#toldFailures.add(name);
      this.#tell(step, name, [`it was stopped: ${reason}`]);
    }
  }

  #ask(step: ScenarioStep, sent: StreamRequest, ask: () => AppendAnswer): void {
    const { answer: said, stream } = sent;
    let answer: AppendAnswer;
    try {
      answer = ask();
    } catch (error) {
      if (!(error instanceof QuickwaterError)) throw error;
      this.#tell(step, `answer of ${stream}`, [`the request was refused: ${error.message}`]);
      return;
    }
    const lines = said?.value === null ? ["nothing is said"] : compareAnswer(said, answer);
    if (lines.length === 0) return;
    this.#tell(step, `answer of ${stream}`, lines, said ?? sent.value);
    const text = answerText(said, answer);
    this.edits.push(said === undefined ? addBehind(sent.value, "answer", text) : editValue(said, text));
  }

  async #compare(step: ScenarioStep, shown: ShownTable): Promise<void> {
    const { schema, rows, isView, key } = await shownRows(this.#engine, shown.name);
    const table = tableOf(shown);
    const isEmpty = table.heading.length === 0;
    const heading = isEmpty ? wholeHeading(schema, isView) : table.heading;
    const columns = inTable(shown, () => columnsOf(heading, schema, isView));
    const places = key.map((index) => heading.indexOf(schema.columns[index]!.name));
    const found = compareRows(
      table.rows.map(({ cells }) => cells),
      rows.map((row) => cellsOf(row, columns)),
      columns,
      places.includes(-1) ? [] : places,
    );
    if (isEmpty) this.#tell(step, shown.name, ["nothing is said: name columns in a heading"], shown.value);
    else if (found.lines.length === 0) return;
    else this.#tell(step, shown.name, found.lines, shown.value);
    this.edits.push(editLines(shown.value, alignedLines([heading, ...rowsNow(table, found, columns)])));
  }

  async #compareTwins(step: ScenarioStep): Promise<void> {
    const database = await this.#twins.open(this.#engine);
    try {
      for (const name of step.twins) {
        const lines = await this.#twins.compare(name, this.#engine, database);
        if (lines.length > 0) this.#tell(step, `${name} and ${this.#twins.fileOf(name)}`, lines);
      }
    } finally {
      database.close();
    }
  }

  /** `value` is what says otherwise, where something does. */
  #tell(step: ScenarioStep, what: string, lines: readonly string[], value?: YamlValue): void {
    const { place } = value ?? step.value;
    const at = `${place}: step ${step.number}, at ${clockText(step.timeMs)}: ${what}`;
    this.differences.push({ place: at, lines, isMendable: value !== undefined });
  }
}

/** What is as expected stays as it is written, where it is. */
function rowsNow(
  { rows }: WrittenTable,
  { pairs, extra }: RowDifferences,
  columns: readonly TableColumn[],
): readonly (readonly string[])[] {
  const now = new Map(pairs.map(({ expected, actual }) => [expected, actual]));
  const kept = rows.flatMap(({ cells }, place) => {
    const actual = now.get(place);
    if (actual === undefined) return [];
    return [cells.map((cell, at) => (meansTheSame(cell, actual[at]!, columns[at]!) ? cell : actual[at]!))];
  });
  return [...kept, ...extra];
}

function tableOf(shown: ShownTable): WrittenTable {
  const { value } = shown.value;
  if (value !== null && typeof value !== "string") throw shown.value.refuse("a table, as a block of text");
  return inTable(shown, () => readTable(value ?? ""));
}

/** What is wrong with a table is told with the line of the file. */
function inTable<T>({ value }: ShownTable, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TableMistake)) throw error;
    throw value.refuseLine(error.line, "a table of its columns", error.message, error.suggestion);
  }
}
