/** All rows of the matrix. */
import { groupRows } from "./group-rows.ts";
import { joinRows } from "./join-rows.ts";
import type { OperatorRow } from "./operator-row.ts";
import { passingRows } from "./passing-rows.ts";
import { windowRows } from "./window-rows.ts";

export const operatorRows: readonly OperatorRow[] = [
  ...passingRows.map((row) => ({ ...row, says: { "null key": "a value like any other", ...row.says } })),
  ...windowRows,
  ...groupRows,
  ...joinRows.map((row) => ({ ...row, says: { "null key": "equals nothing", ...row.says } })),
];
