/** Panels that list rows: tables, feeds with what can be done about a row, and the state of things. */
import { closestName } from "../../errors/suggest.ts";
import type {
  Detail,
  FeedAction,
  FeedPanel,
  Format,
  PanelSource,
  StatusItem,
  StatusPanel,
  TableColumn,
  TablePanel,
} from "../../serving/pages.ts";
import type { YamlValue } from "../yaml-file.ts";
import type { KindReader, Reading } from "./panel-kinds.ts";
import {
  type Columns,
  columnAt,
  optional,
  readColumn,
  readFormat,
  readLevels,
  readMeasure,
  readTone,
  readWord,
  readYes,
} from "./panel-reader.ts";
import { readDetailSource, readSource } from "./source-file.ts";

export const tableReader: KindReader<TablePanel> = {
  settings: ["columns", "time", "sort", "rows", "search", "detail", "choose"],
  width: 12,
  hasSource: true,
  read(written, reading) {
    const { columns } = reading;
    const members = written.members();
    const [sort, detail, choose] = [members.get("sort"), members.get("detail"), members.get("choose")];
    return {
      columns: readTableColumns(written.member("columns"), columns),
      time: optional(members.get("time"), (each) => readColumn(each, columns, "time")),
      sort: optional(sort, (each) => readSort(each, columns)),
      pageRows: members.get("rows")?.wholeNumber(1, 200) ?? 10,
      search: readYes(members.get("search"), false),
      detail: optional(detail, (each) => readDetail(each, reading)),
      choose: optional(choose, (each) => readChoice(each, reading)),
    };
  },
};

const formatByType: Readonly<Record<string, Format["as"]>> = {
  integer: "number",
  float: "number",
  decimal: "number",
  timestamp: "time",
};

/** `column: Title`, or `column: { title, format, levels }`. */
function readTableColumns(written: YamlValue, columns: Columns): readonly TableColumn[] {
  const all = [...written.members()].map(([column, value]) => {
    const isTitle = typeof value.value === "string";
    const members = isTitle ? undefined : value.members(["title", "format", "levels"]);
    const format = members?.get("format");
    const path = readColumn(value, columns, "anything", column);
    return {
      column: path,
      title: isTitle ? value.text() : value.member("title").text(),
      format: format === undefined ? plainFormat(path, columns) : readFormat(format, columns),
      levels: readLevels(members?.get("levels")),
    };
  });
  if (all.length === 0 || all.length > 30) throw written.refuse("1 to 30 columns");
  return all;
}

/** As its type is read. */
function plainFormat(path: string, { known }: Columns): Format {
  const type = known && columnAt(known, path)?.type;
  return { as: formatByType[type ?? ""] ?? "text", currency: null, digits: null };
}

/** `-revenue` is the most first. */
function readSort(written: YamlValue, columns: Columns): TablePanel["sort"] {
  const text = written.text();
  const descending = text.startsWith("-");
  return { column: readColumn(written, columns, "anything", descending ? text.slice(1) : text), descending };
}

function readChoice(written: YamlValue, { columns, filters }: Reading): TablePanel["choose"] {
  written.members(["filter", "column"]);
  const filter = written.member("filter");
  const known = filters.length > 0 ? filters : [""];
  if (filters.length === 0) throw filter.refuse("a filter; the page has none under filters");
  return {
    filter: readWord(filter, known, known[0]!),
    column: readColumn(written.member("column"), columns, "anything"),
  };
}

/** Rows of another source that belong to one: `match: { customer_id: customer_id }`. */
function readDetail(written: YamlValue, { columns, world }: Reading): Detail {
  const members = written.members(["title", "view", "stream", "where", "match", "columns", "time", "limit"]);
  const of = readDetailSource(written, world);
  const match = [...written.member("match").members()].map(([column, value]) => [
    readColumn(value, of.columns, "anything", column),
    readColumn(value, columns, "anything"),
  ]);
  const detail = {
    title: written.member("title").text(),
    match: Object.fromEntries(match) as Detail["match"],
    columns: readTableColumns(written.member("columns"), of.columns),
    time: optional(members.get("time"), (each) => readColumn(each, of.columns, "time")),
    limit: members.get("limit")?.wholeNumber(1, 100) ?? 10,
  };
  return { ...detail, source: of.source() };
}

