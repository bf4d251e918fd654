/**
 * What SET has set, for the statements behind it. As in Flink any key may be set. Those of Flink's runtime
 * mean nothing here, and scripts hold them; any other is told of, because it may be misspelt.
 */

import { quickwaterError, type SourcePosition } from "../errors/quickwater-error.ts";
import { zoneNamed } from "../functions/scalar/zones.ts";
import { type ResultRows, text } from "./show/result-rows.ts";

/** What the keys of Flink's cluster, client, planner and jobs begin with: one process has none of it. */
const runtimeKeys: readonly string[] = [
  ...[
    "blob",
    "classloader",
    "cluster",
    "env",
    "execution",
    "heartbeat",
    "high-availability",
    "io",
    "jobmanager",
  ],
  ...["jobstore", "metrics", "parallelism", "pekko", "pipeline", "rest", "restart-strategy", "sql-client"],
  ...["state", "table.dml-sync", "table.dynamic-table-options", "table.exec", "table.generated-code"],
  ...["table.optimizer", "table.plan", "table.sql-dialect", "taskmanager", "web"],
];
const timeZoneKey = "table.local-time-zone";

export class Session {
  readonly #settings = new Map<string, string>();
  readonly #timeZone: string;

  /** In the time zone until SET says another. */
  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  get timeZone(): string {
    return this.#settings.get(timeZoneKey) ?? this.#timeZone;
  }

  /** Answers what is to be said about it. */
  set(key: string, value: string, position: SourcePosition): readonly string[] {
    if (key === timeZoneKey && zoneNamed(value) === undefined) throw unknownZone(value, position);
    this.#settings.set(key, value);
    if (key === timeZoneKey || runtimeKeys.some((begin) => key.startsWith(begin))) return [];
    return [`The setting '${key}' has no meaning here (line ${position.line}).`];
  }

  reset(key: string | undefined): void {
    if (key === undefined) this.#settings.clear();
    else this.#settings.delete(key);
  }

  /** SET alone lists them. */
  list(): ResultRows {
    const columns = [
      { name: "key", type: text },
      { name: "value", type: text },
    ];
    return { schema: { columns }, rows: [...this.#settings].sort() };
  }
}

function unknownZone(zone: string, position: SourcePosition) {
  const params = { function: `SET '${timeZoneKey}'`, reason: `there is no time zone '${zone}'` };
  return quickwaterError("sql.bad-argument", params, { position });
}
