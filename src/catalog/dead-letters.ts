/**
 * The table of a stream's dead letters: one row for each row that could not be taken, with its original
 * bytes.
 */
import type { SqlType } from "../values/sql-type.ts";
import { stringLengthMax } from "../values/sql-type.ts";
import type { TableDefinition } from "./catalog.ts";

const text = (nullable: boolean): SqlType => ({ kind: "VARCHAR", length: stringLengthMax, nullable });

export function deadLetterName(table: string): string {
  return `${table}$dead`;
}

export function deadLetterTable(of: string): TableDefinition {
  return {
    name: deadLetterName(of),
    origin: { kind: "dead", of },
    schema: {
      columns: [
        {
          name: "received_at",
          type: { kind: "TIMESTAMP_LTZ", precision: 3, nullable: false, attribute: "rowtime" },
        },
        { name: "code", type: text(false) },
        { name: "field", type: text(true) },
        { name: "reason", type: text(false) },
        { name: "origin", type: text(false) },
        { name: "position", type: { kind: "INT", nullable: false } },
        { name: "bytes", type: { kind: "VARBINARY", length: stringLengthMax, nullable: false } },
      ],
    },
    watermark: { column: 0, delayMs: 0 },
    primaryKey: [],
    options: {},
    statement: "",
  };
}
