/**
 * Tables that a query only looks rows up in (FOR SYSTEM_TIME AS OF a processing time). Where inputs end they
 * are read before the others: a row finds what the file says, wherever it stands there.
 */
import type { LogicalPlan } from "./logical-plan.ts";
import { inputsOf, tablesOf } from "./map-plan.ts";

export function lookedUpTables(plans: readonly LogicalPlan[]): ReadonlySet<string> {
  const lookedUp = new Set(plans.flatMap(sidesOf).flatMap(tablesOf));
  const others = new Set(plans.flatMap(otherTablesOf));
  return new Set([...lookedUp].filter((table) => !others.has(table)));
}

function sidesOf(plan: LogicalPlan): readonly LogicalPlan[] {
  const below = inputsOf(plan).flatMap(sidesOf);
  return plan.kind === "Join" && plan.method.kind === "lookup" ? [plan.right, ...below] : below;
}

function otherTablesOf(plan: LogicalPlan): readonly string[] {
  if (plan.kind === "Scan") return [plan.table];
  if (plan.kind === "Join" && plan.method.kind === "lookup") return otherTablesOf(plan.left);
  return inputsOf(plan).flatMap(otherTablesOf);
}
