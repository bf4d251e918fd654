/** Where a panel's rows come from: `view`, `endpoint` or `analysis`, and what of it. */
import { closestName } from "../../errors/suggest.ts";
import type { PageColumn, PageWorld } from "../../serving/dashboard/written-page.ts";
import type { Detail, PanelSource } from "../../serving/pages.ts";
import type { YamlValue } from "../yaml-file.ts";
import { type Columns, readSpan, readWord } from "./panel-reader.ts";

export const sourceSettings = ["view", "where", "emit", "endpoint", "analysis", "parameters", "every"];

export interface ReadSource {
  readonly columns: Columns;
  /** With the columns that were read by then; `time` is the one that says when a row is. */
  readonly source: (time?: string | null) => PanelSource;
}

const everyDefault = { endpoint: 10, analysis: 60 };

/** @throws QuickwaterError */
export function readSource(written: YamlValue, world: PageWorld): ReadSource {
  const members = written.members();
  const kinds = (["view", "endpoint", "analysis"] as const).filter((kind) => members.has(kind));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) throw written.refuse("of one view, endpoint or analysis");
  const strange = (kind === "view" ? ["parameters", "every"] : ["where", "emit"]).find((name) =>
    members.has(name),
  );
  if (strange !== undefined) throw members.get(strange)!.refuse(`nothing: its rows are of the ${kind}`);
  if (kind === "view") return ofView(written, world);
  return kind === "endpoint" ? ofEndpoint(members, world) : ofAnalysis(members, world);
}

/** Of a view, or of a stream as it was written. */
export function readDetailSource(
  written: YamlValue,
  world: PageWorld,
): { readonly columns: Columns; readonly source: () => Detail["source"] } {
  const members = written.members();
  const stream = members.get("stream");
  if (stream === undefined) return ofView(written, world);
  if (members.has("view")) throw stream.refuse("nothing beside view");
  const name = stream.text();
  const found = world.streams.get(name);
  if (found === undefined) throw stream.refuse("a stream", closestName(name, [...world.streams.keys()]));
  const where = members.get("where")?.text() ?? null;
  const used = new Set<string>();
  const source = () => ({ over: "stream", stream: name, where, columns: [...used].sort() }) as const;
  return { columns: { known: found.columns, used }, source };
}

/** Of an open window is told how much of it has passed. */
const alwaysUsed = ["window_start", "window_end"];

function ofView(around: YamlValue, world: PageWorld) {
  const members = around.members();
  const written = around.member("view");
  const view = written.text();
  const known = world.views.get(view);
  if (known === undefined) throw written.refuse("a view", closestName(view, [...world.views.keys()]));
  const where = readWhere(members.get("where"), view, world);
  const emit = members.get("emit");
  const used = new Set(known.map(({ name }) => name).filter((name) => alwaysUsed.includes(name)));
  const source = (time: string | null = null) =>
    ({
      over: "view",
      view,
      where,
      emit: emit === undefined ? null : readWord(emit, ["changes", "final"], "changes"),
      // Who only counts rows reads none, and one has to be named.
      columns: used.size > 0 ? [...used].sort() : known.slice(0, 1).map(({ name }) => name),
      time: boundBy(known.find(({ name }) => name === endOf(time, known))),
    }) as const;
  return { columns: { known, used }, source };
}

/** Of windows those are asked for that go on behind a moment, be it that they began before it. */
function endOf(time: string | null, known: readonly PageColumn[]): string | null {
  const hasEnd = known.some(({ name, type }) => name === "window_end" && type === "timestamp");
  return time === "window_start" && hasEnd ? "window_end" : time;
}

/** A date, or a member of an object, bounds nothing. */
function boundBy(column: PageColumn | undefined) {
  if (column?.type !== "timestamp") return null;
  return { column: column.name, sqlType: column.sqlType };
}

function readWhere(written: YamlValue | undefined, of: string, world: PageWorld): string | null {
  if (written === undefined) return null;
  const refused = world.refusedCondition(of, written.text());
  if (refused !== undefined) throw written.refuse(`a condition over ${of} (${refused})`);
  return written.text();
}

function ofEndpoint(members: ReadonlyMap<string, YamlValue>, world: PageWorld): ReadSource {
  const written = members.get("endpoint")!;
  const path = written.text();
  const endpoint = world.endpoints.get(path);
  if (endpoint === undefined)
    throw written.refuse("the path of an endpoint", closestName(path, [...world.endpoints.keys()]));
  const parameters = readParameters(members.get("parameters"), endpoint.parameters);
  const everySeconds = readEvery(members.get("every"), everyDefault.endpoint);
  return {
    columns: { known: endpoint.columns, used: new Set() },
    source: () => ({ over: "endpoint", path, parameters, everySeconds }),
  };
}

function ofAnalysis(members: ReadonlyMap<string, YamlValue>, world: PageWorld): ReadSource {
  const written = members.get("analysis")!;
  const name = written.text();
  const kind = world.analyses.get(name);
  if (kind === undefined) throw written.refuse("an analysis", closestName(name, [...world.analyses.keys()]));
  const given = readParameters(members.get("parameters"), undefined);
  // A cohort of an hour is none: only what asks for it follows the page.
  const followsSpan = given.span === "page";
  const { span: _, ...others } = given;
  const parameters = followsSpan ? others : given;
  const everySeconds = readEvery(members.get("every"), everyDefault.analysis);
  const source: PanelSource = { over: "analysis", name, kind, parameters, followsSpan, everySeconds };
  return { columns: { known: undefined, used: new Set() }, source: () => source };
}

function readParameters(written: YamlValue | undefined, known: readonly string[] | undefined) {
  const members = [...(written?.members(known) ?? [])];
  return Object.fromEntries(members.map(([name, value]) => [name, scalarText(value)]));
}

function scalarText(written: YamlValue): string {
  const { value } = written;
  if (typeof value === "object" || value === undefined) throw written.refuse("a text or a number");
  return String(value);
}

function readEvery(written: YamlValue | undefined, otherwise: number): number {
  return written === undefined ? otherwise : readSpan(written, 1_000, 3_600_000) / 1_000;
}
