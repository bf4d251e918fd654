/** Aggregations and ranks of windows: what one holds is decided row by row, by the watermark before it. */
import { type Change, type History, standing } from "./history.ts";
import { cells, type Expected, grouped, type OperatorRow, sum, timeText } from "./operator-row.ts";
import { startMs } from "./script.ts";

interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

type WindowsOf = (timeMs: number) => readonly Window[];

const second = 1_000;
const gapMs = 5 * second;
const reads = { a: undefined };
const columns = "window_start, window_end, k, COUNT(*) AS c, SUM(n) AS s";

const tumble: WindowsOf = (timeMs) => {
  const begin = Math.floor((timeMs - startMs) / (10 * second)) * 10 * second + startMs;
  return [{ startMs: begin, endMs: begin + 10 * second }];
};
const hop: WindowsOf = (timeMs) => {
  const last = Math.floor((timeMs - startMs) / (5 * second)) * 5 * second + startMs;
  return [last - 5 * second, last].map((begin) => ({ startMs: begin, endMs: begin + 10 * second }));
};
const cumulate: WindowsOf = (timeMs) => {
  const begin = Math.floor((timeMs - startMs) / (20 * second)) * 20 * second + startMs;
  const ends = [1, 2, 3, 4].map((step) => begin + step * 5 * second);
  return ends.filter((endMs) => endMs > timeMs).map((endMs) => ({ startMs: begin, endMs }));
};

interface Placed {
  readonly window: Window;
  readonly change: Change;
}

/** Each row in those of its windows that were open when it came; it is late where none was. */
function placed(changes: readonly Change[], windowsOf: WindowsOf) {
  const inTime: Placed[] = [];
  let late = 0;
  for (const change of changes) {
    const open = windowsOf(change.timeMs).filter(({ endMs }) => endMs - 1 > change.watermarkMs);
    if (open.length === 0) late++;
    for (const window of open) inTime.push({ window, change });
  }
  return { inTime, late };
}

function closedGroups(rows: readonly Placed[], watermarkMs: number): readonly (readonly Placed[])[] {
  const closed = rows.filter(({ window }) => window.endMs - 1 <= watermarkMs);
  const keyOf = ({ window, change }: Placed) => `${window.startMs} ${window.endMs} ${change.row.k}`;
  // A group whose rows were all taken back gives nothing.
  return grouped(closed, keyOf).filter((group) => countOf(group) > 0);
}

const countOf = (group: readonly Placed[]): number =>
  group.reduce((total, { change }) => total + change.sign, 0);

function aggregateText(group: readonly Placed[], window: Window): string {
  const left = standing(group.map(({ change }) => change));
  const { startMs: from, endMs } = window;
  const s = sum(left.map(({ row }) => row.n));
  return cells(timeText(from), timeText(endMs), group[0]!.change.row.k, left.length, s);
}

function aggregated({ changes, watermarkMs }: History, windowsOf: WindowsOf, aheadMs = 0): Expected {
  const { inTime, late } = placed(changes, windowsOf);
  const rows = closedGroups(inTime, watermarkMs).map((group) => {
    const { startMs: from, endMs } = group[0]!.window;
    return aggregateText(group, { startMs: from + aheadMs, endMs: endMs + aheadMs });
  });
  return { rows, late };
}

interface Session {
  startMs: number;
  endMs: number;
  readonly k: string | null;
  readonly changes: Change[];
}

/** Sessions never shrink: a row that is taken back takes nothing of their time. */
function sessions({ changes, watermarkMs }: History) {
  const closed: Session[] = [];
  let open: Session[] = [];
  let late = 0;
  const close = (untilMs: number) => {
    closed.push(...open.filter(({ endMs }) => endMs - 1 <= untilMs));
    open = open.filter(({ endMs }) => endMs - 1 > untilMs);
  };
  for (const change of changes) {
    const { timeMs, row } = change;
    close(change.watermarkMs);
    const touches = ({ k, startMs: from, endMs }: Session) =>
      k === row.k && from <= timeMs + gapMs && timeMs <= endMs;
    const met = open.filter(touches);
    if (met.length === 0 && timeMs + gapMs - 1 <= change.watermarkMs) {
      late++;
      continue;
    }
    open = open.filter((session) => !met.includes(session));
    open.push({
      startMs: Math.min(timeMs, ...met.map((session) => session.startMs)),
      endMs: Math.max(timeMs + gapMs, ...met.map(({ endMs }) => endMs)),
      k: row.k,
      changes: [...met.flatMap((session) => session.changes), change],
    });
  }
  close(watermarkMs);
  return { closed, late };
}

function windowOver(table: string, extra = ""): string {
  return `TABLE(${table}(TABLE a${extra}, DESCRIPTOR(ts), `;
}

function ofWindow(name: string, call: string, windowsOf: WindowsOf): OperatorRow {
  return {
    name,
    file: "window-aggregate",
    sql: `SELECT ${columns} FROM ${call} GROUP BY window_start, window_end, k`,
    reads,
    expected: (history) => aggregated(history, windowsOf),
  };
}

/** Of each window and key the first by an order, of equals the one that came first. */
function firstOfWindows(
  { changes, watermarkMs }: History,
  isBefore: (one: Change, other: Change) => boolean,
) {
  const { inTime, late } = placed(changes, tumble);
  const rows = closedGroups(inTime, watermarkMs).map((group) => {
    const { row } = group
      .map(({ change }) => change)
      .reduce((best, next) => (isBefore(next, best) ? next : best));
    return cells(row.id, row.k, timeText(group[0]!.window.endMs));
  });
  return { rows, late };
}

