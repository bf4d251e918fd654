/**
 * What a query's state was made by: state is taken over by a query of the same fingerprint alone. It holds
 * the plan, the streams that the plan reads, how the state is laid out, and how keys are hashed (compiled and
 * interpreted kernels each have their own way). How a statement is written, and where, is no part of it.
 */
import { createHash } from "node:crypto";
import type { TableDefinition } from "../../catalog/catalog.ts";
import type { LogicalPlan } from "../../sql/plan/logical-plan.ts";
import type { PartImage } from "../../state/keyed-state.ts";
import type { KernelMode } from "../codegen/kernels.ts";
import type { EngineInsert, EngineView } from "./engine-queries.ts";

/** One more whenever what operators keep has another meaning in the same layout. */
const stateVersion = 1;

export interface FingerprintedQuery {
  readonly plan: LogicalPlan;
  readonly tables: readonly TableDefinition[];
  /** Of a view its options; of an INSERT the stream that it writes. */
  readonly target: unknown;
}

export function printedOf(query: EngineView | EngineInsert): FingerprintedQuery {
  const { plan, tables } = query;
  if ("target" in query) return { plan, tables, target: query.target };
  // How its rows are told is nothing that its state is made of.
  const { statement: _, timeZone: __, isOnWallClock: ___, ...target } = query.view;
  return { plan, tables, target };
}

export function fingerprintOf(
  { plan, tables, target }: FingerprintedQuery,
  operators: readonly PartImage[],
  mode: KernelMode,
): string {
  const layouts = operators.map(({ states }) => states.map(({ layout }) => layout));
  // A plan that is used in several places is written once.
  const plans = new Map<object, number>();
  const replacer = (key: string, value: unknown) => {
    if (typeof value !== "object" || value === null || !("kind" in value && "schema" in value))
      return plain(key, value);
    const place = plans.get(value);
    if (place !== undefined) return `plan ${place}`;
    plans.set(value, plans.size);
    return value;
  };
  const text = JSON.stringify({ stateVersion, mode, layouts, plan, tables, target }, replacer);
  return createHash("sha256").update(text).digest("hex");
}

function plain(key: string, value: unknown): unknown {
  if (key === "position") return undefined;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number" && !Number.isFinite(value)) return `${value}`;
  if (value instanceof Map || value instanceof Set) return [...value];
  return value;
}
