/** The interpreted twin of `compile-group-row.ts`: value by value. */
import { writeValue } from "../../values/column-access.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { copyKey, readKey } from "../operators/group-slot.ts";
import type { GroupRowKernel, GroupRowShape } from "./group-row-kernel.ts";

export function interpretGroupRow({ plan, rows, groups, keys }: GroupRowShape): GroupRowKernel {
  const { layout, state } = keys;
  const { aggregates } = groups;
  return (row, key, values, startMs, endMs, arenaEnd) => {
    let end = arenaEnd;
    let column = 0;
    for (const place of plan.keys.keys()) {
      end = copyKey(state, key, layout.keys[place]!, rows, column++, row, end);
    }
    const write = (value: SqlValue) => {
      end = writeValue(rows, column++, row, value, end);
    };
    // Of rows that came with their window the start is a key of the group, behind those of the plan.
    const start = plan.window?.kind === "ATTACHED" ? readKey(state, key, layout.keys.at(-1)!) : startMs;
    for (const property of plan.properties) {
      write(property === "window_start" ? start : property === "window_end" ? endMs : endMs - 1);
    }
    for (let call = 0; column < rows.columns.length; call++) write(aggregates.result(values, call));
    return end;
  };
}
