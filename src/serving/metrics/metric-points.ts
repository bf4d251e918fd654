/**
 * The points of one metric: a replica of its view's rows of the last day, by key, each as the text that it is
 * sent as. It costs a batch what the batch holds; what is in order, or added up, is made when it is asked for
 * and kept until a row changes.
 */
import { parseTimestampMs } from "../../values/timestamp.ts";
import type { LiveView } from "../../views/live-view.ts";
import { ToldRows } from "../../views/told-rows.ts";
import { type ChangeBatch, cellsOf, type ViewRow, type ViewSchema } from "../../views/view.ts";
import type { MetricSpec } from "./metric.ts";

export const keptMs = 86_400_000;

export interface Point {
  /** Of the row, in the view. */
  readonly key: string;
  readonly timeMs: number;
  readonly value: number | null;
  readonly final: boolean;
  /** JSON texts. */
  readonly dimensions: string;
  readonly timestamp: string;
  /** Value, timestamp, dimensions, metadata and final, without the braces around them. */
  readonly members: string;
}

export type PointsListener = (points: readonly Point[], step: number) => void;

export class MetricPoints {
  readonly spec: MetricSpec;
  readonly view: LiveView;
  readonly #byKey = new Map<string, Point>();
  readonly #end: () => void;
  #writer: PointWriter;
  #ordered: readonly Point[] | undefined;

  /** Tells the listener of each change behind those that are there. */
  constructor(spec: MetricSpec, view: LiveView, listener: PointsListener) {
    this.spec = spec;
    this.view = view;
    this.#writer = pointWriter(spec, view.schema);
    for (const row of view.rows()) this.#set(row);
    this.#end = view.listen((batch) => {
      const points = this.#take(batch);
      if (points.length > 0) listener(points, batch.stepNumber);
    });
  }

  end(): void {
    this.#end();
  }

  /** In the order of their times, those of one time in the order of their keys. */
  between(fromMs: number, toMs: number): readonly Point[] {
    const ordered = this.#inOrder();
    return ordered.slice(firstFrom(ordered, fromMs), firstFrom(ordered, toMs + 1));
  }

  #inOrder(): readonly Point[] {
    this.#ordered ??= [...this.#byKey.values()].sort(
      (left, right) => left.timeMs - right.timeMs || (left.key < right.key ? -1 : 1),
    );
    return this.#ordered;
  }

  #take(batch: ChangeBatch): readonly Point[] {
    this.#ordered = undefined;
    if (batch.replaces !== undefined) {
      this.#byKey.clear();
      this.#writer = pointWriter(this.spec, batch.replaces);
    }
    for (const key of batch.removedKeys) this.#byKey.delete(key);
    return batch.upserts.flatMap((row) => this.#set(row) ?? []);
  }

  #set(row: ViewRow): Point | undefined {
    const point = this.#writer(row);
    if (point === undefined) this.#byKey.delete(row.key);
    else this.#byKey.set(row.key, point);
    return point;
  }
}

/** The place of the first point that is not before. */
function firstFrom(ordered: readonly Point[], timeMs: number): number {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ordered[middle]!.timeMs < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Undefined for a row without a time. */
type PointWriter = (row: ViewRow) => Point | undefined;

/** Of a view that has lost a column of the metric there are no points. */
function pointWriter(spec: MetricSpec, view: ViewSchema): PointWriter {
  const { columns } = view.schema;
  const placeOf = (column: string) => columns.findIndex(({ name }) => name === column);
  const names = [spec.value, spec.timestamp, ...spec.dimensions, ...spec.metadata];
  if (names.some((name) => placeOf(name) < 0)) return () => undefined;
  const isDecimal = columns.map(({ type }) => type.kind === "DECIMAL");
  const cellOf = (cells: readonly string[], name: string) => {
    const place = placeOf(name);
    const cell = cells[place]!;
    // Exact digits are a text elsewhere; who wrote the protocol's clients expects a number.
    return isDecimal[place] === true && cell !== "null" ? cell.slice(1, -1) : cell;
  };
  const constants = Array.from(spec.constants, ([name, json]) => `${JSON.stringify(name)}:${json}`);
  const told = new ToldRows(view);
  return (row) => {
    const cells = cellsOf(told.row(row));
    const listed = (some: readonly string[]) =>
      some.map((name) => `${JSON.stringify(name)}:${cellOf(cells, name)}`);
    const timestamp = cellOf(cells, spec.timestamp);
    const timeMs = parseTimestampMs(timestamp.slice(1, -1), "required");
    if (timeMs === undefined) return undefined;
    const value = cellOf(cells, spec.value);
    const dimensions = `{${listed(spec.dimensions).join(",")}}`;
    const metadata = `{${[...listed(spec.metadata), ...constants].join(",")}}`;
    const said = `"dimensions":${dimensions},"metadata":${metadata},"final":${row.final}`;
    const members = `"value":${value},"timestamp":${timestamp},${said}`;
    const number = value === "null" ? null : Number(value);
    return { key: row.key, timeMs, value: number, final: row.final, dimensions, timestamp, members };
  };
}
