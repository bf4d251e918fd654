/** From views to what goes over the wire. */
import type { RowSchema } from "../values/row-schema.ts";
import { formatType, type SqlType } from "../values/sql-type.ts";
import { formatInstantMs } from "../values/timestamp.ts";
import type { LiveView } from "../views/live-view.ts";
import { toldWatermarkMs } from "../views/told-rows.ts";
import type { Freshness, ViewSchema } from "../views/view.ts";
import type { ViewSummary } from "./answers.ts";
import type { WireColumn, WireFreshness, WireType } from "./protocol.ts";

export function wireColumns({ columns }: RowSchema): readonly WireColumn[] {
  return columns.map(({ name, type }) => ({
    name,
    type: wireType(type),
    nullable: type.nullable,
    sqlType: formatType(type),
  }));
}

export function wireFreshness(
  freshness: Freshness,
  view: Pick<ViewSchema, "isOnWallClock" | "timeZone">,
): WireFreshness {
  const { lastRowAtMs } = freshness;
  const watermarkMs = toldWatermarkMs(freshness, view);
  return {
    lastRowAt: lastRowAtMs === undefined ? null : formatInstantMs(lastRowAtMs),
    watermark: watermarkMs === undefined ? null : formatInstantMs(watermarkMs),
  };
}

export function viewSummary(view: LiveView): ViewSummary {
  return {
    name: view.schema.name,
    columns: wireColumns(view.schema.schema),
    keyColumns: view.schema.key,
    rowCount: view.rowCount,
    step: view.stepNumber,
    freshness: wireFreshness(view.freshness, view.schema),
    counters: view.counters,
    failure: view.failure ?? null,
    making: view.making ?? null,
  };
}

export function wireType(type: SqlType): WireType {
  switch (type.kind) {
    case "BOOLEAN":
    case "NULL":
      return "boolean";
    case "TINYINT":
    case "SMALLINT":
    case "INT":
    case "BIGINT":
    case "INTERVAL_MONTHS":
    case "INTERVAL_MS":
      return "integer";
    case "FLOAT":
    case "DOUBLE":
      return "float";
    case "DECIMAL":
      return "decimal";
    case "DATE":
      return "date";
    case "TIME":
      return "time";
    case "TIMESTAMP":
    case "TIMESTAMP_LTZ":
      return "timestamp";
    case "BINARY":
    case "VARBINARY":
      return "bytes";
    case "ROW":
      return "row";
    case "ARRAY":
      return "array";
    case "MAP":
      return "map";
    default:
      return "string";
  }
}
