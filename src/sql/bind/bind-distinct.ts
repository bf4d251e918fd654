/** DISTINCT is a group for each row that there is, without aggregates; rows with their window end with it. */
import type { SourcePosition } from "../../errors/quickwater-error.ts";
import { aggregate, windowAggregate } from "../plan/build.ts";
import type { LogicalPlan } from "../plan/logical-plan.ts";
import { rowsLeave, windowColumnsOf } from "../plan/traits.ts";
import { refuseUnboundedState } from "./bind-aggregation.ts";
import type { BindEnvironment } from "./environment.ts";

/** `what` asks for it. */
export function distinctRows(
  what: string,
  plan: LogicalPlan,
  position: SourcePosition,
  environment: BindEnvironment,
): LogicalPlan {
  const window = windowColumnsOf(plan);
  const [startColumn] = window?.starts ?? [];
  const [endColumn] = window?.ends ?? [];
  const columns = plan.schema.columns.map((_, index) => index);
  const keyNames = plan.schema.columns.map(({ name }) => name);
  if (startColumn !== undefined && endColumn !== undefined) {
    const attached = { kind: "ATTACHED", startColumn, endColumn } as const;
    const groups = windowAggregate({
      input: plan,
      window: attached,
      keys: columns,
      keyNames,
      properties: [],
      aggregates: [],
    });
    return groups;
  }
  refuseUnboundedState(`${what} keeps every row that it has seen`, plan, position, environment);
  const retentionMs = rowsLeave(plan) ? undefined : environment.retentionMs;
  return aggregate({ input: plan, keys: columns, keyNames, aggregates: [] }, retentionMs);
}
