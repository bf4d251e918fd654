/** A panel as it is written: `- kpi: Revenue`, with the settings of its kind. */
import { closestName } from "../../errors/suggest.ts";
import type { PageWorld } from "../../serving/dashboard/written-page.ts";
import type { Panel, PanelKindName } from "../../serving/pages.ts";
import type { YamlValue } from "../yaml-file.ts";
import { type KindReader, kindReaders } from "./panel-kinds.ts";
import { pageSpans, readColumn, readWord } from "./panel-reader.ts";
import { readSource, sourceSettings } from "./source-file.ts";

const panelKindNames = Object.keys(kindReaders) as readonly PanelKindName[];

const ofAll = ["note", "width", "match", "newest", "span", ...sourceSettings];

/** What is known of a panel whatever else is wrong with it. */
export function titleOf(written: YamlValue): {
  readonly kind: PanelKindName | undefined;
  readonly title: string;
} {
  const { value } = written;
  const [[first, title] = ["", "A panel"]] =
    typeof value === "object" && value !== null ? Object.entries(value) : [];
  return { kind: panelKindNames.find((kind) => kind === first), title: String(title) };
}

/** @throws QuickwaterError */
export function readPanel(
  written: YamlValue,
  id: string,
  filters: readonly string[],
  world: PageWorld,
): Panel {
  const members = written.members();
  const [first = ""] = members.keys();
  const kind = panelKindNames.find((each) => each === first);
  if (kind === undefined) {
    const expected = `a panel, which begins with its kind (${panelKindNames.join(", ")})`;
    throw written.refuse(expected, closestName(first, panelKindNames));
  }
  const reader: KindReader = kindReaders[kind];
  refuseOthers(written, [kind, ...(reader.hasSource ? ofAll : ["note", "width"]), ...reader.settings]);
  const from = reader.hasSource ? readSource(written, world) : undefined;
  const match = from === undefined ? {} : readMatch(members.get("match"), from.columns, filters);
  const columns = from?.columns ?? { known: undefined, used: new Set<string>() };
  const newest = members.get("newest");
  if (newest !== undefined && members.has("time"))
    throw newest.refuse("nothing beside time: it is not of a span");
  const newestColumn = newest === undefined ? null : readColumn(newest, columns, "time");
  const { sources: others = [], ...own } = reader.read(written, { columns, filters, world });
  const frame = {
    id,
    title: members.get(kind)!.text(),
    note: members.get("note")?.text() ?? null,
    width: members.get("width")?.wholeNumber(1, 12) ?? reader.width,
    // Behind what reads their columns.
    sources: [...(from === undefined ? [] : [from.source(boundOf(kind, newestColumn, own))]), ...others],
    match,
    span: members.has("span") ? readWord(members.get("span"), pageSpans, "1h") : null,
    newest: newestColumn,
    problem: null,
  };
  return { kind, ...frame, ...own } as unknown as Panel;
}

function refuseOthers(written: YamlValue, known: readonly string[]): void {
  written.members(known);
}

/** The column by which old rows are left out; feeds show them: what waits for a person, waits. */
function boundOf(kind: PanelKindName, newest: string | null, own: object): string | null {
  if (newest !== null || kind === "feed") return newest;
  return "time" in own && typeof own.time === "string" ? own.time : null;
}

/** `[currency]`, or `{ store_id: store }`: the column, and the filter that it has to match. */
function readMatch(
  written: YamlValue | undefined,
  columns: Parameters<typeof readColumn>[1],
  filters: readonly string[],
): Readonly<Record<string, string>> {
  if (written === undefined) return {};
  const pairs: (readonly [string, YamlValue])[] = Array.isArray(written.value)
    ? written.list().map((each) => [each.text(), each] as const)
    : [...written.members()];
  return Object.fromEntries(
    pairs.map(([column, value]) => {
      if (filters.length === 0) throw value.refuse("a filter; the page has none under filters");
      return [readColumn(value, columns, "anything", column), readWord(value, filters, filters[0]!)];
    }),
  );
}

/** A panel with a mistake is a panel all the same. */
export function brokenPanel(written: YamlValue, id: string, problem: NonNullable<Panel["problem"]>): Panel {
  const width = (written.value as { readonly width?: unknown } | null)?.width;
  const { title, kind } = titleOf(written);
  return {
    kind: "text",
    id,
    title,
    note: null,
    width:
      typeof width === "number" && width >= 1 && width <= 12
        ? width
        : kind === undefined
          ? 6
          : kindReaders[kind].width,
    sources: [],
    match: {},
    span: null,
    newest: null,
    problem,
    text: "",
  };
}
