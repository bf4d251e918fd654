/** EXPLAIN of one plan: its stages from the result down to the tables, and the passes that changed it. */
import type { Pass } from "../optimize/pass.ts";
import type { LogicalPlan } from "../plan/logical-plan.ts";
import { inputsOf } from "../plan/map-plan.ts";
import { type SharedPlans, sharedPlansOf } from "../plan/shared-plans.ts";
import { isUpdating } from "../plan/traits.ts";
import { nodeText } from "./node-text.ts";

export interface ExplainedStage {
  /** The SQL word. */
  readonly stage: string;
  readonly does: string;
  /** What it keeps and until when; missing where it keeps nothing. */
  readonly keeps?: string | undefined;
  /** Whether rows that it gave are changed or taken back later. */
  readonly changes: boolean;
  /** The name of a part that the plan reads several times, where it is told of; missing elsewhere. */
  readonly sharedAs?: string | undefined;
  readonly inputs: readonly ExplainedStage[];
}

export interface ExplainedPass {
  readonly pass: string;
  readonly does: string;
}

export interface ExplainedQuery {
  /** The view or table that the rows go to; missing where they are shown. */
  readonly into?: string | undefined;
  readonly plan: ExplainedStage;
  /** Passes of the optimizer that changed the plan, in their order. */
  readonly passes: readonly ExplainedPass[];
}

export function explainPlan(
  plan: LogicalPlan,
  changedBy: readonly Pass[],
  into: string | undefined,
): ExplainedQuery {
  const passes = changedBy.map(({ name, does }) => ({ pass: name, does }));
  const stages = explainNode(plan, sharedPlansOf(plan), new Set());
  return { ...(into === undefined ? {} : { into }), plan: stages, passes };
}

/** A part that is shared is told of once. */
function explainNode(node: LogicalPlan, shared: SharedPlans, told: Set<number>): ExplainedStage {
  const part = shared.get(node);
  const changes = isUpdating(node);
  if (part !== undefined && told.has(part)) {
    return { stage: `SHARED ${part}`, does: "as above", changes, inputs: [] };
  }
  if (part !== undefined) told.add(part);
  const { word, does, keeps } = nodeText(node);
  return {
    stage: word,
    does,
    ...(keeps === undefined ? {} : { keeps }),
    changes,
    ...(part === undefined ? {} : { sharedAs: `SHARED ${part}` }),
    inputs: inputsOf(node).map((input) => explainNode(input, shared, told)),
  };
}

export function explainedText(queries: readonly ExplainedQuery[]): string {
  return queries.map(queryText).join("\n\n");
}

function queryText({ into, plan, passes }: ExplainedQuery): string {
  const head = into === undefined ? [] : [`INTO ${into}`];
  const changed = passes.map(({ pass, does }) => `  ${pass}: ${does}`);
  const told = changed.length === 0 ? [] : ["", "Passes that changed the plan:", ...changed];
  return [...head, ...stageLines(plan, into === undefined ? "" : "  "), ...told].join("\n");
}

/** What a stage keeps stands under it, before what it reads. */
function stageLines(explained: ExplainedStage, indent: string): string[] {
  const { stage, does, keeps, changes, sharedAs, inputs } = explained;
  const mode = changes ? "[changes]" : "[inserts only]";
  const state = keeps === undefined ? [] : [`${indent}  keeps ${keeps}`];
  const below = inputs.flatMap((input) => stageLines(input, `${indent}  `));
  const name = sharedAs === undefined ? "" : ` AS ${sharedAs}`;
  return [`${indent}${stage} ${does} ${mode}${name}`, ...state, ...below];
}
