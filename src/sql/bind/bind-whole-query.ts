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
import { bindQuery } from "./bind-query.ts";
import { refuseOver } from "./collected-over.ts";
import type { BoundQuery } from "./environment.ts";

export function bindWholeQuery(
  query: Query,
  catalog: Catalog,
  inputEnds: boolean,
  retentionMs: number | undefined = undefined,
): BoundQuery {
  const environment = { catalog, commonTables: new Map(), inputEnds, retentionMs, bindQuery };
  const { plan, outputs } = bindQuery(query, environment);
  refuseUnlimited(plan, inputEnds);
  return { plan: withoutUnreadNumbers(plan), outputs };
}

/** Row numbers that no query around them has limited. */
function refuseUnlimited(plan: LogicalPlan, inputEnds: boolean): void {
  if (plan.kind === "Over") {
    refuseOver(plan);
    refuseUnboundedOver(plan, inputEnds);
  }
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
