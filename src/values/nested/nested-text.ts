/** ROW, ARRAY and MAP as Flink writes them: `(1, x)`, `[a, NULL]`, `{k=v}`. The caller writes the parts. */
import type { NestedType, SqlType } from "../sql-type.ts";
import type { SqlValue } from "../sql-value.ts";
import { entriesOf, fieldsOf, itemsOf } from "./nested-value.ts";

export function nestedText(
  bytes: Uint8Array,
  type: NestedType,
  partText: (value: SqlValue, type: SqlType) => string,
  rowBrackets: readonly [string, string] = ["(", ")"],
): string {
  switch (type.kind) {
    case "ROW": {
      const values = fieldsOf(bytes, type.fields);
      const texts = type.fields.map((field, index) => partText(values[index]!, field.type));
      return rowBrackets.join(texts.join(", "));
    }
    case "ARRAY":
      return `[${itemsOf(bytes, type.element)
        .map((item) => partText(item, type.element))
        .join(", ")}]`;
    case "MAP": {
      const texts = entriesOf(bytes, type).map(
        ([key, value]) => `${partText(key, type.key)}=${partText(value, type.value)}`,
      );
      return `{${texts.join(", ")}}`;
    }
  }
}
