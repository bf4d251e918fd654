/** `'connector' = 'print'`: one line a row, `+I[a, b, c]`, as Flink's print connector writes it. */
import { readValue } from "../../values/column-access.ts";
import { type ColumnBatch, rowKind, rowKindSigns } from "../../values/column-batch.ts";
import type { Connector } from "../connector.ts";
import { javaText } from "./java-text.ts";

export const printConnector: Connector = {
  name: "print",
  options: [
    { name: "print-identifier", required: false, description: "Stands before each row, with > between." },
    {
      name: "standard-error",
      required: false,
      values: ["true", "false"],
      description: "Whether rows go to standard error.",
    },
  ],
  acceptsChanges: true,
  openSink: ({ options }, context) => {
    const identifier = options["print-identifier"] ?? "";
    const prefix = identifier === "" ? "" : `${identifier}> `;
    const print = options["standard-error"] === "true" ? context.printError : context.print;
    return {
      write: (batch) => {
        for (let row = 0; row < batch.rowCount; row++) print(`${prefix}${rowText(batch, row)}`);
      },
      flush: async () => {},
      close: async () => {},
      // What was printed was read.
      abort: async () => {},
    };
  },
};

function rowText(batch: ColumnBatch, row: number): string {
  const values = batch.schema.columns.map(({ type }, index) => javaText(readValue(batch, index, row), type));
  return `${rowKindSigns[batch.kinds?.[row] ?? rowKind.insert]}[${values.join(", ")}]`;
}
