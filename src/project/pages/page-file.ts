/**
 * `dashboards/*.yaml`: a page each, of rows of panels. They are read against the views that there are when
 * somebody asks, because views come and go; what is wrong stands where it is, and the rest is shown.
 */
import { readFileSync } from "node:fs";
import { basename, extname, relative } from "node:path";
import { QuickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import type { PageWorld, WrittenPage } from "../../serving/dashboard/written-page.ts";
import type { Page, PageFilter, PageProblem, PageRow, Panel } from "../../serving/pages.ts";
import { parseYaml, type YamlValue } from "../yaml-file.ts";
import { brokenPanel, readPanel, titleOf } from "./panel-file.ts";
import { columnAt, pageSpans, readSpan, readWord, readYes } from "./panel-reader.ts";

const ofPage = ["title", "summary", "order", "span", "every", "filters", "rows"];
const orderDefault = 1_000;
const rowsMax = 50;
const everySecondsMax = 60;

export interface PageFile extends WrittenPage {
  /** Its place in the navigation. */
  readonly order: number;
  readonly file: string;
  readonly text: string;
}

export function readPageFile(file: string): PageFile {
  const text = readFileSync(file, "utf8");
  const name = basename(file, extname(file));
  const shown = relative(process.cwd(), file);
  const root = attempt(() => parseYaml(shown, text));
  const order = attempt(() => root.value?.members().get("order")?.number(-1e6, 1e6)).value;
  return {
    name,
    file: shown,
    text,
    order: order ?? orderDefault,
    read: (world) => readPage(name, root, world),
  };
}

function readPage(name: string, root: Attempt<YamlValue>, world: PageWorld): Page {
  const written = root.value;
  const none = { value: undefined, problem: root.problem };
  const { value, problem } = written === undefined ? none : attempt(() => pageOf(name, written, world));
  if (value !== undefined) return value;
  return {
    name,
    title: name,
    summary: null,
    problems: 1,
    span: "1h",
    everySeconds: 0,
    filters: [],
    rows: [],
    problem: problem!,
  };
}

function pageOf(name: string, root: YamlValue, world: PageWorld): Page {
  const members = root.members(ofPage);
  const filters = [...(members.get("filters")?.members() ?? [])].map(([each, written]) =>
    readFilter(each, written, world),
  );
  const around = { ids: new Set<string>(), titles: new Set<string>(), world };
  const names = filters.map((filter) => filter.name);
  const written = root.member("rows").list();
  if (written.length === 0 || written.length > rowsMax)
    throw root.member("rows").refuse(`1 to ${rowsMax} rows`);
  const rows = written.map((row) => readRow(row, { ...around, names }));
  const all = [...filters, ...rows.flatMap(({ panels }) => panels)];
  const every = members.get("every");
  return {
    name,
    title: root.member("title").text(),
    summary: members.get("summary")?.text() ?? null,
    problems: all.filter(({ problem }) => problem !== null).length,
    span: readWord(members.get("span"), pageSpans, "1h"),
    everySeconds: every === undefined ? 0 : readSpan(every, 0, everySecondsMax * 1_000) / 1_000,
    filters,
    rows,
    problem: null,
  };
}

interface AroundRow {
  readonly ids: Set<string>;
  /** In small letters: who hears the page tells panels apart by them. */
  readonly titles: Set<string>;
  readonly names: readonly string[];
  readonly world: PageWorld;
}

/** A list of panels, or `{ title, panels }`. */
function readRow(written: YamlValue, around: AroundRow): PageRow {
  const isList = Array.isArray(written.value);
  const members = isList ? undefined : written.members(["title", "panels"]);
  const panels = (isList ? written : written.member("panels")).list();
  if (panels.length === 0) throw written.refuse("at least one panel");
  return {
    title: members?.get("title")?.text() ?? null,
    panels: panels.map((panel) => readAnyPanel(panel, around)),
  };
}

function readAnyPanel(written: YamlValue, { ids, titles, names, world }: AroundRow): Panel {
  const { kind, title } = titleOf(written);
  const isTaken = titles.has(title.toLowerCase());
  titles.add(title.toLowerCase());
  const id = freeId(title, ids);
  const { value, problem } = attempt(() => {
    if (isTaken && kind !== undefined) throw written.member(kind).refuse("a title that no other panel has");
    return readPanel(written, id, names, world);
  });
  return value ?? brokenPanel(written, id, { ...problem!, place: problem!.place || written.place });
}

/** Of the title, so that a link to it holds while others come and go. */
function freeId(title: string, ids: Set<string>): string {
  const plain =
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
      .replaceAll(/^-|-$/g, "") || "panel";
  let id = plain;
  for (let count = 2; ids.has(id); count++) id = `${plain}-${count}`;
  ids.add(id);
  return id;
}

function readFilter(name: string, written: YamlValue, world: PageWorld): PageFilter {
  const read = (): PageFilter => {
    if (!/^[a-z][a-z0-9_]{0,30}$/.test(name))
      throw written.refuseName("a name of small letters, digits and _");
    const members = written.members(["title", "view", "column", "first", "all"]);
    const view = written.member("view");
    const columns = world.views.get(view.text());
    if (columns === undefined) throw view.refuse("a view", closestName(view.text(), [...world.views.keys()]));
    const column = written.member("column");
    const found = columnAt(columns, column.text());
    if (found === undefined)
      throw column.refuse(
        `a column of ${view.text()}`,
        closestName(
          column.text(),
          columns.map((each) => each.name),
        ),
      );
    const first = members.get("first");
    return {
      name,
      title: written.member("title").text(),
      view: view.text(),
      column: column.text(),
      type: found.type,
      first: first === undefined ? null : String(first.value),
      all: readYes(members.get("all"), true),
      problem: null,
    };
  };
  const { value, problem } = attempt(read);
  const broken = { name, title: name, view: "", column: "", type: "string", first: null, all: true } as const;
  return value ?? { ...broken, problem: problem! };
}

interface Attempt<T> {
  readonly value?: T;
  readonly problem?: PageProblem | undefined;
}

function attempt<T>(read: () => T): Attempt<T> {
  try {
    return { value: read() };
  } catch (error) {
    if (!(error instanceof QuickwaterError)) throw error;
    const { message, advice, params } = error;
    return { problem: { message, hint: advice, place: String(params.file ?? params.path ?? "") } };
  }
}

/** All mistakes of a page. */
export function problemsOf({ problem, filters, rows }: Page): readonly PageProblem[] {
  const all = [problem, ...filters.map((each) => each.problem)];
  for (const { panels } of rows) all.push(...panels.map((panel) => panel.problem));
  return all.filter((each) => each !== null);
}
