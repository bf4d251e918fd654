/** Joins: which rows of `a` and `b` meet, and when it is known that a row meets nobody. */
import { type Change, type History, ofTable, standing } from "./history.ts";
import { cells, type Expected, type OperatorRow } from "./operator-row.ts";
import type { TableName } from "./script.ts";

type JoinType = "INNER" | "LEFT" | "RIGHT" | "FULL" | "SEMI" | "ANTI";

const reads = { a: undefined, b: undefined };
const second = 1_000;

const meet = (one: Change, other: Change): boolean => one.row.k !== null && one.row.k === other.row.k;
const pairText = (left: Change | undefined, right: Change | undefined): string =>
  cells(left?.row.id ?? null, left?.row.n ?? null, right?.row.id ?? null, right?.row.n ?? null);
const pairs = "SELECT a.id AS a_id, a.n AS a_n, b.id AS b_id, b.n AS b_n FROM a";
const keeps = (type: JoinType, side: TableName): boolean =>
  type === "FULL" || type === (side === "a" ? "LEFT" : "RIGHT");

/** All pairs of two lists; where the type keeps a side, its rows without a partner too. */
function joined(
  type: JoinType,
  left: readonly Change[],
  right: readonly Change[],
  areMet = meet,
): readonly string[] {
  const rows = left.flatMap((one) =>
    right.filter((other) => areMet(one, other)).map((other) => pairText(one, other)),
  );
  const isAlone = (one: Change, others: readonly Change[], side: TableName) =>
    !others.some((other) => (side === "a" ? areMet(one, other) : areMet(other, one)));
  if (keeps(type, "a"))
    rows.push(...left.filter((one) => isAlone(one, right, "a")).map((one) => pairText(one, undefined)));
  if (keeps(type, "b"))
    rows.push(...right.filter((one) => isAlone(one, left, "b")).map((one) => pairText(undefined, one)));
  return rows;
}

function regular(type: JoinType): OperatorRow {
  const isHalf = type === "SEMI" || type === "ANTI";
  const not = type === "ANTI" ? "NOT " : "";
  const exists = `SELECT id, n FROM a WHERE ${not}EXISTS (SELECT 1 FROM b WHERE a.k = b.k)`;
  return {
    name: isHalf ? `${not}EXISTS` : type === "INNER" ? "JOIN" : `${type} JOIN`,
    file: "regular-join",
    sql: isHalf ? exists : `${pairs} ${type} JOIN b ON a.k = b.k`,
    reads,
    expected: ({ changes }) => {
      const [left, right] = (["a", "b"] as const).map((table) => standing(ofTable(changes, table)));
      if (!isHalf) return { rows: joined(type, left!, right!) };
      const isKept = (one: Change) => right!.some((other) => meet(one, other)) === (type === "SEMI");
      return { rows: left!.filter(isKept).map(({ row }) => cells(row.id, row.n)) };
    },
  };
}

const lowerMs = -3 * second;
const upperMs = 4 * second;
/** From this watermark on no partner of the row comes any more. */
const lastPartnerMs = ({ table, timeMs }: Change) => (table === "a" ? timeMs + upperMs : timeMs - lowerMs);

/** Row by row: who waits for partners meets who comes; who meets nobody is told when nobody can come. */
function interval(type: JoinType, { changes, watermarkMs }: History): Expected {
  const rows: string[] = [];
  const firsts: string[] = [];
  let late = 0;
  let waiting: { readonly change: Change; hasMet: boolean }[] = [];
  const alone = (one: Change) => (one.table === "a" ? pairText(one, undefined) : pairText(undefined, one));
  const pass = (untilMs: number) => {
    for (const { change, hasMet } of waiting) {
      if (lastPartnerMs(change) <= untilMs && !hasMet && keeps(type, change.table)) rows.push(alone(change));
    }
    waiting = waiting.filter(({ change }) => lastPartnerMs(change) > untilMs);
  };
  for (const change of changes) {
    pass(change.watermarkMs);
    const partners = waiting.filter(({ change: other }) => {
      if (other.table === change.table || !meet(change, other)) return false;
      const apart = change.table === "a" ? other.timeMs - change.timeMs : change.timeMs - other.timeMs;
      return apart >= lowerMs && apart <= upperMs;
    });
    for (const partner of partners.toSorted((one, other) => one.change.timeMs - other.change.timeMs)) {
      if (!partner.hasMet && keeps(type, partner.change.table)) firsts.push(`-D ${alone(partner.change)}`);
      partner.hasMet = true;
      const [left, right] = change.table === "a" ? [change, partner.change] : [partner.change, change];
      rows.push(pairText(left, right));
      if (keeps(type, change.table)) firsts.push(`+I ${pairText(left, right)}`);
    }
    const hasMet = partners.length > 0;
    if (!hasMet && keeps(type, change.table)) firsts.push(`+I ${alone(change)}`);
    if (change.row.k !== null && lastPartnerMs(change) > change.watermarkMs) waiting.push({ change, hasMet });
    else if (!hasMet && keeps(type, change.table)) rows.push(alone(change));
    else if (!hasMet && change.timeMs <= change.watermarkMs) late++;
  }
  pass(watermarkMs);
  return type === "INNER" ? { rows, late } : { rows, late, firsts };
}

const changingRefused = (code: string, flink: string | undefined) => ({
  a: { code, flink },
  b: { code, flink },
});

