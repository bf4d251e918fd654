/** What `GET /v1/pages` and `GET /v1/pages/{page}` answer. */
import { type TProperties, type TSchema, Type } from "typebox";
import { count, exactly, list, orNull, text, yes } from "./schema-words.ts";

const oneOf = (values: readonly string[], description: string) => Type.Enum([...values], { description });
const byName = (values: TSchema, description: string) => Type.Record(Type.String(), values, { description });
const number = (description: string) => Type.Number({ description });
const column = (description: string) => text(`${description} A member of an object is behind a point.`);
const maybeColumn = (description: string) => orNull(column(description));
const time = maybeColumn("The column that says when a row is.");

const summary = {
  name: text("Its address in the dashboard."),
  title: text("Its title."),
  summary: orNull(text("In a sentence.")),
  problems: count("How many mistakes it has."),
};

export const pageList = exactly(
  { pages: list(exactly(summary, "A page."), "In the order of the navigation.") },
  "The pages.",
);

const problem = orNull(
  exactly(
    {
      message: text("What is wrong."),
      hint: text("What to do next."),
      place: text("File and line."),
    },
    "Why it cannot be shown.",
  ),
);

const parameters = byName(Type.String(), "By name.");
const where = orNull(text("SQL, as behind WHERE."));
const columns = list(Type.String(), "Those that are read.");
const viewSource = exactly(
  {
    over: Type.Literal("view"),
    view: text("The view."),
    where,
    emit: orNull(oneOf(["changes", "final"], "Which rows; null: as the view says.")),
    columns,
    time: orNull(
      exactly({ column: text("When a row is."), sqlType: text("Its type.") }, "Older rows are not wanted."),
    ),
  },
  "Rows of a view, live.",
);
const streamSource = exactly(
  { over: Type.Literal("stream"), stream: text("The stream."), where, columns },
  "Rows of a stream, as they were written.",
);
const source = Type.Union([
  viewSource,
  exactly(
    {
      over: Type.Literal("endpoint"),
      path: text("Of the project."),
      parameters,
      everySeconds: number("How often it is asked."),
    },
    "Rows of an endpoint.",
  ),
  exactly(
    {
      over: Type.Literal("analysis"),
      name: text("A saved one."),
      kind: text("Its kind."),
      parameters,
      followsSpan: yes("Whether it is of the span that the page shows."),
      everySeconds: number("How often it is asked."),
    },
    "An analysis of history.",
  ),
]);

const term = exactly(
  {
    aggregate: oneOf(["latest", "sum", "min", "max", "count"], "What is made of the rows."),
    column: maybeColumn("Of which column; null: of rows."),
  },
  "A part of a measure.",
);
const measure = exactly({ of: term, per: orNull(term) }, "One number of many rows.");
const currency = Type.Union([
  exactly({ code: text("ISO 4217.") }, "Always this one."),
  exactly({ column: column("Holds the code.") }, "That of the row."),
]);
const format = exactly(
  {
    as: oneOf(
      ["number", "money", "share", "percent", "milliseconds", "seconds", "time", "text"],
      "How a value is read.",
    ),
    currency: orNull(currency),
    digits: orNull(count("Behind the point.")),
  },
  "How values look.",
);
const toneWords = ["good", "warn", "bad", "plain"];
const tone = oneOf(toneWords, "How it is coloured.");
const level = exactly(
  { from: number("From this value on."), tone, title: orNull(text("In words.")) },
  "A range of values.",
);
const levels = list(level, "From the least on.");
const named = exactly(
  { title: text("Its name."), value: measure, format, tone: orNull(tone) },
  "A measure with a name.",
);
const cells = list(
  exactly({ column: column("Of the row."), title: text("Its heading."), format, levels }, "A column."),
  "From left to right.",
);
const detail = exactly(
  {
    title: text("Its title."),
    source: Type.Union([viewSource, streamSource]),
    match: byName(Type.String(), "By column of the source: that of the row."),
    columns: cells,
    time,
    limit: count("So many rows."),
  },
  "Rows that belong to one.",
);
const action = exactly(
  {
    title: text("On the button."),
    tone,
    stream: text("Where the event is written."),
    event: byName(Type.String(), "By field a text with places."),
    ask: list(
      exactly(
        { name: text("Of its place."), title: text("Its label."), required: yes("Must be given.") },
        "A field.",
      ),
      "What a person is asked.",
    ),
  },
  "What can be done about a row.",
);
const item = exactly(
  {
    title: text("What it is."),
    shows: Type.Union([
      exactly({ is: oneOf(["connection", "clock", "uptime", "views"], "What is shown.") }, "Of the server."),
      exactly(
        { is: Type.Literal("measure"), source: count("Position of its source."), value: measure, format },
        "Of rows.",
      ),
    ]),
  },
  "A line.",
);
const step = exactly(
  { title: text("Its name."), value: measure, seconds: orNull(measure) },
  "A step of a funnel.",
);

