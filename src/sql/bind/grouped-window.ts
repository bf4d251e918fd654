/** What a GROUP BY over a windowing function may ask of its windows. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { aggregateSignature } from "../../functions/aggregate/aggregate-function.ts";
import type { SelectQuery } from "../parse/ast.ts";
import type { AssignWindows, LogicalPlan } from "../plan/logical-plan.ts";
import { isUpdating } from "../plan/traits.ts";
import type { BoundExpression } from "./bound-expression.ts";
import type { CollectedCall } from "./collected-aggregates.ts";
import { featureRefused } from "./not-supported-yet.ts";
import type { Relation } from "./relation.ts";

/** Where windows share their rows a call must be able to put parts together. */
export function refuseUnmergeable(
  calls: readonly CollectedCall[],
  { kind }: AssignWindows["window"],
  input: LogicalPlan,
): void {
  if (kind === "TUMBLE") return;
  const listed = isUpdating(input) ? calls.find(({ name }) => name === "LISTAGG") : undefined;
  if (listed !== undefined) {
    throw featureRefused(`LISTAGG over rows that change, in ${kind}`, listed.node.position, "TUMBLE has it.");
  }
  const call = calls.find(({ name }) => !aggregateSignature(name).merges);
  if (call === undefined) return;
  const params = {
    rule: `In Flink ${call.name} is not computed over the windows of ${kind}, which are made of parts`,
    instead: "Write TUMBLE.",
  };
  throw quickwaterError("sql.not-flink", params, { position: call.node.position });
}

/**
 * Sessions are those of the keys that they are partitioned by: with other keys they come from elsewhere, and
 * so do those of rows that change, since only who keeps the rows knows whether one that is taken back was
 * late.
 */
export function hasSessionKeys({ unassigned }: Relation, keys: readonly BoundExpression[]): boolean {
  if (unassigned?.window.kind !== "SESSION") return true;
  if (isUpdating(unassigned.plan)) return false;
  const columns = keys.map((key) => (key.kind === "InputColumn" ? key.index : undefined));
  const wanted = new Set(unassigned.window.partition);
  return columns.length === wanted.size && columns.every((column) => wanted.has(column!));
}

/** For Flink the sets' keys make the sessions, too. */
export function refuseSessionSets({ unassigned }: Relation, { groupBy }: SelectQuery): void {
  if (unassigned?.window.kind !== "SESSION") return;
  throw featureRefused("GROUPING SETS over SESSION", groupBy[0]!.position);
}
