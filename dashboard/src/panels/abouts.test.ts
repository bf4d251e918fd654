/**
 * What is behind a number, of every kind of panel: each number of the gallery is computed here once more of
 * the rows that are said to be behind it, by the formula that is said to be its own.
 */
import { describe, expect, it } from "vitest";
import type { Panel, PanelKindName, StatusPanel, TablePanel } from "../../../src/serving/pages.ts";
import type { WireRow } from "../../../src/serving/protocol.ts";
import { cellOf, decimalOf, instantOf } from "../data/cells.ts";
import { around, euros, frame, readingOf } from "../data/fixture.ts";
import type { About } from "../explain/about.ts";
import { explained } from "../explain/shape.ts";
import { writeDecimal } from "../numbers/exact-decimal.ts";
import { aboutPressed } from "./abouts.ts";
import { shapeBars } from "./bars/shape.ts";
import { barsTwin } from "./bars/twin.ts";
import { shapeBubbles } from "./bubble/shape.ts";
import { bubblesTwin } from "./bubble/words.ts";
import { shapeCohorts } from "./cohort/shape.ts";
import { cohortsTwin } from "./cohort/twin.ts";
import { withDetail } from "./detail/about.ts";
import { shapeFunnel } from "./funnel/shape.ts";
import { funnelTwin } from "./funnel/twin.ts";
import { shapeGauge } from "./gauge/shape.ts";
import { gaugeTwin } from "./gauge/twin.ts";
import { shapeHeatMap } from "./heat-map/shape.ts";
import { heatMapTwin } from "./heat-map/twin.ts";
import { galleryExamples } from "./kinds.ts";
import { shapeKpi } from "./kpi/shape.ts";
import { kpiTwin } from "./kpi/twin.ts";
import type { GalleryExample, PanelInput, PanelKind, Reading } from "./panel-kind.ts";
import { shapePlaces } from "./places/shape.ts";
import { placesTwin } from "./places/twin.ts";
import { shapeSeries } from "./series/shape.ts";
import { seriesTwin } from "./series/twin.ts";
import { shapeStatus, twinOfStatus } from "./status/shape.ts";
import { shapeTable, twinOfTable } from "./table/shape.ts";

type Shaped = Pick<PanelKind<Panel, unknown>, "shape" | "twin">;

/** Without what draws them, which wants a browser. */
const shaped = {
  kpi: { shape: shapeKpi, twin: kpiTwin },
  series: { shape: shapeSeries, twin: seriesTwin },
  bars: { shape: shapeBars, twin: barsTwin },
  table: { shape: shapeTable, twin: twinOfTable },
  funnel: { shape: shapeFunnel, twin: funnelTwin },
  cohort: { shape: shapeCohorts, twin: cohortsTwin },
  "heat-map": { shape: shapeHeatMap, twin: heatMapTwin },
  bubble: { shape: shapeBubbles, twin: bubblesTwin },
  places: { shape: shapePlaces, twin: placesTwin },
  gauge: { shape: shapeGauge, twin: gaugeTwin },
  status: { shape: shapeStatus, twin: twinOfStatus },
} satisfies Partial<Record<PanelKindName, object>>;
type Kind = keyof typeof shaped;
const kinds = Object.keys(shaped) as readonly Kind[];

const examples = await Promise.all(
  galleryExamples().map(async ({ kind, examples }) => ({ kind, examples: await examples })),
);

interface Numbered {
  readonly text: string;
  readonly number: About | undefined;
  readonly input: PanelInput;
}

/** Of an example: some have thousands. */
const numbersMax = 12;
/** Those that show how much a panel can take have the same numbers, of more rows. */
const rowsMax = 2_000;

/** Cells of the tables of a kind's examples that are numbers, with what is behind each. */
const numbersOf = Object.fromEntries(kinds.map((kind) => [kind, sampled(kind)])) as Readonly<
  Record<Kind, readonly Numbered[]>
>;

function sampled(kind: Kind): readonly Numbered[] {
  const code = shaped[kind] as unknown as Shaped;
  const ofKind = examples
    .find((each) => each.kind === kind)!
    .examples.filter(({ readings }) => readings.every(({ rows }) => rows.length <= rowsMax));
  return ofKind.flatMap(({ panel, readings }: GalleryExample) => {
    const input = { panel, readings, around };
    const model = code.shape(input);
    const twin = model === undefined ? undefined : code.twin(model, input);
    const marks = (twin?.rows ?? []).flatMap((cells, row) =>
      cells.flatMap((text, column) => {
        const mark = twin?.markAt?.(row, column);
        return mark === undefined || text === "" ? [] : [{ text, mark }];
      }),
    );
    const every = Math.ceil(marks.length / numbersMax);
    return marks.flatMap(({ text, mark }, place) =>
      place % every === 0 ? [{ text, input, number: aboutPressed(mark, model, input) }] : [],
    );
  });
}

/** By the formula and nothing else; undefined of one that is of no rows, or of other numbers. */
function recomputed(formula: string, rows: readonly WireRow[], reading: Reading): number | undefined {
  const terms = [...formula.matchAll(/(sum|count|min|max|latest)\(([^)]*)\)/g)].map(([, aggregate, column]) =>
    termOf(aggregate!, column!, rows, reading),
  );
  const [of, per] = terms;
  if (of === undefined) return undefined;
  const unit = formula.endsWith(" × 1000") ? 1_000 : 1;
  return per === undefined ? of * unit : of / per;
}

