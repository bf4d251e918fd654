/** Groups and ranks without a window, and OVER. */
import { type Change, type History, standing } from "./history.ts";
import { cells, type Expected, grouped, type OperatorRow, sum } from "./operator-row.ts";

const reads = { a: undefined };

function groupTexts(rows: readonly Change[], keyOf: (change: Change) => string | null): readonly string[] {
  return grouped(rows, keyOf).map((group) =>
    cells(keyOf(group[0]!), group.length, sum(group.map(({ row }) => row.n))),
  );
}

/** Each row when the watermark has reached it, in the order of time, with what its frame holds. */
function framed(
  { changes, watermarkMs }: History,
  frameOf: (before: readonly Change[], change: Change) => readonly Change[],
): Expected {
  const kept = changes.filter((change) => change.timeMs > change.watermarkMs);
  const answer = (change: Change, known: readonly Change[]) => {
    const ordered = known.toSorted((one, other) => one.timeMs - other.timeMs);
    const place = ordered.indexOf(change);
    const ofKey = (other: Change) => other.row.k === change.row.k;
    const before = ordered.filter(
      (other, at) => ofKey(other) && (at <= place || other.timeMs === change.timeMs),
    );
    return cells(change.row.id, change.row.k, sum(frameOf(before, change).map(({ row }) => row.n)));
  };
  const due = kept.filter(({ timeMs }) => timeMs <= watermarkMs);
  return {
    rows: due.map((change) => answer(change, kept)),
    firsts: kept.map((change, place) => `+I ${answer(change, kept.slice(0, place + 1))}`),
    late: changes.length - kept.length,
  };
}

function ranked(changes: readonly Change[], before: (one: Change, other: Change) => number, count: number) {
  return grouped(standing(changes), ({ row }) => row.k).flatMap((group) =>
    group.toSorted(before).slice(0, count),
  );
}

const byTime = (one: Change, other: Change): number => one.timeMs - other.timeMs;
/** NULL is the least value. */
const byNumber = (one: Change, other: Change): number => (other.row.n ?? -1e9) - (one.row.n ?? -1e9);
const rankedSql = (order: string, condition: string, columns = "id, k, n") => `SELECT ${columns} FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ${order}) AS rn FROM a
  ) WHERE ${condition}`;

/** The first of each key that the watermark has passed; one behind the watermark is late. */
function firstRows({ changes, watermarkMs }: History): Expected {
  const kept = changes.filter((change) => change.timeMs >= change.watermarkMs);
  const rows = grouped(kept, ({ row }) => row.k).flatMap((group) => {
    const first = group.toSorted(byTime)[0]!;
    const { id, k, n } = first.row;
    return first.timeMs <= watermarkMs ? [cells(id, k, n)] : [];
  });
  return { rows, late: changes.length - kept.length };
}

const retentionMs = 20_000;
const keptFor = `CREATE MATERIALIZED VIEW kept WITH ('retention' = '${retentionMs / 1000} s') AS`;

/** Of each key the rows since it was forgotten last; nothing of one that is forgotten now. */
function remembered(changes: readonly Change[], clockMs: number): readonly (readonly Change[])[] {
  return grouped(changes, ({ row }) => row.k).flatMap((group) => {
    const isForgotten = (last: Change, nowMs: number) => last.appendTimeMs + retentionMs <= nowMs;
    if (isForgotten(group.at(-1)!, clockMs)) return [];
    const begins = group.findLastIndex(
      (change, place) => place > 0 && isForgotten(group[place - 1]!, change.appendTimeMs),
    );
    return [group.slice(Math.max(0, begins))];
  });
}

const lastOf = (group: readonly Change[]): Change =>
  group.reduce((last, next) => (next.timeMs >= last.timeMs ? next : last));

/** A key of rows that change would be asked for what it had. */
const retentionRefused = { a: { code: "sql.not-supported-yet", flink: undefined } };

const overRefused = {
  a: { code: "sql.not-flink", flink: "SELECT id, SUM(n) OVER (PARTITION BY k ORDER BY ts) AS s FROM p" },
};

