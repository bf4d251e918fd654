/** What is asked of the server for a row that somebody opens, and its answer as the rows of a table. */
import type { EventsAnswer } from "../../../../src/serving/answers.ts";
import type { Detail } from "../../../../src/serving/pages.ts";
import type { WireColumn, WireRow } from "../../../../src/serving/protocol.ts";
import { allOf, quotedName } from "../../data/sql.ts";
import type { Reading } from "../panel-kind.ts";
import { detailCondition } from "./condition.ts";

export type DetailQuestion =
  | {
      readonly is: "question";
      readonly of: "view";
      readonly name: string;
      readonly query: {
        readonly where: string;
        readonly order: string | undefined;
        readonly limit: number;
        readonly emit: "changes" | "final" | undefined;
        /** As it was then. */
        readonly at: string | undefined;
      };
    }
  /** Streams answer with their newest first. */
  | {
      readonly is: "question";
      readonly of: "stream";
      readonly name: string;
      readonly query: {
        readonly where: string;
        readonly limit: number;
        readonly appendedTo: string | undefined;
      };
    }
  | { readonly is: "unaskable"; readonly why: string };

export function detailQuestion(
  { source, match, time, limit }: Detail,
  columns: readonly WireColumn[],
  row: WireRow,
  at: string | undefined,
): DetailQuestion {
  const condition = detailCondition(match, columns, row);
  if (condition.is === "unmatchable") {
    const why = `Nothing is found by the ${condition.column} of this row: its value cannot be told exactly.`;
    return { is: "unaskable", why };
  }
  const where = allOf([source.where, condition.sql]) ?? "";
  if (source.over === "stream") {
    // That is before it, and an event of the moment itself was there.
    const appendedTo = at === undefined ? undefined : new Date(Date.parse(at) + 1).toISOString();
    return { is: "question", of: "stream", name: source.stream, query: { where, limit, appendedTo } };
  }
  const order = time === null ? undefined : `${quotedName(pathOfTime(time))} DESC`;
  const query = { where, order, limit, emit: source.emit ?? undefined, at };
  return { is: "question", of: "view", name: source.view, query };
}

/** Orders are of columns; of a member of an object it is that of the object's column. */
function pathOfTime(time: string): string {
  return time.split(".")[0] ?? time;
}

/** Events as rows of the columns that are shown; each is as it was written. */
export function readingOfEvents({ events }: EventsAnswer, { columns }: Detail): Reading {
  const wanted = [...new Set(columns.map(({ column }) => column.split(".")[0] ?? column))];
  return {
    columns: wanted.map((name) => ({ name, type: "string", nullable: true, sqlType: "" })),
    rows: events.map(({ id, event }) => ({
      key: id,
      values: wanted.map((name) => event?.[name] ?? null),
      final: true,
      revision: 0,
    })),
    watermarkMs: null,
  };
}
