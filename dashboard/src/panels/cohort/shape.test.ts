import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CohortPanel } from "../../../../src/serving/pages.ts";
import { fastest, soonMs } from "../../../../test/support/fastest.ts";
import { daysIn, monthsIn } from "../../data/days.ts";
import { around, frame, noon, readingOf } from "../../data/fixture.ts";
import { writeDecimal } from "../../numbers/exact-decimal.ts";
import type { Reading } from "../panel-kind.ts";
import { examples } from "./gallery.ts";
import { type Cohorts, shapeCohorts } from "./shape.ts";
import { cohortsTwin } from "./twin.ts";
import { cellWords } from "./words.ts";

const hourMs = 3_600_000;
const base: CohortPanel = {
  ...frame,
  kind: "cohort",
  group: null,
  period: null,
  size: null,
  percent: null,
};

function shaped(reading: Reading, more: Partial<CohortPanel> = {}): Cohorts | undefined {
  return shapeCohorts({ panel: { ...base, ...more }, readings: [reading], around });
}

function answered(answer: object): Cohorts | undefined {
  return shaped({ ...readingOf({}, []), answer: answer as Readonly<Record<string, unknown>> });
}

function told(cohorts: Cohorts | undefined) {
  return cohorts?.rows.map(({ name, size, cells }) => [
    name,
    size && writeDecimal(size),
    ...cells.map((cell) => (cell.is === "value" ? writeDecimal(cell.percent) : cell.is)),
  ]);
}

const instant = (hours: number) => new Date(noon + hours * hourMs).toISOString();
const whole = { isFinal: true, active: 8, percent: 100, averageEvents: 1 };
const answer = {
  timeZone: "Asia/Tokyo",
  settings: { grain: "day" },
  cohorts: [
    {
      begin: instant(3),
      size: 8,
      periods: [
        { ...whole, period: 0, from: instant(-36), to: instant(-12) },
        {
          period: 1,
          from: instant(-6),
          to: instant(18),
          isFinal: false,
          active: 2,
          percent: 25,
          averageEvents: 1.5,
        },
      ],
    },
    { begin: instant(27), size: 4, periods: [{ ...whole, period: 0, from: instant(12), to: instant(36) }] },
  ],
};

describe("cohorts of an analysis", () => {
  it("have a column for each period, and nothing where none has begun", () => {
    // At 15:00 UTC of the first of March a day begins in Tokyo: the second.
    const day = daysIn("UTC");
    expect(told(answered(answer))).toEqual([
      [day(noon + 24 * hourMs), "8", "100", "25"],
      [day(noon + 48 * hourMs), "4", "100", "missing"],
    ]);
    expect(answered(answer)?.periods).toEqual(["0", "1"]);
    const month = monthsIn("UTC")(noon);
    expect(month).toMatch(/^\D*2026\D*$/);
    const months = answered({ ...answer, settings: { grain: "month" } });
    expect(told(months)?.map(([name]) => name)).toEqual([month, month]);
  });

  it("tell how much of an open period has passed", () => {
    const cohorts = answered(answer);
    const [row] = cohorts!.rows;
    expect(row?.cells.map((cell) => cell.is === "value" && [cell.isOpen, cell.passed])).toEqual([
      [false, undefined],
      [true, 0.25],
    ]);
    expect(cellWords(row!, row!.cells[1]!, cohorts!)).toBe("25 %, 2 of 8, 1.5 times each, 25 % of the day");
    expect(cohorts?.notes).toEqual(["Dashed: the day is not over."]);
    expect(cohortsTwin(cohorts!).rows.map((cells) => cells.slice(1))).toEqual([
      ["8", "0", "100", "8", "1", "final"],
      ["8", "1", "25", "2", "1.5", "25 % of the day"],
      ["4", "0", "100", "8", "1", "final"],
    ]);
  });

  it("are coloured by the periods after the first, which is above their scale", () => {
    const cohorts = answered(answer);
    expect([writeDecimal(cohorts!.scale.high), cohorts?.isOpenEnded]).toEqual(["25", true]);
    expect(cohorts?.rows[0]?.cells.map((cell) => cell.is === "value" && cell.step)).toEqual([5, 5]);
    const begun = answered({ ...answer, cohorts: answer.cohorts.slice(1) });
    expect([writeDecimal(begun!.scale.high), begun?.isOpenEnded]).toEqual(["100", false]);
  });

  it("are the newest of many, and it is said that there are others", () => {
    const cohorts = Array.from({ length: 33 }, (_, at) => ({
      begin: `cohort ${at}`,
      size: 1,
      periods: [{ period: at === 32 ? 99 : 0, percent: 1 }],
    }));
    const shape = answered({ ...answer, cohorts });
    expect([shape?.rows[0]?.name, shape?.periods.length]).toEqual(["cohort 2", 62]);
    expect(shape?.notes).toEqual(["2 more cohorts are not shown.", "38 more days are not shown."]);
  });

  it("leave out periods that are none", () => {
    const periods = [
      { period: "one", percent: 5 },
      { period: -1, percent: 5 },
      { ...whole, period: 0 },
    ];
    const shape = answered({ ...answer, cohorts: [{ begin: "first", size: 8, periods }] });
    expect(told(shape)).toEqual([["first", "8", "100"]]);
  });

  it("are none where nobody is in one", () => {
    expect(answered({ cohorts: [] })).toBeUndefined();
    expect(answered({})).toBeUndefined();
  });
});