function termOf(aggregate: string, column: string, rows: readonly WireRow[], reading: Reading) {
  if (column === "") return rows.length;
  const cell = cellOf(reading.columns, column);
  const values = (of: readonly WireRow[]) =>
    of.flatMap((row) => {
      const value = decimalOf(cell(row));
      return value === undefined ? [] : [Number(writeDecimal(value))];
    });
  const all = values(rows);
  switch (aggregate) {
    case "sum":
      return all.reduce((sum, value) => sum + value, 0);
    case "count":
      return rows.filter((row) => cell(row) !== null).length;
    case "min":
      return Math.min(...all);
    case "max":
      return Math.max(...all);
    default:
      return values(newestOf(rows, reading)).reduce((sum, value) => sum + value, 0);
  }
}

/** By whatever column of the rows is a time. */
function newestOf(rows: readonly WireRow[], { columns }: Reading): readonly WireRow[] {
  const time = columns.find(({ type }) => type === "timestamp")?.name;
  if (time === undefined) return rows;
  const msOf = (row: WireRow) => instantOf(cellOf(columns, time)(row)) ?? Number.NEGATIVE_INFINITY;
  const newestMs = Math.max(...rows.map(msOf));
  return rows.filter((row) => msOf(row) === newestMs);
}

describe("each number of a panel's table", () => {
  it.each(kinds)("of the kind %s has the value that it shows, of rows that the panel has", (kind) => {
    const numbers = numbersOf[kind];
    expect(numbers.length).toBeGreaterThan(0);
    for (const { text, number, input } of numbers) {
      expect(
        number?.numbers.map(({ value }) => value).some((value) => isSame(value, text)),
        text,
      ).toBe(true);
      const known = new Set(input.readings[Number(number!.source)]?.rows);
      expect(number!.rows?.every((row) => known.has(row)) ?? true).toBe(true);
    }
  });

  it.each(kinds)("of the kind %s is what its formula makes of those rows", (kind) => {
    const differences: string[] = [];
    let computed = 0;
    for (const { number, input } of numbersOf[kind]) {
      const { numbers, rows, source } = number!;
      for (const { title, formula, value } of numbers) {
        if (formula === undefined || rows === undefined || value === "no number") continue;
        const again = recomputed(formula, rows, input.readings[Number(source)]!);
        if (again === undefined) continue;
        computed++;
        const shown = Number(/-?\d+(\.\d+)?/.exec(value)?.[0]);
        if (unitsOf(value).every((unit) => Math.abs(shown * unit - again) > 1e-6 * Math.abs(again)))
          differences.push(`${number!.title}: ${title} ${value}, and ${formula} of its rows is ${again}`);
      }
    }
    expect(differences).toEqual([]);
    if (kind !== "table" && kind !== "cohort") expect(computed).toBeGreaterThan(0);
  });
});

describe("a number that no model of the panel has", () => {
  it("is of the server itself, where a status says so", () => {
    const items = ["uptime", "views", "clock", "connection"].map((is) => ({ title: is, shows: { is } }));
    const panel = { ...frame, kind: "status", title: "State", items } as StatusPanel;
    const input = { panel, readings: [], around };
    const told = items.map((_, place) => aboutPressed([place], shapeStatus(input), input));
    expect(told.map((number) => [number?.title, number?.source, number?.rows])).toEqual(
      items.map(({ title }) => [`State, ${title}`, title, undefined]),
    );
  });

  it("is of a row that another row was opened for, whose source stands behind those of the panel", () => {
    const source = {
      over: "view",
      view: "payments",
      where: "id = 7",
      emit: null,
      columns: [],
      time: null,
    } as const;
    const columns = [{ column: "total", title: "Total", format: euros, levels: [] }];
    const detail = { title: "Last", source, match: {}, columns, time: null, limit: 10 };
    const reading = readingOf({ total: "decimal" }, [["1.50"], ["2.50"]]);
    const [, row] = reading.rows;
    const panel: TablePanel = {
      ...frame,
      kind: "table",
      title: "Customers",
      sources: [source],
      columns: [],
      time: null,
      sort: null,
      pageRows: 10,
      search: false,
      detail,
      choose: null,
    };
    const input = { panel, readings: [readingOf({ n: "integer" }, [[1]])], around };
    const pressed = { is: "detail", detail, source, reading, row: row!, column: 0 } as const;
    expect(aboutPressed(pressed, {}, input)).toEqual({
      title: "Customers, Last, Total",
      numbers: [{ title: "Total", formula: "total", value: "2.50 EUR" }],
      rows: [row],
      source: 1,
    });
    expect(explained(withDetail(input, pressed), 1, aboutPressed(pressed, {}, input))).toMatchObject({
      view: "payments",
      over: "over 1 row of payments",
      limits: [{ name: "Condition", text: "id = 7" }],
    });
  });
});

function isSame(value: string, text: string): boolean {
  const [told, shown] = [value, text].map((each) => Number(/-?\d+(\.\d+)?/.exec(each)?.[0]));
  return (
    value === text ||
    unitsOf(value).some((unit) => Math.abs(told! * unit - shown!) <= 1e-9 * Math.abs(shown!))
  );
}

/** Rows have what is told in percent as a share or in percent. */
function unitsOf(value: string): readonly number[] {
  return value.endsWith(" %") ? [1, 0.01] : [1];
}
