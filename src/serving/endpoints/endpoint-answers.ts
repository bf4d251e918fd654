/**
 * Answers of endpoints: each query runs once for all who ask the same, and its answer is kept as long as no
 * view that it reads has changed. One that reads the clock is kept no longer than a second.
 */
import { createHash } from "node:crypto";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { withoutEnd } from "../../history/without-end.ts";
import type { TypedValue } from "../../values/parameter.ts";
import type { LiveView } from "../../views/live-view.ts";
import { type AskedHistory, askHistory } from "../history-asking.ts";
import { Kept } from "../kept.ts";
import type { AskedEndpoint } from "./asked-endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import { listText, objectText } from "./endpoint-text.ts";
import { QueryTurns, type TurnSettings } from "./query-turns.ts";

/** All that endpoints know of the engine. */
export interface EndpointEngine {
  readonly timeZone: string;
  view(name: string): LiveView | undefined;
  query(request: {
    readonly sql: string;
    readonly timeZone: string;
    readonly given: ReadonlyMap<string, TypedValue>;
    readonly page: AskedEndpoint["page"];
  }): Promise<{ readonly rows: readonly string[] }>;
}

export interface EndpointText {
  readonly text: string;
  /** Of what it says: another process calls it the same. */
  readonly etag: string;
  /** Of a page whether there is another one behind it. */
  readonly hasMore: boolean;
}

interface KeptText {
  readonly answer: EndpointText;
  readonly versions: string | undefined;
  readonly atMs: number;
}

const clockMsMax = 1_000;
const keptAnswers = 500;
/** Of one answer, in UTF-16 units. */
const keptLengthMax = 256 * 1024;

export class EndpointAnswers {
  readonly #engine: EndpointEngine;
  readonly #history: AskedHistory;
  readonly #turns: QueryTurns;
  readonly #kept = new Kept<KeptText>(keptAnswers);
  readonly #running = new Map<string, Promise<EndpointText>>();

  constructor(engine: EndpointEngine, turns: TurnSettings, history: AskedHistory) {
    this.#engine = engine;
    this.#history = history;
    this.#turns = new QueryTurns(turns);
  }

  async answer(endpoint: Endpoint, asked: AskedEndpoint): Promise<EndpointText> {
    const versions = this.#versionsOf(endpoint);
    const key = keyOf(endpoint, asked);
    const kept = this.#kept.get(key);
    if (kept !== undefined && this.#isGood(endpoint, kept, versions)) return kept.answer;
    // What runs already may have read a stream before an event that was acknowledged since.
    if (versions === undefined) return this.#run(endpoint, asked, key, versions);
    const runKey = `${key} ${versions}`;
    const running = this.#running.get(runKey) ?? this.#run(endpoint, asked, key, versions);
    this.#running.set(runKey, running);
    try {
      return await running;
    } finally {
      this.#running.delete(runKey);
    }
  }

  #isGood({ cacheSeconds, readsClock }: Endpoint, kept: KeptText, versions: string | undefined): boolean {
    const ageMs = performance.now() - kept.atMs;
    if (cacheSeconds !== undefined && ageMs < cacheSeconds * 1_000) return true;
    const isUnchanged = versions !== undefined && kept.versions === versions;
    return isUnchanged && (!readsClock || ageMs < clockMsMax);
  }

  async #run(endpoint: Endpoint, asked: AskedEndpoint, key: string, versions: string | undefined) {
    const { sql, answer: wanted, columns } = endpoint;
    const { given, page: shown, format } = asked;
    const { timeZone } = this.#engine;
    const atMs = performance.now();
    const isFirst = wanted.kind === "first";
    // One row more tells whether there is another page.
    const page = isFirst ? { from: 1, to: 1 } : shown && { from: shown.from, to: shown.to + 1 };
    const { rows } = await this.#turns.run(() =>
      endpoint.over === "history"
        ? askHistory(this.#history, { sql: pageOf(sql, page), given })
        : this.#engine.query({ sql, timeZone, given, page }),
    );
    const count = shown === undefined ? rows.length : shown.to - shown.from + 1;
    const text = isFirst
      ? firstText(endpoint, rows[0], wanted.none)
      : listText(columns, rows.slice(0, count), format === "csv" ? "csv" : "json");
    const etag = `"${createHash("sha256").update(text).digest("base64url").slice(0, 27)}"`;
    const answer = { text, etag, hasMore: rows.length > count };
    if (text.length <= keptLengthMax) this.#kept.set(key, { answer, versions, atMs });
    return answer;
  }

  /** Undefined where nobody can tell whether anything has changed. */
  #versionsOf({ views, readsStreams }: Endpoint): string | undefined {
    if (readsStreams) return undefined;
    return views.map((name) => this.#engine.view(name)?.version ?? 0).join(" ");
  }
}

/** In DuckDB's SQL. */
function pageOf(sql: string, page: AskedEndpoint["page"]): string {
  if (page === undefined) return sql;
  const rows = `SELECT * FROM (${withoutEnd(sql)}\n)`;
  return `${rows} LIMIT ${page.to - page.from + 1} OFFSET ${page.from - 1}`;
}

function firstText({ columns, path }: Endpoint, row: string | undefined, none: string | undefined): string {
  if (row !== undefined) return objectText(columns)(row);
  if (none !== undefined) return none;
  throw quickwaterError("request.no-row", { path });
}

/** The query is part of it: a project that is saved may have another one at the path. */
function keyOf({ path, sql, answer }: Endpoint, { given, page, format }: AskedEndpoint): string {
  const values = Array.from(given, ([name, { value }]) => [name, typeof value, String(value)]);
  return JSON.stringify([path, sql, answer, values, page ?? null, format]);
}