export const feedReader: KindReader<FeedPanel> = {
  settings: ["time", "text", "more", "formats", "levels", "level-of", "limit", "actions", "detail", "none"],
  width: 6,
  hasSource: true,
  read(written, reading) {
    const { columns } = reading;
    const members = written.members();
    const text = written.member("text");
    for (const each of [text, members.get("more")]) if (each !== undefined) readTemplate(each, columns);
    const formats = [...(members.get("formats")?.members() ?? [])].map(([column, value]) => [
      readColumn(value, columns, "anything", column),
      readFormat(value, columns),
    ]);
    return {
      time: optional(members.get("time"), (each) => readColumn(each, columns, "time")),
      text: text.text(),
      formats: Object.fromEntries(formats) as FeedPanel["formats"],
      more: optional(members.get("more"), (each) => each.text()),
      levels: readLevels(members.get("levels")),
      levelOf: optional(members.get("level-of"), (each) => readColumn(each, columns, "number")),
      limit: members.get("limit")?.wholeNumber(1, 100) ?? 10,
      actions: [...(members.get("actions")?.members() ?? [])].map(([title, action]) =>
        readAction(title, action, reading),
      ),
      detail: optional(members.get("detail"), (each) => readDetail(each, reading)),
      none: optional(members.get("none"), (each) => each.text()),
    };
  },
};

/** Each `{column}` has to be one. */
function readTemplate(written: YamlValue, columns: Columns): void {
  const plain = written.text().replaceAll("{{", "");
  for (const [, column = ""] of plain.matchAll(/\{\s*([\w.]+)\s*(?:\|[^{}]*)?\}/g))
    readColumn(written, columns, "anything", column);
}

const ownPlaces = ["now", "id"];

/** An event that a click writes: every field is one of the stream. */
function readAction(title: string, written: YamlValue, { columns, world }: Reading): FeedAction {
  const members = written.members(["stream", "tone", "event", "ask"]);
  const stream = written.member("stream");
  const fields = world.streams.get(stream.text());
  if (fields?.takesEvents !== true)
    throw stream.refuse(
      "a stream that is written from outside",
      closestName(stream.text(), [...world.streams.keys()]),
    );
  const names = fields.columns.map(({ name }) => name);
  const ask = [...(members.get("ask")?.members() ?? [])].map(([name, value]) => readAsked(name, value));
  const event = [...written.member("event").members()].map(([field, value]) => {
    if (!names.includes(field))
      throw value.refuseName(`a column of ${stream.text()}`, closestName(field, names));
    readTemplate(value, columns);
    for (const [, place = ""] of value.text().matchAll(/\{\$(\w+)\}/g)) {
      const known = [...ownPlaces, ...ask.map(({ name }) => name)];
      if (!known.includes(place)) throw value.refuse(`one of {$${known.join("}, {$")}}`);
    }
    return [field, value.text()];
  });
  const tone = members.get("tone");
  return {
    title,
    tone: tone === undefined ? "plain" : readTone(tone),
    stream: stream.text(),
    event: Object.fromEntries(event) as FeedAction["event"],
    ask,
  };
}

function readAsked(name: string, written: YamlValue): FeedAction["ask"][number] {
  if (typeof written.value === "string") return { name, title: written.text(), required: true };
  const members = written.members(["title", "required"]);
  return { name, title: written.member("title").text(), required: readYes(members.get("required"), true) };
}

const itemWords = ["connection", "clock", "uptime", "views"] as const;

export const statusReader: KindReader<StatusPanel> = {
  settings: ["items"],
  width: 3,
  hasSource: false,
  read(written, { world }) {
    const sources: PanelSource[] = [];
    const items = [...written.member("items").members()].map(([title, item]): StatusItem => {
      if (typeof item.value === "string") return { title, shows: { is: readWord(item, itemWords, "clock") } };
      const members = item.members(["view", "where", "emit", "value", "format"]);
      const { columns, source } = readSource(item, world);
      const value = readMeasure(item.member("value"), columns);
      const format = readFormat(members.get("format"), columns);
      sources.push(source());
      return { title, shows: { is: "measure", source: sources.length - 1, value, format } };
    });
    if (items.length === 0) throw written.member("items").refuse("at least one");
    return { items, sources };
  },
};
