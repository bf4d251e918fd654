/**
 * From a logical plan to operators that run: which stage takes which node, and what it pushes into. A
 * predicate under an aggregation or a projection becomes part of that stage, so that no row is moved only
 * to be left out.
 */
import type { BoundExpression } from "../../sql/bind/bound-expression.ts";
import type { LogicalPlan, Scan, WindowAggregate } from "../../sql/plan/logical-plan.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import type { KernelMode } from "../codegen/kernels.ts";
import type { Operator, Output } from "../operators/operator.ts";
import { TransformOperator } from "../operators/transform.ts";
import { WindowAggregateOperator } from "../operators/window-aggregate.ts";

export interface PipelineOptions {
  readonly mode: KernelMode;
  /** Bound of each stateful operator. */
  readonly stateBytesMax: number;
}

export const defaultPipelineOptions: PipelineOptions = { mode: "compiled", stateBytesMax: 512 * 1024 * 1024 };

export interface Pipeline {
  readonly scan: Scan;
  /** Takes the scan's batches and watermarks. */
  readonly input: Output;
  /** From the source to the end. */
  readonly operators: readonly Operator[];
  /** Those whose open rows reach the end: nothing that keeps state stands behind them. */
  readonly openers: readonly Operator[];
}

/** One stage: nodes of the plan that one operator takes. */
type Stage =
  | {
      readonly kind: "aggregate";
      readonly node: WindowAggregate;
      readonly predicate: BoundExpression | undefined;
      readonly input: LogicalPlan;
    }
  | {
      readonly kind: "transform";
      readonly expressions: readonly BoundExpression[];
      readonly schema: RowSchema;
      readonly predicate: BoundExpression | undefined;
      readonly input: LogicalPlan;
    };

export function buildPipeline(plan: LogicalPlan, output: Output, options: PipelineOptions): Pipeline {
  const operators: Operator[] = [];
  const openers: Operator[] = [];
  let node = plan;
  let target = output;
  while (node.kind !== "Scan") {
    const stage = stageOf(node);
    if (stage.kind === "aggregate") {
      const name = `GROUP BY ${stage.node.window.kind}`;
      const { predicate } = stage;
      const aggregate = new WindowAggregateOperator(stage.node, target, { name, predicate, ...options });
      operators.unshift(aggregate);
      if (openers.length === 0) openers.push(aggregate);
      target = aggregate;
    } else {
      const transform = new TransformOperator(target, { ...stage, mode: options.mode });
      operators.unshift(transform);
      target = transform;
    }
    node = stage.input;
  }
  return { scan: node, input: target, operators, openers };
}

function stageOf(node: Exclude<LogicalPlan, Scan>): Stage {
  switch (node.kind) {
    case "WindowAggregate":
      return { kind: "aggregate", node, ...belowFilter(node.input) };
    case "Project":
      return {
        kind: "transform",
        expressions: node.expressions,
        schema: node.schema,
        ...belowFilter(node.input),
      };
    case "Filter": {
      const expressions = node.schema.columns.map(({ type }, index) => ({
        kind: "InputColumn" as const,
        index,
        type,
      }));
      return {
        kind: "transform",
        expressions,
        schema: node.schema,
        predicate: node.predicate,
        input: node.input,
      };
    }
  }
}

function belowFilter(node: LogicalPlan): { predicate: BoundExpression | undefined; input: LogicalPlan } {
  return node.kind === "Filter"
    ? { predicate: node.predicate, input: node.input }
    : { predicate: undefined, input: node };
}
