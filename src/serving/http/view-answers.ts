/**
 * The answers of `GET /v1/views/{view}`: put together from the rows' own texts, and kept for who asks the
 * same before anything has changed.
 */

import { memberNames } from "../../values/row-text.ts";
import type { LiveView } from "../../views/live-view.ts";
import { rowJson } from "../../views/row-json.ts";
import { type RowRequest, ViewReading } from "../../views/view-reading.ts";
import { Kept } from "../kept.ts";
import { wireColumns, wireFreshness } from "../wire.ts";

export interface ViewText {
  readonly text: string;
  /** Undefined where the same question may have another answer though nothing has changed. */
  readonly etag: string | undefined;
}

/** Of the server. */
export interface ViewSurroundings {
  /** Of this process: what was answered by another is not known here. */
  readonly incarnation: string;
  /** How long an answer may be looked for. */
  readonly queryMsMax: number;
}

const keptReadings = 500;
const keptAnswers = 500;
/** Of one answer, in UTF-16 units. */
const keptLengthMax = 256 * 1024;

export class ViewAnswers {
  readonly #incarnation: string;
  readonly #readings = new Kept<ViewReading>(keptReadings);
  readonly #answers = new Kept<{ readonly version: number; readonly text: string }>(keptAnswers);

  readonly #msMax: number;

  constructor({ incarnation, queryMsMax }: ViewSurroundings) {
    this.#incarnation = incarnation;
    this.#msMax = queryMsMax;
  }

  /** What the answer would be called now; undefined where it has no name. */
  etagOf(view: LiveView, request: RowRequest): string | undefined {
    if (view.making !== undefined || this.#readingOf(view, request).dependsOnTime) return undefined;
    return `"${this.#incarnation}-${view.version}"`;
  }

  async answer(view: LiveView, request: RowRequest): Promise<ViewText> {
    const etag = this.etagOf(view, request);
    const key = JSON.stringify([view.schema.name, request]);
    const { version } = view;
    const kept = etag === undefined ? undefined : this.#answers.get(key);
    if (kept?.version === version) return { text: kept.text, etag };
    const text = await this.textOf(view, request);
    if (etag !== undefined && text.length <= keptLengthMax) this.#answers.set(key, { version, text });
    return { text, etag };
  }

  #readingOf(view: LiveView, { where, order }: RowRequest): ViewReading {
    const key = JSON.stringify([view.schema.name, where, order]);
    const known = this.#readings.get(key);
    if (known?.schema === view.schema) return known;
    const reading = new ViewReading(view.schema, { where, order });
    this.#readings.set(key, reading);
    return reading;
  }

  /** Of a view that nobody else asks for. */
  async textOf(view: LiveView, request: RowRequest): Promise<string> {
    // Before the rows are looked at: others may have their turn then.
    const { schema, stepNumber, freshness, counters, failure, making } = view;
    const reading = this.#readingOf(view, request);
    const { rows, rowCount, next } = await reading.page(view, request, this.#msMax);
    const head = {
      view: schema.name,
      step: stepNumber,
      freshness: wireFreshness(freshness, schema),
      counters,
      columns: wireColumns(schema.schema),
      keyColumns: schema.key,
      rowCount,
      failure: failure ?? null,
      making: making ?? null,
      next: next ?? null,
    };
    const names = memberNames(schema.schema);
    const texts = rows.map((row) => rowJson(reading.told.row(row), names));
    return `${JSON.stringify(head).slice(0, -1)},"rows":[${texts.join(",")}]}`;
  }
}
