/**
 * The query of a statement, bound: what only the whole of it can tell is decided and refused here, not while
 * its sub-queries are bound.
 */
import type { Catalog } from "../../catalog/catalog.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { Query } from "../parse/ast.ts";
import type { LogicalPlan, Over } from "../plan/logical-plan.ts";
import { inputsOf } from "../plan/map-plan.ts";
import { withoutUnreadNumbers } from "../plan/unread-numbers.ts";
import { refuseMovingClocks } from "./bind-clock.ts";
import { bindInnerQuery, bindQuery } from "./bind-query.ts";
import { refuseOver } from "./collected-over.ts";
import type { BoundQuery, Ending } from "./environment.ts";
import { refuseUnboundedJoin } from "./plan-join.ts";

export interface BoundWhole extends BoundQuery {
  /** Tables and views that the query names, those inside of views too. */
  readonly reads: ReadonlySet<string>;
}

export function bindWholeQuery(
  query: Query,
  catalog: Catalog,
  ending: Ending,
  retentionMs: number | undefined = undefined,
): BoundWhole {
  const bound = bindReading(bindQuery, query, catalog, ending, retentionMs);
  refuseUnlimited(bound.plan, ending.inputEnds);
  if (!ending.inputEnds) refuseMovingClocks(bound.plan, query.position);
  return { ...bound, plan: withoutUnreadNumbers(bound.plan) };
}

/** Of CREATE VIEW: the query that reads it may still limit its row numbers, and has an order of its own. */
export function bindNamedQuery(query: Query, catalog: Catalog, ending: Ending): BoundWhole {
  return bindReading(bindInnerQuery, query, catalog, ending, undefined);
}

function bindReading(
  bind: typeof bindQuery,
  query: Query,
  catalog: Catalog,
  ending: Ending,
  retentionMs: number | undefined,
): BoundWhole {
  const reads = new Set<string>();
  const bound = bind(query, {
    catalog,
    commonTables: new Map(),
    ...ending,
    namesRead: reads,
    retentionMs,
    bindQuery: bindInnerQuery,
  });
  return { ...bound, reads };
}

/** Row numbers that no query around them has limited, and state that nothing bounds. */
function refuseUnlimited(plan: LogicalPlan, inputEnds: boolean): void {
  if (plan.kind === "Over") {
    refuseOver(plan);
    refuseUnboundedOver(plan, inputEnds);
  }
  if (plan.kind === "Join" && !inputEnds) refuseUnboundedJoin(plan);
  for (const input of inputsOf(plan)) refuseUnlimited(input, inputEnds);
}

/** A frame that ends keeps rows for a while; one without a beginning keeps an answer for every key. */
function refuseUnboundedOver({ frame, keys, position }: Over, inputEnds: boolean): void {
  if (inputEnds || keys.length === 0 || frame.preceding !== undefined) return;
  const reason = "it keeps an answer for each key that it has seen";
  const instead = "Write where its frame begins: RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW";
  const what = "OVER from UNBOUNDED PRECEDING";
  throw quickwaterError("sql.unbounded-state", { what, reason, instead }, { position });
}
