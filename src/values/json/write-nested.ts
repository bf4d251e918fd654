/** ROW, ARRAY and MAP as JSON, a ROW by its fields' names; how a part is written is the caller's to say. */
import { entriesOf, fieldsOf, itemsOf } from "../nested/nested-value.ts";
import type { NestedType, SqlType } from "../sql-type.ts";
import type { SqlValue } from "../sql-value.ts";

export function nestedJson(
  bytes: Uint8Array,
  type: NestedType,
  partText: (value: SqlValue, type: SqlType) => string,
): string {
  switch (type.kind) {
    case "ROW": {
      const values = fieldsOf(bytes, type.fields);
      const members = type.fields.map(
        (field, index) => `${JSON.stringify(field.name)}:${partText(values[index]!, field.type)}`,
      );
      return `{${members.join(",")}}`;
    }
    case "ARRAY":
      return `[${itemsOf(bytes, type.element)
        .map((item) => partText(item, type.element))
        .join(",")}]`;
    case "MAP": {
      const members = entriesOf(bytes, type).map(([key, value]) => {
        const name = partText(key, type.key);
        // A name is a text, whatever the key is.
        const quoted = name.startsWith('"') ? name : JSON.stringify(name);
        return `${quoted}:${partText(value, type.value)}`;
      });
      return `{${members.join(",")}}`;
    }
  }
}