describe("cohorts of columns", () => {
  const columns = { begin: "date", day: "integer", users: "integer", share: "decimal" } as const;
  const panel = { group: "begin", period: "day", size: "users", percent: "share" };
  const rows = readingOf(columns, [
    ["2026-02-27", 1, 7, "12.50"],
    ["2026-02-26", 0, null, "100"],
    ["2026-02-26", 2, 9, null],
    ["2026-02-27", 0, 7, "100"],
    [null, 0, 3, "100"],
  ]);

  it("stand in their order, whatever that of the rows", () => {
    expect(told(shaped(rows, panel))).toEqual([
      ["2026-02-26", "9", "100", "missing", "unreadable"],
      ["2026-02-27", "7", "100", "12.50", "missing"],
      [null, "3", "100", "missing", "missing"],
    ]);
    expect(shaped(rows, { ...panel, size: null })?.rows[1]?.size).toBeUndefined();
    expect(shaped(rows)).toBeUndefined();
  });

  it("are open where their rows are", () => {
    const open = { ...rows, rows: rows.rows.map((row, at) => ({ ...row, final: at !== 0 })) };
    const cell = shaped(open, panel)?.rows[1]?.cells[1];
    expect(cell?.is === "value" && cell.isOpen).toBe(true);
    expect(shaped(open, panel)?.notes).toEqual(["Dashed: the period is not over."]);
  });
});

describe("cohorts of whatever comes", () => {
  it("do not throw", () => {
    const anything = fc.anything();
    const period = fc.record({
      period: fc.oneof(fc.nat(200), anything),
      percent: anything,
      isFinal: anything,
    });
    const cohort = fc.record({
      begin: anything,
      size: anything,
      periods: fc.oneof(anything, fc.array(period)),
    });
    const zone = fc.oneof(anything, fc.constantFrom("UTC", "Mars/Base"));
    fc.assert(
      fc.property(fc.array(cohort), zone, (cohorts, timeZone) => {
        const shape = answered({ cohorts, timeZone });
        if (shape !== undefined) cohortsTwin(shape);
        expect(shape?.rows.filter(({ cells }) => cells.length !== shape.periods.length) ?? []).toEqual([]);
      }),
    );
  });

  it("are shaped as each example of the gallery has them, soon", () => {
    for (const { title, panel, readings } of examples) {
      const { made, tookMs } = fastest(() => shapeCohorts({ panel: panel as CohortPanel, readings, around }));
      expect([title, made === undefined]).toEqual([title, title === "Nothing"]);
      expect(tookMs).toBeLessThan(soonMs);
    }
  });
});