function intervalJoin(type: JoinType): OperatorRow {
  const bounds = "b.ts BETWEEN a.ts - INTERVAL '3' SECOND AND a.ts + INTERVAL '4' SECOND";
  return {
    name: `${type === "INNER" ? "" : `${type} `}JOIN … BETWEEN (interval)`,
    file: "interval-join",
    sql: `${pairs} ${type} JOIN b ON a.k = b.k AND ${bounds}`,
    reads,
    expected: (history) => interval(type, history),
    refusals: changingRefused(
      "sql.not-flink",
      "SELECT p.id, t.n FROM p JOIN t ON p.k = t.k AND p.ts BETWEEN t.ts - INTERVAL '10' SECOND AND t.ts",
    ),
  };
}

const endOf = (timeMs: number): number => (Math.floor(timeMs / (10 * second)) + 1) * 10 * second;

function windowed(type: JoinType): OperatorRow {
  const side = (table: TableName) =>
    `(SELECT * FROM TABLE(TUMBLE(TABLE ${table}, DESCRIPTOR(ts), INTERVAL '10' SECOND))) AS ${table}`;
  const probe = (table: string) =>
    `(SELECT * FROM TABLE(TUMBLE(TABLE ${table}, DESCRIPTOR(ts), INTERVAL '1' MINUTE)))`;
  return {
    name: `${type === "INNER" ? "" : `${type} `}JOIN of windows`,
    file: "window-join",
    sql: `${pairs.replace("FROM a", `FROM ${side("a")}`)} ${type} JOIN ${side("b")}
      ON a.k = b.k AND a.window_start = b.window_start AND a.window_end = b.window_end`,
    reads,
    expected: ({ changes, watermarkMs }) => {
      const kept = changes.filter((change) => endOf(change.timeMs) - 1 > change.watermarkMs);
      const closed = kept.filter(({ timeMs }) => endOf(timeMs) - 1 <= watermarkMs);
      const areMet = (one: Change, other: Change) =>
        meet(one, other) && endOf(one.timeMs) === endOf(other.timeMs);
      const rows = joined(type, ofTable(closed, "a"), ofTable(closed, "b"), areMet);
      return { rows, late: changes.length - kept.length };
    },
    refusals: changingRefused(
      "sql.window-over-updates",
      `SELECT a.id, b.id FROM ${probe("p")} a JOIN ${probe("t")} b
        ON a.k = b.k AND a.window_start = b.window_start AND a.window_end = b.window_end`,
    ),
  };
}

/** Each row of the left, when the watermark reaches it, with the latest version until then. */
function temporal(type: JoinType, { sent, watermarkMs }: History): Expected {
  const rows: string[] = [];
  const firsts: string[] = [];
  let late = 0;
  const answer = (left: Change, known: readonly Change[]): readonly string[] => {
    const version = ofTable(known, "b")
      .filter((other) => meet(left, other) && other.timeMs <= left.timeMs)
      .reduce<Change | undefined>(
        (last, next) => (last && last.timeMs > next.timeMs ? last : next),
        undefined,
      );
    const isThere = version !== undefined && version.row.isDelete !== true;
    return isThere || type === "LEFT" ? [pairText(left, isThere ? version : undefined)] : [];
  };
  for (const left of ofTable(sent, "a")) {
    if (left.timeMs <= left.watermarkMs) {
      late++;
      continue;
    }
    firsts.push(...answer(left, sent.slice(0, sent.indexOf(left))).map((row) => `+I ${row}`));
    const passedAt = sent.findIndex((other) => other.watermarkMs >= left.timeMs);
    if (passedAt < 0 && watermarkMs < left.timeMs) continue;
    rows.push(...answer(left, passedAt < 0 ? sent : sent.slice(0, passedAt)));
  }
  return { rows, late, firsts };
}

function temporalJoin(type: "INNER" | "LEFT"): OperatorRow {
  return {
    name: `${type === "INNER" ? "" : "LEFT "}JOIN … FOR SYSTEM_TIME AS OF`,
    file: "temporal-join",
    sql: `${pairs} ${type} JOIN b FOR SYSTEM_TIME AS OF a.ts ON a.k = b.k`,
    reads: { a: undefined, b: "k" },
    expected: (history) => temporal(type, history),
    refusals: { a: { code: "sql.not-supported-yet", flink: undefined } },
  };
}

/** Each row of the left, when it comes, with the row that its key has then. */
function lookup(type: JoinType, { sent }: History): Expected {
  const present = new Map<string, Change>();
  const rows: string[] = [];
  for (const change of sent) {
    const { k, isDelete } = change.row;
    if (change.table === "b" && k !== null) {
      if (isDelete === true) present.delete(k);
      else present.set(k, change);
    } else if (change.table === "a") {
      const found = k === null ? undefined : present.get(k);
      if (found !== undefined || type === "LEFT") rows.push(pairText(change, found));
    }
  }
  return { rows };
}

function lookupJoin(type: "INNER" | "LEFT"): OperatorRow {
  const left = "(SELECT *, PROCTIME() AS p FROM a) AS a";
  return {
    name: `${type === "INNER" ? "" : "LEFT "}JOIN … FOR SYSTEM_TIME AS OF (PROCTIME)`,
    file: "lookup-join",
    sql: `${pairs.replace("FROM a", `FROM ${left}`)} ${type} JOIN b FOR SYSTEM_TIME AS OF a.p ON a.k = b.k`,
    reads: { a: undefined, b: "k" },
    expected: (history) => lookup(type, history),
    refusals: { a: { code: "sql.not-supported-yet", flink: undefined } },
  };
}

export const joinRows: readonly OperatorRow[] = [
  ...(["INNER", "LEFT", "RIGHT", "FULL", "SEMI", "ANTI"] as const).map(regular),
  ...(["INNER", "LEFT", "RIGHT", "FULL"] as const).map(intervalJoin),
  ...(["INNER", "FULL"] as const).map(windowed),
  ...(["INNER", "LEFT"] as const).map(temporalJoin),
  ...(["INNER", "LEFT"] as const).map(lookupJoin),
];
