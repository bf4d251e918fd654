/** What an engine is given to run. */
import type { TableDefinition, ViewDefinition } from "../../catalog/catalog.ts";
import type { DeclaredStream } from "../../log/event-log.ts";
import type { MadeBy } from "../../log/step-payload.ts";
import { utc } from "../../sql/bind/local-time.ts";
import type { LogicalPlan } from "../../sql/plan/logical-plan.ts";

export interface EngineView {
  readonly view: ViewDefinition;
  readonly plan: LogicalPlan;
  /** The streams that the plan reads, each once. */
  readonly tables: readonly TableDefinition[];
  /** Where rows go that are late for it. */
  readonly lateRows?: TableDefinition | undefined;
}

/** INSERT INTO a stream of the own log. */
export interface EngineInsert {
  readonly target: TableDefinition;
  /** As it was written. */
  readonly statement: string;
  readonly plan: LogicalPlan;
  /** The streams that the plan reads, each once. */
  readonly tables: readonly TableDefinition[];
  /** Its time orders the target too. */
  readonly followsTime: boolean;
  /** What it was bound in; UTC where nothing is said. */
  readonly timeZone?: string | undefined;
  /** None of its rows is at or behind its own watermark. */
  readonly isNeverBehind: boolean;
  /** Where rows go that are late for it. */
  readonly lateRows?: TableDefinition | undefined;
}

export interface EngineQueries {
  readonly views: readonly EngineView[];
  readonly inserts: readonly EngineInsert[];
}

/** What the journal holds of a stream that queries write. */
export interface WrittenStream {
  readonly streamId: number;
  readonly rowCount: number;
  readonly madeBy?: MadeBy | undefined;
}

/** By name. */
export type WrittenStreams = ReadonlyMap<string, WrittenStream>;

/** What a query is known by: the view, or the stream that it writes. */
export function nameOf(query: EngineView | EngineInsert): string {
  return "target" in query ? query.target.name : query.view.name;
}

export function timeZoneOf(query: EngineView | EngineInsert): string {
  return ("target" in query ? query.timeZone : query.view.timeZone) ?? utc;
}

/** Each once, views first. */
export function namesOf({ views, inserts }: EngineQueries): readonly string[] {
  return [...new Set([...views, ...inserts].map(nameOf))];
}

export function isNone({ views, inserts }: EngineQueries): boolean {
  return views.length === 0 && inserts.length === 0;
}

/** The streams that a query writes. */
export function writtenBy(query: EngineView | EngineInsert): readonly string[] {
  const late = query.lateRows === undefined ? [] : [query.lateRows.name];
  return "target" in query ? [query.target.name, ...late] : late;
}

/** All that the queries write, each once. */
export function writtenStreams({ inserts, views }: EngineQueries): readonly string[] {
  return [...new Set([...inserts, ...views].flatMap(writtenBy))];
}

export function writtenOf(declared: readonly DeclaredStream[]): WrittenStreams {
  return new Map(
    declared.map(({ table, streamId, rowCount, madeBy }) => [table.name, { streamId, rowCount, madeBy }]),
  );
}

/** The streams that the queries read, and those that others of these are written from. */
export function streamsBehind(
  queries: readonly (EngineView | EngineInsert)[],
  all: EngineQueries,
): ReadonlySet<string> {
  const behind = new Set(queries.flatMap(({ tables }) => tables.map(({ name }) => name)));
  for (let before = -1; before !== behind.size; ) {
    before = behind.size;
    for (const query of [...all.inserts, ...all.views]) {
      if (!writtenBy(query).some((stream) => behind.has(stream))) continue;
      for (const { name } of query.tables) behind.add(name);
    }
  }
  return behind;
}