/** By kind, what a panel of it is told beside what all are. */
const kinds: Readonly<Record<string, TProperties>> = {
  kpi: {
    value: measure,
    time,
    format,
    before: orNull(measure),
    change: orNull(measure),
    changeAs: oneOf(["share", "percent"], "What 25 % more is: 0.25, or 25."),
    compareMs: orNull(number("How much earlier is compared with.")),
    better: oneOf(["more", "less", "neither"], "What is good."),
    sparkline: yes("Whether its course is drawn."),
    extremes: yes("Whether least and greatest of its windows are told."),
    mean: yes("Whether their mean is told beside them."),
    target: orNull(number("What it should be.")),
  },
  series: {
    time: column("When."),
    end: maybeColumn("Where a window ends."),
    values: list(named, "A line each."),
    by: maybeColumn("A line for each value of it."),
    look: oneOf(["line", "points", "area", "bars"], "How it is drawn."),
    stacked: yes("On top of each other."),
    bucketMs: orNull(number("Rows of so long are one point.")),
    format,
    thresholds: levels,
    marks: orNull(exactly({ time: column("When."), text: text("With places for columns.") }, "Moments.")),
  },
  bars: {
    by: list(Type.String(), "What a bar is of; empty where each of `values` is one."),
    values: list(named, "A bar each."),
    time,
    value: measure,
    format,
    stack: maybeColumn("Parts of a bar."),
    sort: oneOf(["most", "least", "name", "none"], "What comes first."),
    limit: count("So many bars."),
    rest: yes("Whether the others are one bar."),
    levels,
    levelOf: orNull(measure),
  },
  table: {
    columns: cells,
    time,
    sort: orNull(exactly({ column: column("By this."), descending: yes("The most first.") }, "At first.")),
    pageRows: count("Of one page."),
    search: yes("Whether it can be searched."),
    detail: orNull(detail),
    choose: orNull(
      exactly({ filter: text("Of the page."), column: column("Its value is chosen.") }, "What a click does."),
    ),
  },
  funnel: { steps: list(step, "From the first on; empty where an analysis says them."), time },
  cohort: {
    group: maybeColumn("Which cohort."),
    period: maybeColumn("Which period of it."),
    size: maybeColumn("Its size."),
    percent: maybeColumn("Who came back."),
  },
  "heat-map": {
    x: maybeColumn("From left to right."),
    y: maybeColumn("From above."),
    value: orNull(measure),
    time,
    format,
    yNames: byName(Type.String(), "Words for values of y."),
  },
  bubble: { label: column("What a bubble is."), x: named, y: named, size: named, time },
  places: {
    by: list(Type.String(), "From the wide to the narrow."),
    time,
    values: list(named, "The first ranks the places."),
    limit: count("So many."),
  },
  feed: {
    time,
    text: text("With places for columns."),
    formats: byName(format, "By column."),
    more: orNull(text("Below it.")),
    levels,
    levelOf: maybeColumn("What the level is of."),
    limit: count("So many rows."),
    actions: list(action, "Buttons of a row."),
    detail: orNull(detail),
    none: orNull(text("Where there is no row.")),
  },
  gauge: {
    value: measure,
    time,
    format,
    min: number("Where it begins."),
    max: number("Where it ends."),
    target: orNull(number("What it should be.")),
    levels,
  },
  status: { items: list(item, "From above.") },
  text: { text: text("Paragraphs, lists, links.") },
};

const panel = Type.Union(
  Object.entries(kinds).map(([kind, own]) =>
    exactly(
      {
        kind: Type.Literal(kind),
        id: text("Unique on its page."),
        title: text("Its title."),
        note: orNull(text("What is shown.")),
        width: count("Of twelve columns."),
        sources: list(source, "The first is what it is of."),
        match: byName(Type.String(), "By column: the filter that it has to match."),
        span: orNull(oneOf(["15m", "1h", "24h", "7d"], "In place of the page's own.")),
        newest: maybeColumn("Only rows of its newest moment that has passed; null: all."),
        problem,
        ...own,
      },
      `A panel of the kind ${kind}.`,
    ),
  ),
);

const filter = exactly(
  {
    name: text("In addresses."),
    title: text("Its label."),
    view: text("Where its values come from."),
    column: text("Of the view."),
    type: text("Of its values."),
    first: orNull(text("What is chosen at first.")),
    all: yes("Whether nobody has to choose."),
    problem,
  },
  "A choice of the page.",
);

export const page = exactly(
  {
    ...summary,
    span: oneOf(["15m", "1h", "24h", "7d"], "What it opens with."),
    everySeconds: number("It is not drawn more often; 0: as changes come."),
    filters: list(filter, "In the order of the file."),
    rows: list(
      exactly({ title: orNull(text("Its title.")), panels: list(panel, "From left to right.") }, "A row."),
      "From above.",
    ),
    problem,
  },
  "A page, with what is wrong with it.",
);
