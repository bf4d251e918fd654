/** Some keys that one side of a join has and the other has not: for whoever wonders why rows do not meet. */
import { literalText } from "../../sql/explain/expression-text.ts";
import type { Join } from "../../sql/plan/logical-plan.ts";
import type { JoinSide, SideName } from "./join-side.ts";

/** So many rows are looked at, and so many keys are named. */
const rowsMax = 10_000;
const keysMax = 3;

/** As SQL writes them; of several columns in parentheses. */
export function loneKeysOf(plan: Join, sides: Readonly<Record<SideName, JoinSide>>) {
  return {
    leftKeys: loneKeys(plan, "left", sides.left, sides.right),
    rightKeys: loneKeys(plan, "right", sides.right, sides.left),
  };
}

function loneKeys(plan: Join, name: SideName, side: JoinSide, others: JoinSide): readonly string[] {
  const found = new Set<string>();
  let rows = 0;
  for (const address of side.store.addresses()) {
    if (++rows > rowsMax || found.size === keysMax) break;
    if (plan.keys.length === 0 || others.first(side.groupOf(address)) !== 0) continue;
    const parts = plan.keys.map((key) => {
      const column = key[name];
      return literalText(side.store.value(address, column), plan[name].schema.columns[column]!.type);
    });
    found.add(parts.length === 1 ? parts[0]! : `(${parts.join(", ")})`);
  }
  return [...found];
}