const tumbled = `${windowOver("TUMBLE")}INTERVAL '10' SECOND))`;
const rankedBy = (order: string) => `SELECT id, k, window_end FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, k ORDER BY ${order}) AS rn
    FROM ${tumbled}
  ) WHERE rn = 1`;

const over = "TABLE(TUMBLE(TABLE p, DESCRIPTOR(ts), INTERVAL '1' MINUTE))";
const rankRefused = {
  a: {
    code: "sql.window-over-updates",
    flink: `SELECT id, rn FROM (SELECT *,
       ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY n DESC) AS rn
      FROM ${over}) WHERE rn <= 1`,
  },
};
const deduplicationRefused = {
  a: {
    code: "sql.window-over-updates",
    flink: `SELECT id FROM (SELECT *,
       ROW_NUMBER() OVER (PARTITION BY window_start, window_end, k ORDER BY ts DESC) AS rn
      FROM ${over}) WHERE rn = 1`,
  },
};

export const windowRows: readonly OperatorRow[] = [
  ofWindow("TUMBLE", tumbled, tumble),
  ofWindow("HOP", `${windowOver("HOP")}INTERVAL '5' SECOND, INTERVAL '10' SECOND))`, hop),
  ofWindow("CUMULATE", `${windowOver("CUMULATE")}INTERVAL '5' SECOND, INTERVAL '20' SECOND))`, cumulate),
  {
    ...ofWindow("GROUP BY the columns of a window", tumbled, tumble),
    sql: `SELECT ${columns} FROM (SELECT window_start, window_end, k, n FROM ${tumbled})
      GROUP BY window_start, window_end, k`,
  },
  {
    name: "SESSION",
    file: "session-aggregate",
    sql: `SELECT ${columns} FROM ${windowOver("SESSION", " PARTITION BY k")}INTERVAL '5' SECOND))
      GROUP BY window_start, window_end, k`,
    reads,
    expected: (history) => {
      const { closed, late } = sessions(history);
      const rows = closed.flatMap((session) => {
        const group = session.changes.map((change) => ({ window: session, change }));
        return countOf(group) === 0 ? [] : [aggregateText(group, session)];
      });
      return { rows, late };
    },
  },
  {
    name: "SESSION as rows",
    file: "session-windows",
    sql: `SELECT id, n, window_start, window_end
      FROM ${windowOver("SESSION", " PARTITION BY k")}INTERVAL '5' SECOND))`,
    reads,
    expected: (history) => {
      const { closed, late } = sessions(history);
      const rows = closed.flatMap(({ startMs: from, endMs, changes }) =>
        standing(changes).map(({ row }) => cells(row.id, row.n, timeText(from), timeText(endMs))),
      );
      return { rows, late };
    },
  },
  {
    name: "ROW_NUMBER of windows (Top-N)",
    file: "window-top-n",
    sql: rankedBy("n DESC"),
    reads,
    expected: (history) =>
      firstOfWindows(history, (one, other) => (one.row.n ?? -Infinity) > (other.row.n ?? -Infinity)),
    refusals: rankRefused,
  },
  {
    name: "ROW_NUMBER of windows (deduplication)",
    file: "window-top-n",
    sql: rankedBy("ts DESC"),
    reads,
    expected: (history) => firstOfWindows(history, (one, other) => one.timeMs >= other.timeMs),
    refusals: deduplicationRefused,
  },
  {
    ...ofWindow("WATERMARK of a computed column", tumbled, tumble),
    file: "computed-watermark",
    sql: `SELECT ${columns} FROM ${tumbled} GROUP BY window_start, window_end, k`,
    ddl: `CREATE TABLE a (id INT, k STRING, n INT, written STRING, ts AS TO_TIMESTAMP(written)$KEY,
      WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)`,
  },
  {
    ...ofWindow("Windows in a time zone", tumbled, tumble),
    file: "zoned-time",
    // Half past five ahead of UTC.
    expected: (history) => aggregated(history, tumble, 5.5 * 3600 * second),
    ddl: `SET 'table.local-time-zone' = 'Asia/Kolkata';
      CREATE TABLE a (id INT, k STRING, n INT, seen TIMESTAMP_LTZ(3)$KEY,
      WATERMARK FOR seen AS seen - INTERVAL '5' SECOND)`,
    sql: `SELECT ${columns} FROM ${tumbled.replace("(ts)", "(seen)")} GROUP BY window_start, window_end, k`,
  },
  {
    name: "PROCTIME",
    file: "processing-time",
    sql: `SELECT ${columns} FROM ${tumbled.replace("(ts)", "(pt)")} GROUP BY window_start, window_end, k`,
    ddl: "CREATE TABLE a (id INT, k STRING, n INT, pt AS PROCTIME()$KEY)",
    reads,
    // A row would be taken back out of another window than that which it is in.
    refusals: { a: { code: "sql.not-supported-yet", flink: undefined } },
    expected: ({ changes, clockMs, hasEnded }) => {
      const untilMs = hasEnded ? Number.POSITIVE_INFINITY : clockMs - 1;
      const byClock = changes.map((change) => ({
        change,
        window: tumble(change.appendTimeMs)[0]!,
      }));
      return { rows: closedGroups(byClock, untilMs).map((group) => aggregateText(group, group[0]!.window)) };
    },
  },
];
