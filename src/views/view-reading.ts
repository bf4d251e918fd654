/**
 * Rows of a view that a reader asks for: those that fit a condition, in an order, page by page. Rows are
 * noted in one turn, so that a page is of one step, and looked at in pieces, so that nobody waits for it.
 */
import { createHash } from "node:crypto";
import { assert, quickwaterError } from "../errors/quickwater-error.ts";
import type { BoundExpression } from "../sql/bind/bound-expression.ts";
import { evaluate, evaluateConstant } from "../sql/plan/evaluate.ts";
import { readsClock } from "../sql/plan/expressions.ts";
import type { RowOrder } from "../sql/row-choice.ts";
import { compareStrings, compareValues } from "../values/compare.ts";
import { jsonText } from "../values/json/write.ts";
import { isInteger, isNumeric, isTimestamp, type SqlType } from "../values/sql-type.ts";
import type { SqlValue } from "../values/sql-value.ts";
import { cellValue } from "./cell-value.ts";
import type { LiveView } from "./live-view.ts";
import { NotedRows } from "./noted-rows.ts";
import { RowScope } from "./row-scope.ts";
import { ToldRows } from "./told-rows.ts";
import { Turns } from "./turns.ts";
import { keyText, type ViewRow, type ViewSchema } from "./view.ts";

/** What is asked for. */
export interface RowRequest {
  /** SQL, as behind WHERE: over the view's columns, `$final` and `$revision`. */
  readonly where?: string | undefined;
  /** SQL, as behind ORDER BY. Without it the newest rows by key come, in ascending order. */
  readonly order?: string | undefined;
  readonly limit: number;
  readonly emit: "changes" | "final";
  /** From the answer before. */
  readonly after?: string | undefined;
}

export interface RowPage {
  readonly rows: readonly ViewRow[];
  /** How many fit, on all pages. */
  readonly rowCount: number;
  /** Where the next page goes on; undefined where there is none. */
  readonly next: string | undefined;
}

/** A row and what it is ordered by. */
interface Candidate {
  readonly row: ViewRow;
  readonly sortValues: readonly SqlValue[];
}

/** Where a page ended. */
interface Cursor {
  /** Of the question: a cursor goes on with no other. */
  readonly of: string;
  readonly key: string;
  /** As JSON texts. */
  readonly values: readonly string[];
}

export class ViewReading {
  readonly #schema: ViewSchema;
  readonly #scope: RowScope;
  readonly #condition: BoundExpression | undefined;
  readonly #order: readonly RowOrder[];
  /** In the order of the newest, and shown the other way round. */
  readonly #isNewestFirst: boolean;
  readonly #question: string;
  /** Whether the same rows may be another answer later. */
  readonly dependsOnTime: boolean;
  /** As which its rows are told. */
  readonly told: ToldRows;

