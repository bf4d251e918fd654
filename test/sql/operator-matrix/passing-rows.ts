/** Operators that give rows as they come: nothing waits, nothing is late. */
import { type Change, standing } from "./history.ts";
import { cells, type OperatorRow, timeText } from "./operator-row.ts";
import { startMs } from "./script.ts";

const reads = { a: undefined };
const textsOf = ({ row: { id, k, n } }: Change): string => cells(id, k, n);

export const passingRows: readonly OperatorRow[] = [
  {
    name: "FROM",
    file: "scan",
    sql: "SELECT id, k, n FROM a",
    reads,
    expected: ({ changes }) => ({ rows: standing(changes).map(textsOf) }),
  },
  {
    name: "WHERE",
    file: "transform",
    sql: "SELECT id, k, n FROM a WHERE n > 3",
    reads,
    expected: ({ changes }) => ({
      rows: standing(changes)
        .filter(({ row }) => row.n! > 3)
        .map(textsOf),
    }),
  },
  {
    name: "SELECT",
    file: "transform",
    sql: "SELECT id, n * 2 AS twice, COALESCE(k, 'none') AS k FROM a",
    reads,
    expected: ({ changes }) => ({
      rows: standing(changes).map(({ row: { id, k, n } }) =>
        cells(id, n === null ? null : n * 2, k ?? "none"),
      ),
    }),
  },
  {
    name: "UNION ALL",
    file: "union",
    sql: "SELECT id, k, n FROM a UNION ALL SELECT id, k, n FROM b",
    reads: { a: undefined, b: undefined },
    expected: ({ changes }) => ({ rows: standing(changes).map(textsOf) }),
  },
  {
    name: "VALUES",
    file: "values",
    sql: `SELECT id, k FROM (VALUES (1, 'v'), (2, CAST(NULL AS STRING))) AS v (id, k)
      UNION ALL SELECT id, k FROM a`,
    reads,
    expected: ({ changes }) => ({
      rows: [cells(1, "v"), cells(2, null), ...standing(changes).map(({ row }) => cells(row.id, row.k))],
    }),
    says: { empty: "its own rows" },
  },
  {
    name: "UNNEST",
    file: "unnest",
    sql: "SELECT id, e FROM a CROSS JOIN UNNEST(list) AS t (e)",
    reads,
    expected: ({ changes }) => ({
      rows: standing(changes).flatMap(({ row: { id, n } }) =>
        n === null ? [] : [cells(id, n), cells(id, n + 1)],
      ),
    }),
  },
  {
    name: "PRIMARY KEY",
    file: "primary-key",
    sql: "SELECT id, k, n FROM a",
    reads: { a: "id" },
    expected: ({ changes }) => ({ rows: standing(changes).map(textsOf) }),
  },
  {
    name: "TUMBLE, HOP, CUMULATE as rows",
    file: "assign-windows",
    sql: `SELECT id, k, window_end
      FROM TABLE(HOP(TABLE a, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND))`,
    reads,
    expected: ({ changes }) => ({
      rows: standing(changes).flatMap(({ row: { id, k }, timeMs }) => {
        const end = (Math.floor((timeMs - startMs) / 5_000) + 1) * 5_000 + startMs;
        return [cells(id, k, timeText(end)), cells(id, k, timeText(end + 5_000))];
      }),
    }),
  },
];
