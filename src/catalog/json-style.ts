/** How a table's JSON writes its times. */
import type { TimeStyle } from "../values/json/time-text.ts";
import type { TableDefinition } from "./catalog.ts";

/**
 * Our own streams are ISO-8601 unless they say otherwise; Flink's connectors write SQL style unless they
 * do.
 */
export function timeStyleOf(table: TableDefinition): TimeStyle {
  if (table.origin.kind === "view") return "shown";
  const standard = table.options["json.timestamp-format.standard"];
  if (standard !== undefined) return standard === "ISO-8601" ? "iso" : "sql";
  return table.origin.kind === "connector" ? "sql" : "iso";
}
