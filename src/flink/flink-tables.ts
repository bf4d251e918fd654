/** Where the streams of the log and the rows of views are, when Flink runs the queries. */
import type { TableDefinition, ViewDefinition } from "../catalog/catalog.ts";

export type TableOptions = Readonly<Record<string, string>>;

export interface FlinkTables {
  stream(table: TableDefinition): TableOptions;
  view(view: ViewDefinition): TableOptions;
}

/** Where nobody says which. */
export const defaultServers = "localhost:9092";

const idleTimeoutDefault = "5 s";

/** Topics of the same names. A table with a key is a compacted topic, as a view's is. */
export function kafkaTables(servers: string): FlinkTables {
  const upsert = (topic: string): TableOptions => ({
    connector: "upsert-kafka",
    topic,
    "properties.bootstrap.servers": servers,
    "key.format": "json",
    "value.format": "json",
    "value.json.timestamp-format.standard": "ISO-8601",
  });
  return {
    stream: (table) => ({
      ...(table.primaryKey.length > 0
        ? upsert(table.name)
        : {
            connector: "kafka",
            topic: table.name,
            "properties.bootstrap.servers": servers,
            "scan.startup.mode": "earliest-offset",
            format: "json",
            "json.timestamp-format.standard": "ISO-8601",
          }),
      ...idleTimeout(table),
    }),
    view: ({ name }) => upsert(name),
  };
}

/** Files of one JSON object a line, to try a project where there is no Kafka; views are printed. */
export function fileTables(folder: string): FlinkTables {
  return {
    stream: (table) => ({
      connector: "filesystem",
      path: `${folder}/${table.name}`,
      format: "json",
      "json.timestamp-format.standard": "ISO-8601",
      ...idleTimeout(table),
    }),
    view: ({ name }) => ({ connector: "print", "print-identifier": name }),
  };
}

/** What a stream does that is quiet is an option of Flink's too, of tables with a watermark. */
function idleTimeout({ watermark, computed = [], options }: TableDefinition): TableOptions {
  const isTimed = computed.some(({ watermarkDelayMs }) => watermarkDelayMs !== undefined);
  if (watermark === undefined && !isTimed) return {};
  const timeout = options["idle-timeout"] ?? idleTimeoutDefault;
  // For us no time at all means that it never holds others back; for Flink that it always does.
  return { "scan.watermark.idle-timeout": /^0+\s*[a-z]/.test(timeout) ? "1 ms" : timeout };
}
