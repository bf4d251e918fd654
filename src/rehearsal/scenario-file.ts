/** `expected/*.yaml` as scenarios; each mistake is named by its file, line and setting. */
import { basename } from "node:path";
import type { Catalog, TableDefinition } from "../catalog/catalog.ts";
import { QuickwaterError } from "../errors/quickwater-error.ts";
import { closestName } from "../errors/suggest.ts";
import { type RemovalColumns, type RowKey, removalColumns } from "../log/removal.ts";
import type { YamlValue } from "../project/yaml-file.ts";
import type { RowField } from "../values/sql-type.ts";
import { instantOf, timeOfDayMs } from "./clock-text.ts";
import type { RemovedRows, Scenario, ScenarioStep, SentEvents, ShownTable } from "./scenario.ts";
import { twinName } from "./twin-file.ts";

const stepParts = ["at", "send", "events", "lines", "remove", "keys", "answer", "shows", "twins"] as const;

/** What says nothing without another part. */
const companions = [
  ["events", "send", "the stream of the events"],
  ["lines", "send", "the stream of the events"],
  ["keys", "remove", "the stream whose rows go"],
] as const;

type Members = ReadonlyMap<string, YamlValue>;

/** By stream: fields of events that do not say them. */
type Defaults = ReadonlyMap<string, Members>;

export function readScenario(root: YamlValue, catalog: Catalog, twins: readonly string[]): Scenario {
  const members = root.members(["features", "clock", "defaults", "steps"]);
  const startMs = instantOf(root.member("clock"));
  const defaults = readDefaults(members.get("defaults"), catalog);
  let timeMs = startMs;
  const steps: ScenarioStep[] = [];
  for (const value of root.member("steps").list()) {
    const step = readStep(value, { number: steps.length + 1, catalog, twins, defaults, timeMs });
    timeMs = step.timeMs;
    steps.push(step);
  }
  if (steps.length === 0) throw root.member("steps").refuse("at least one step");
  return {
    name: basename(root.source.file).replace(/\.ya?ml$/, ""),
    source: root.source,
    features: (members.get("features")?.list() ?? []).map((feature) => feature.text()),
    startMs,
    steps,
  };
}

interface StepContext {
  readonly number: number;
  readonly catalog: Catalog;
  /** Names of those that there are. */
  readonly twins: readonly string[];
  readonly defaults: Defaults;
  /** Of the step before. */
  readonly timeMs: number;
}

function readStep(
  value: YamlValue,
  { number, catalog, twins, defaults, timeMs: beforeMs }: StepContext,
): ScenarioStep {
  const members = value.members([...stepParts]);
  const at = members.get("at");
  const timeMs = at === undefined ? beforeMs : readTime(at, beforeMs);
  const send = members.get("send");
  const remove = members.get("remove");
  for (const [name, of, what] of companions) {
    if (members.has(name) && !members.has(of)) throw value.member(of).refuse(what);
  }
  if (send !== undefined && remove !== undefined) throw remove.refuse("a step of its own, without `send`");
  if (send === undefined && remove === undefined && members.has("answer"))
    throw value.member("send").refuse("the stream of the events");
  return {
    number,
    value,
    timeMs,
    send: send && readSent(send, members, catalog, defaults),
    remove: remove && readRemoved(remove, members, catalog),
    shows: [...(members.get("shows")?.members() ?? [])].map(([name, table]) =>
      shownTable(name, table, catalog),
    ),
    twins: (members.get("twins")?.list() ?? []).map((each) => twinName(each, twins)),
  };
}

/** An instant, or a time on the day of the clock. */
function readTime(at: YamlValue, beforeMs: number): number {
  const timeMs = timeOfDayMs(at, beforeMs) ?? instantOf(at);
  if (timeMs >= beforeMs) return timeMs;
  throw at.refuse(`no earlier than the clock, which is at ${new Date(beforeMs).toISOString()}`);
}

function readSent(send: YamlValue, members: Members, catalog: Catalog, defaults: Defaults): SentEvents {
  const table = fedStream(send, send.text(), catalog);
  const [events, raw] = [members.get("events"), members.get("lines")];
  if (events === undefined && raw === undefined) throw send.refuse("followed by its `events` or `lines`");
  const lines = (events?.list() ?? []).map((event) => eventLine(event, table, defaults.get(table.name)));
  const text = [...lines, ...(raw === undefined ? [] : [raw.text().replace(/\n$/, "")])].join("\n");
  return { stream: table.name, lines: text, value: send, answer: members.get("answer") };
}

function readRemoved(remove: YamlValue, members: Members, catalog: Catalog): RemovedRows {
  const table = fedStream(remove, remove.text(), catalog);
  const { key } = removable(remove, table);
  const keys = members.get("keys");
  if (keys === undefined) throw remove.refuse("followed by the `keys` of its rows");
  return {
    stream: table.name,
    keys: keys.list().map((each) => readKey(each, table, key)),
    value: remove,
    answer: members.get("answer"),
  };
}

function removable(remove: YamlValue, table: TableDefinition): RemovalColumns {
  try {
    return removalColumns(table);
  } catch (error) {
    if (!(error instanceof QuickwaterError)) throw error;
    throw remove.refuse(`a table whose rows can go. ${error.message}`);
  }
}

/** The value of a key of one column, or its columns by name. */
function readKey(value: YamlValue, table: TableDefinition, key: readonly RowField[]): RowKey {
  const isOfColumns = typeof value.value === "object" && value.value !== null;
  if (!isOfColumns && key.length === 1) return { [key[0]!.name]: value.value };
  const columns = readFields(value, table);
  for (const { name } of key) if (!columns.has(name)) throw value.member(name).refuse("a part of the key");
  return Object.fromEntries([...columns].map(([name, column]) => [name, column.value]));
}

function eventLine(event: YamlValue, table: TableDefinition, defaults: Members = new Map()): string {
  const fields = new Map(readFields(event, table));
  for (const [name, value] of defaults) if (!fields.has(name)) fields.set(name, value);
  const members = [...fields].map(([name, value]) => `${JSON.stringify(name)}:${value.json()}`);
  return `{${members.join(",")}}`;
}

/** A field that the table does not have would be passed over in silence: `lines` can send it. */
function readFields(event: YamlValue, { schema }: TableDefinition): Members {
  return event.members(schema.columns.map(({ name }) => name));
}

function readDefaults(defaults: YamlValue | undefined, catalog: Catalog): Defaults {
  const streams = [...(defaults?.members() ?? [])];
  return new Map(
    streams.map(([name, fields]) => [name, readFields(fields, fedStream(fields, name, catalog))] as const),
  );
}

/** One that events can be sent to. */
function fedStream(value: YamlValue, name: string, catalog: Catalog): TableDefinition {
  const written = catalog.writers();
  const streams = catalog.tables().filter(({ origin }) => origin.kind === "stream");
  const fed = streams.filter((table) => !written.has(table.name));
  const table = fed.find((each) => each.name === name);
  if (table !== undefined) return table;
  if (written.has(name)) throw value.refuse("a stream that no query writes");
  const names = fed.map((each) => each.name);
  throw value.refuse(`one of the streams (${names.join(", ")})`, closestName(name, names));
}

function shownTable(name: string, value: YamlValue, catalog: Catalog): ShownTable {
  const streams = catalog.tables().filter(({ origin }) => origin.kind !== "connector");
  const names = [...catalog.views(), ...streams].map((each) => each.name);
  if (names.includes(name)) return { name, value };
  throw value.refuseName("that of a view or a stream", closestName(name, names));
}
