/**
 * The events as rows of tables, each as a line of JSON: three tables, or one with a column a kind and a view
 * over each, which is how the public suite for Flink has them.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { NexmarkEvent } from "./generator.ts";

export interface TableRow {
  readonly table: string;
  readonly json: string;
}

export interface TableForm {
  /** CREATE TABLE and CREATE VIEW, so that `person`, `auction` and `bid` can be read. */
  readonly sql: string;
  readonly rowOf: (event: NexmarkEvent) => TableRow;
}

const folder = import.meta.dirname;
const typeOfKind = { person: 0, auction: 1, bid: 2 };

export const threeTables: TableForm = {
  sql: readFileSync(join(folder, "three-tables.sql"), "utf8"),
  rowOf: ({ kind, row }) => ({ table: kind, json: JSON.stringify(row) }),
};

export const oneTable: TableForm = {
  sql: readFileSync(join(folder, "one-table.sql"), "utf8"),
  rowOf: ({ kind, row }) => {
    const { dateTime } = row;
    return {
      table: "datagen",
      json: JSON.stringify({ event_type: typeOfKind[kind], [kind]: row, dateTime }),
    };
  },
};

export const queryNames: readonly string[] = Array.from({ length: 24 }, (_, number) => `q${number}`);

/** The query with its sink: the last statement is the INSERT. */
export function queryText(name: string): string {
  return readFileSync(join(folder, "queries", `${name}.sql`), "utf8");
}
