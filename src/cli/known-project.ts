import type { Endpoint } from "../serving/endpoints/endpoint.ts";
import { KnownStatements } from "../sql/known-statements.ts";

/** What endpoints over history and conditions of events came to when DuckDB was asked. */
export interface OfHistory {
  readonly endpoints: readonly Endpoint[];
  readonly mistakes: readonly string[];
}

/** What checking a project found, so that the next check of it need not find it again. */
export class KnownProject {
  readonly statements = new KnownStatements();
  /** What asks history is seldom what was saved, and DuckDB takes a while to begin. */
  ofHistory: { readonly key: string; readonly found: OfHistory } | undefined;
}