export const groupRows: readonly OperatorRow[] = [
  {
    name: "GROUP BY",
    file: "group-aggregate",
    sql: "SELECT k, COUNT(*) AS c, SUM(n) AS s FROM a GROUP BY k",
    reads,
    expected: ({ changes }) => ({ rows: groupTexts(standing(changes), ({ row }) => row.k) }),
  },
  {
    name: "DISTINCT",
    file: "group-aggregate",
    sql: "SELECT DISTINCT k FROM a",
    reads,
    expected: ({ changes }) => ({
      rows: grouped(standing(changes), ({ row }) => row.k).map(([first]) => cells(first!.row.k)),
    }),
  },
  {
    name: "GROUPING SETS",
    file: "repeat-rows",
    sql: "SELECT k, GROUPING(k) AS g, COUNT(*) AS c, SUM(n) AS s FROM a GROUP BY GROUPING SETS ((k), ())",
    reads,
    expected: ({ changes }) => {
      const left = standing(changes);
      const ofKeys = grouped(left, ({ row }) => row.k).map((group) =>
        cells(group[0]!.row.k, 0, group.length, sum(group.map(({ row }) => row.n))),
      );
      const ofAll = cells(null, 1, left.length, sum(left.map(({ row }) => row.n)));
      return { rows: left.length === 0 ? [] : [...ofKeys, ofAll] };
    },
  },
  {
    name: "OVER (… ROWS …)",
    file: "over-aggregate",
    sql: `SELECT id, k, SUM(n) OVER (
        PARTITION BY k ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW
      ) AS s FROM a`,
    reads,
    expected: (history) =>
      framed(history, (before, change) => {
        const place = before.indexOf(change);
        return before.slice(Math.max(0, place - 1), place + 1);
      }),
    refusals: overRefused,
  },
  {
    name: "OVER (… RANGE …)",
    file: "over-aggregate",
    sql: `SELECT id, k, SUM(n) OVER (
        PARTITION BY k ORDER BY ts RANGE BETWEEN INTERVAL '10' SECOND PRECEDING AND CURRENT ROW
      ) AS s FROM a`,
    reads,
    expected: (history) =>
      framed(history, (before, { timeMs }) =>
        before.filter((other) => other.timeMs >= timeMs - 10_000 && other.timeMs <= timeMs),
      ),
    refusals: overRefused,
  },
  {
    name: "ORDER BY (time)",
    file: "sort",
    sql: "SELECT id, k, n FROM a ORDER BY ts",
    reads,
    expected: ({ changes, watermarkMs }) => {
      const kept = changes.filter((change) => change.timeMs > change.watermarkMs);
      const reached = kept.filter(({ timeMs }) => timeMs <= watermarkMs);
      return {
        rows: reached.map(({ row: { id, k, n } }) => cells(id, k, n)),
        late: changes.length - kept.length,
      };
    },
    refusals: {
      a: { code: "sql.not-flink", flink: "SELECT k, SUM(n) AS s FROM t GROUP BY k ORDER BY s" },
    },
    says: { "null key": "a value like any other" },
  },
  {
    name: "ROW_NUMBER (Top-N)",
    file: "top-n",
    sql: rankedSql("n DESC, id", "rn <= 2"),
    reads,
    expected: ({ changes }) => ({
      rows: ranked(changes, (one, other) => byNumber(one, other) || one.row.id - other.row.id, 2).map(
        ({ row: { id, k, n } }) => cells(id, k, n),
      ),
    }),
  },
  {
    name: "ROW_NUMBER (Top-N with its numbers)",
    file: "top-n",
    sql: rankedSql("n DESC, id", "rn <= 2", "id, k, rn"),
    reads,
    expected: ({ changes }) => ({
      rows: grouped(standing(changes), ({ row }) => row.k).flatMap((group) =>
        group
          .toSorted((one, other) => byNumber(one, other) || one.row.id - other.row.id)
          .slice(0, 2)
          .map(({ row: { id, k } }, place) => cells(id, k, place + 1)),
      ),
    }),
  },
  {
    name: "ROW_NUMBER (first row)",
    file: "keep-first-row",
    sql: rankedSql("ts", "rn = 1"),
    reads,
    // Over rows that change it is a Top-N.
    expected: (history, isChanging) =>
      isChanging
        ? { rows: ranked(history.changes, byTime, 1).map(({ row: { id, k, n } }) => cells(id, k, n)) }
        : firstRows(history),
  },
  {
    name: "ROW_NUMBER (last row)",
    file: "keep-last-row",
    sql: rankedSql("ts DESC", "rn = 1"),
    reads,
    expected: ({ changes }) => {
      const groups = grouped(standing(changes), ({ row }) => row.k);
      return { rows: groups.map(lastOf).map(({ row: { id, k, n } }) => cells(id, k, n)) };
    },
  },
  {
    name: "ROW_NUMBER (Top-N) with a retention",
    file: "top-n",
    sql: `${keptFor} ${rankedSql("n DESC, id", "rn <= 2", "id, k, rn")}`,
    reads,
    refusals: retentionRefused,
    expected: ({ changes, clockMs }) => {
      const groups = remembered(changes, clockMs);
      const rows = groups.flatMap((group) =>
        group
          .toSorted((one, other) => byNumber(one, other) || one.row.id - other.row.id)
          .slice(0, 2)
          .map(({ row: { id, k } }, place) => cells(id, k, place + 1)),
      );
      return { rows };
    },
  },
  {
    name: "ROW_NUMBER (first row) with a retention",
    file: "keep-first-row",
    sql: `${keptFor} ${rankedSql("ts", "rn = 1")}`,
    reads,
    refusals: retentionRefused,
    expected: (history) => {
      const { changes, watermarkMs, clockMs } = history;
      const inTime = changes.filter((change) => change.timeMs >= change.watermarkMs);
      const kept = remembered(inTime, clockMs).flat();
      return {
        ...firstRows({ ...history, changes: kept, watermarkMs }),
        late: changes.length - inTime.length,
      };
    },
  },
  {
    name: "ROW_NUMBER (last row) with a retention",
    file: "keep-last-row",
    sql: `${keptFor} ${rankedSql("ts DESC", "rn = 1")}`,
    reads,
    refusals: retentionRefused,
    expected: ({ changes, clockMs }) => {
      const groups = remembered(changes, clockMs);
      return { rows: groups.map(lastOf).map(({ row: { id, k, n } }) => cells(id, k, n)) };
    },
  },
];
