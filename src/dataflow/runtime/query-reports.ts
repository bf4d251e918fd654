/** How far the queries are, for whoever wonders why a view shows what it shows. */

import { quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import type { EngineClient } from "./engine-client.ts";
import { type EngineQueries, nameOf, namesOf } from "./engine-queries.ts";
import type { QueryFacts } from "./query-facts.ts";

export interface QueryReport {
  readonly kind: "view" | "stream";
  /** The statements that make it, as they were written. */
  readonly statements: readonly string[];
  /** The streams that it reads, each once. */
  readonly streams: readonly string[];
  /** Undefined where it does not run: it was stopped, or it is made for the first time. */
  readonly facts: QueryFacts | undefined;
}

export interface QueryReportsOptions {
  readonly queries: () => EngineQueries;
  readonly dataflow: () => Pick<EngineClient, "ask">;
}

export class QueryReports {
  readonly #options: QueryReportsOptions;

  constructor(options: QueryReportsOptions) {
    this.#options = options;
  }

  /** Of a view, or of the queries that write a stream. */
  async of(name: string): Promise<QueryReport> {
    const queries = this.#options.queries();
    const meant = [...queries.views, ...queries.inserts].filter((query) => nameOf(query) === name);
    if (meant.length === 0) {
      const suggestion = closestName(name, namesOf(queries));
      throw quickwaterError("request.unknown-view", { view: name }, { suggestion });
    }
    return {
      kind: "target" in meant[0]! ? "stream" : "view",
      statements: meant.map((query) => ("target" in query ? query.statement : query.view.statement)),
      streams: [...new Set(meant.flatMap(({ tables }) => tables.map((table) => table.name)))],
      facts: await this.#options.dataflow().ask({ kind: "facts", name }),
    };
  }
}