  constructor(schema: ViewSchema, { where, order }: Pick<RowRequest, "where" | "order">) {
    this.#schema = schema;
    this.told = new ToldRows(schema);
    this.#scope = new RowScope(schema);
    this.#condition = where === undefined ? undefined : this.#scope.condition(where);
    this.#isNewestFirst = order === undefined;
    this.#order = order === undefined ? this.#newestFirst() : this.#scope.order(order);
    const expressions = [...(this.#condition ? [this.#condition] : []), ...this.#order.map(expressionOf)];
    this.dependsOnTime = expressions.some(readsClock);
    const question = JSON.stringify([schema.name, where ?? null, order ?? null]);
    this.#question = createHash("sha256").update(question).digest("base64url").slice(0, 16);
  }

  get schema(): ViewSchema {
    return this.#schema;
  }

  /** `msMax`: what takes longer is refused. */
  async page(view: LiveView, { limit, emit, after }: RowRequest, msMax: number): Promise<RowPage> {
    const begin = after === undefined ? undefined : this.#candidateOf(after);
    const noted = this.#noted(view);
    const watermarkMs = view.freshness.watermarkMs ?? null;
    const nowMs = Date.now();
    const clock = new Turns(msMax);
    const best = new BestRows(limit + 1, this.#compare);
    let rowCount = 0;
    for (const row of noted) {
      if (clock.isOver) {
        if (noted instanceof NotedRows) noted.hold();
        await clock.next();
      }
      if (emit === "final" && !row.final) continue;
      const reader = this.#scope.readerOf(row, nowMs, watermarkMs);
      if (this.#condition !== undefined && evaluate(this.#condition, reader) !== true) continue;
      rowCount++;
      const sortValues = this.#order.map(({ expression }) => evaluate(expression, reader));
      const candidate = { row, sortValues };
      if (begin === undefined || this.#compare(candidate, begin) > 0) best.add(candidate);
    }
    const found = best.sorted();
    const shown = found.slice(0, limit);
    const next = found.length > limit ? this.#cursorOf(shown.at(-1)!) : undefined;
    const rows = shown.map(({ row }) => row);
    return { rows: this.#isNewestFirst ? rows.reverse() : rows, rowCount, next };
  }

  /** Of a condition that says what the key is, that row alone. */
  #noted(view: LiveView): NotedRows | readonly ViewRow[] {
    const key = this.#key();
    if (key === undefined) return view.noted();
    const row = view.row(key);
    return row === undefined ? [] : [row];
  }

  /** The key that the condition names: where each of its columns is to equal a value of its own type. */
  #key(): string | undefined {
    const parts = conjunctsOf(this.#condition);
    const cells: string[] = [];
    for (const column of this.#schema.key) {
      const type = this.#scope.types[column]!;
      const found = parts.map((part) => equalValue(part, column)).find((value) => value !== undefined);
      if (found === undefined || !isWrittenAlike(found.type, type)) return undefined;
      cells.push(jsonText(evaluateConstant(found), type));
    }
    return cells.length === 0 ? undefined : keyText(cells);
  }

  /** Texts of keys are ordered as the keys are, but for numbers. */
  #newestFirst(): readonly RowOrder[] {
    const { key } = this.#schema;
    if (!key.some((index) => isNumeric(this.#scope.types[index]!))) return [];
    return key.map((index) => ({
      expression: { kind: "InputColumn", index, type: this.#scope.types[index]! },
      descending: true,
      nullsFirst: false,
    }));
  }

  readonly #compare = (left: Candidate, right: Candidate): number => {
    for (const [index, { descending, nullsFirst }] of this.#order.entries()) {
      const order = compareNullable(
        left.sortValues[index]!,
        right.sortValues[index]!,
        descending,
        nullsFirst,
      );
      if (order !== 0) return order;
    }
    const order = compareStrings(left.row.key, right.row.key);
    return this.#isNewestFirst ? -order : order;
  };

  #cursorOf({ row, sortValues }: Candidate): string {
    const values = sortValues.map((value, index) => jsonText(value, this.#order[index]!.expression.type));
    const cursor: Cursor = { of: this.#question, key: row.key, values };
    return Buffer.from(JSON.stringify(cursor)).toString("base64url");
  }

  #candidateOf(after: string): Candidate {
    try {
      const cursor = JSON.parse(Buffer.from(after, "base64url").toString()) as Cursor;
      assert(cursor.of === this.#question && typeof cursor.key === "string", "it is of another question");
      assert(cursor.values.length === this.#order.length, "it is of another question");
      const sortValues = this.#order.map(({ expression }, index) =>
        cellValue(cursor.values[index]!, expression.type),
      );
      return { row: { key: cursor.key, text: "", final: true, revision: 0 }, sortValues };
    } catch (error) {
      const expected = "be `next` of an answer to the same view, where and order";
      throw quickwaterError("request.bad-parameter", { name: "after", expected }, { cause: error });
    }
  }
}

/** So many are gathered before they are sorted, unless more are wanted; no other rows are in memory twice. */
const gatheredMin = 512;

/** The first of many, without sorting all of them. */
class BestRows {
  readonly #count: number;
  readonly #compare: (left: Candidate, right: Candidate) => number;
  #rows: Candidate[] = [];
  /** The last of as many as are wanted: none behind it is among them. */
  #last: Candidate | undefined;

  constructor(count: number, compare: (left: Candidate, right: Candidate) => number) {
    this.#count = count;
    this.#compare = compare;
  }

  add(candidate: Candidate): void {
    if (this.#last !== undefined && this.#compare(candidate, this.#last) > 0) return;
    this.#rows.push(candidate);
    if (this.#rows.length < Math.max(gatheredMin, this.#count * 2)) return;
    this.#rows = this.sorted();
    this.#last = this.#rows.at(-1);
  }

  sorted(): Candidate[] {
    return this.#rows.sort(this.#compare).slice(0, this.#count);
  }
}

const expressionOf = ({ expression }: RowOrder) => expression;

function compareNullable(left: SqlValue, right: SqlValue, descending: boolean, nullsFirst: boolean): number {
  if (left === null || right === null) {
    if (left === right) return 0;
    return (left === null) === nullsFirst ? -1 : 1;
  }
  // A NaN has no order: it stands with its like.
  const order = compareValues(left, right) ?? Number(Number.isNaN(left)) - Number(Number.isNaN(right));
  return descending ? -order : order;
}

function conjunctsOf(condition: BoundExpression | undefined): readonly BoundExpression[] {
  if (condition === undefined) return [];
  return condition.kind === "Call" && condition.function === "AND" ? condition.arguments : [condition];
}

/** What the column is to be equal to, where the condition says so. */
function equalValue(condition: BoundExpression, column: number): BoundExpression | undefined {
  if (condition.kind !== "Call" || condition.function !== "EQUALS") return undefined;
  const [left, right] = condition.arguments as readonly [BoundExpression, BoundExpression];
  if (left.kind === "InputColumn" && left.index === column && right.kind === "Literal") return right;
  if (right.kind === "InputColumn" && right.index === column && left.kind === "Literal") return left;
  return undefined;
}

/** Whether equal values of the types are the same text. */
function isWrittenAlike(left: SqlType, right: SqlType): boolean {
  if (isText(left) && isText(right)) return true;
  if (isTimestamp(left) && isTimestamp(right) && left.precision !== right.precision) return false;
  if (left.kind === "DECIMAL" && right.kind === "DECIMAL") return left.scale === right.scale;
  return left.kind === right.kind || (isInteger(left) && isInteger(right));
}

const isText = ({ kind }: SqlType) => kind === "CHAR" || kind === "VARCHAR";
