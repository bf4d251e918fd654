/**
 * Fingerprints of queries that were told once, by what the queries are: to tell one its whole pipeline has to
 * be laid out, and of a hundred queries a change means one.
 */
import type { KernelMode } from "../codegen/kernels.ts";
import type { EngineInsert, EngineQueries, EngineView } from "./engine-queries.ts";
import type { QueryPrints } from "./query-changes.ts";
import { fingerprintOf, printedOf } from "./query-fingerprint.ts";

export class KnownPrints {
  readonly #mode: KernelMode;
  #known = new Map<string, string>();
  readonly #texts = new WeakMap<EngineView | EngineInsert, string>();

  constructor(mode: KernelMode) {
    this.#mode = mode;
  }

  /** `tell` lays out those that are not known. */
  of(queries: EngineQueries, tell: (unknown: EngineQueries) => QueryPrints): QueryPrints {
    const { views, inserts } = queries;
    const isUnknown = (query: EngineView | EngineInsert) => !this.#known.has(this.#textOf(query));
    const unknown = { views: views.filter(isUnknown), inserts: inserts.filter(isUnknown) };
    this.know(unknown, tell(unknown));
    const printOf = (query: EngineView | EngineInsert) => this.#known.get(this.#textOf(query))!;
    // Those that nobody wants any more are not asked for again.
    this.#known = new Map([...views, ...inserts].map((query) => [this.#textOf(query), printOf(query)]));
    return {
      views: new Map(views.map((query) => [query.view.name, printOf(query)])),
      inserts: new Map([...byTarget(inserts)].map(([target, those]) => [target, those.map(printOf)])),
    };
  }

  /** The prints of these queries; one that has failed has none. */
  know({ views, inserts }: EngineQueries, prints: QueryPrints): void {
    const put = (query: EngineView | EngineInsert, print: string | undefined) => {
      if (print !== undefined) this.#known.set(this.#textOf(query), print);
    };
    for (const query of views) put(query, prints.views.get(query.view.name));
    for (const [target, those] of byTarget(inserts)) {
      for (const [place, insert] of those.entries()) put(insert, prints.inserts.get(target)?.[place]);
    }
  }

  /** The fingerprint, but for how state is laid out. */
  #textOf(query: EngineView | EngineInsert): string {
    let text = this.#texts.get(query);
    if (text === undefined) {
      text = fingerprintOf(printedOf(query), [], this.#mode);
      this.#texts.set(query, text);
    }
    return text;
  }
}

function byTarget(inserts: readonly EngineInsert[]) {
  return Map.groupBy(inserts, ({ target }) => target.name);
}
