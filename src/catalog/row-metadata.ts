/**
 * What the log knows of a row beside the row itself: `METADATA` of CREATE TABLE. The keys are those of
 * Flink's connector for Kafka, so that the same table reads a topic.
 */
import { type SqlType, stringLengthMax } from "../values/sql-type.ts";

/**
 *   timestamp  when the log took the row's step
 *   partition  of the stream
 *   offset     number of the row within its stream and partition, from 0. It is given once: a replay, a
 *              restart and rows that retention or compaction took leave it what it is
 *   topic      the stream's name
 */
export type MetadataKey = "timestamp" | "partition" | "offset" | "topic";

export const metadataTypes: Readonly<Record<MetadataKey, SqlType>> = {
  timestamp: { kind: "TIMESTAMP_LTZ", precision: 3, nullable: false },
  partition: { kind: "INT", nullable: false },
  offset: { kind: "BIGINT", nullable: false },
  topic: { kind: "VARCHAR", length: stringLengthMax, nullable: false },
};

export function isMetadataKey(key: string): key is MetadataKey {
  return Object.hasOwn(metadataTypes, key);
}
