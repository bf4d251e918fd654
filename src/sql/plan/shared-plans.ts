/**
 * Parts of a plan that it has more than once, as a WITH query or a view that is read twice: they are run
 * once, and what they give goes to all who read them. Shared is what keeps state; rows of a table are
 * decoded once anyway. Where only one of two readers is shown open windows each has a part of its own.
 */
import { structureKey } from "./expressions.ts";
import type { LogicalPlan } from "./logical-plan.ts";
import { inputsOf } from "./map-plan.ts";

/** By node, at each place where it stands: the number of the shared part, from 1. */
export type SharedPlans = ReadonlyMap<LogicalPlan, number>;

interface Place {
  readonly node: LogicalPlan;
  readonly structure: string;
}

export function sharedPlansOf(plan: LogicalPlan): SharedPlans {
  return repeatedIn(plan, (structure, seen) => !seen.has(structure));
}

/** Beside the shared parts themselves what lies in them, at each of their places. */
export function repeatedPlansOf(plan: LogicalPlan): SharedPlans {
  return repeatedIn(plan, () => true);
}

/** Whether a part is looked into, by what was met before. */
type LooksInto = (structure: string, seen: ReadonlySet<string>) => boolean;

function repeatedIn(plan: LogicalPlan, looksInto: LooksInto): SharedPlans {
  const structures = new Map<LogicalPlan, number>();
  numberStructures(plan, structures, new Map());
  const places: Place[] = [];
  const seen = new Set<string>();
  const collect = (node: LogicalPlan, isShown: boolean): void => {
    if (!keepsState(node)) return;
    const structure = `${structures.get(node)} ${isShown}`;
    places.push({ node, structure });
    if (!looksInto(structure, seen)) return;
    seen.add(structure);
    for (const input of inputsOf(node)) collect(input, isShown && givesOpenOn(node));
  };
  collect(plan, true);
  return numbered(places);
}

function numbered(places: readonly Place[]): SharedPlans {
  const counts = new Map<string, number>();
  for (const { structure } of places) counts.set(structure, (counts.get(structure) ?? 0) + 1);
  const numbers = new Map<string, number>();
  const shared = new Map<LogicalPlan, number>();
  for (const { node, structure } of places) {
    if (counts.get(structure) === 1) continue;
    if (!numbers.has(structure)) numbers.set(structure, numbers.size + 1);
    shared.set(node, numbers.get(structure)!);
  }
  return shared;
}

/** Equal numbers for what computes the same rows; inputs first, so that no text holds another one's. */
function numberStructures(
  node: LogicalPlan,
  structures: Map<LogicalPlan, number>,
  known: Map<string, number>,
): number {
  const done = structures.get(node);
  if (done !== undefined) return done;
  const below = inputsOf(node).map((input) => numberStructures(input, structures, known));
  const own = { ...node, input: below, inputs: [], left: 0, right: 0, position: 0 };
  const key = structureKey(own);
  const number = known.get(key) ?? known.size;
  known.set(key, number);
  structures.set(node, number);
  return number;
}

function keepsState(node: LogicalPlan): boolean {
  switch (node.kind) {
    case "Scan":
    case "Values":
      return false;
    case "WindowAggregate":
    case "Aggregate":
    case "Over":
    case "Rank":
    case "Sort":
    case "Join":
    case "LatestRows":
      return true;
    case "AssignWindows":
      return node.window.kind === "SESSION" || keepsState(node.input);
    default:
      return inputsOf(node).some(keepsState);
  }
}

/** Whether open rows of its input go on to whoever reads it. */
function givesOpenOn(node: LogicalPlan): boolean {
  switch (node.kind) {
    case "Filter":
    case "Project":
    case "AssignTime":
    case "RepeatRows":
    case "Unnest":
    case "Union":
      return true;
    case "AssignWindows":
      return node.window.kind !== "SESSION";
    default:
      return false;
  }
}
