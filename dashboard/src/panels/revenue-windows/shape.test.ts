import { describe, expect, it } from "vitest";
import type { WireColumn, WireRow, WireValue } from "../../../../src/serving/protocol.ts";
import { writeDecimal } from "../../numbers/exact-decimal.ts";
import {
  currenciesOf,
  lastHour,
  mainCurrency,
  minuteMs,
  ofCurrency,
  percentPassed,
  readRevenueWindows,
  stateWords,
} from "./shape.ts";

const noon = Date.parse("2026-03-01T12:00:00.000Z");
const columns: readonly WireColumn[] = [
  "currency",
  "window_start",
  "window_end",
  "orders",
  "revenue",
  "more",
].map((name) => ({ name, type: "string", nullable: true, sqlType: "STRING" }));

function row(
  minute: number,
  currency: WireValue,
  orders: WireValue,
  revenue: WireValue,
  final = true,
): WireRow {
  const at = (offset: number): string => new Date(noon + (minute + offset) * minuteMs).toISOString();
  const values = [currency, at(0), at(1), orders, revenue, null];
  return { key: JSON.stringify([at(0), at(1), currency]), values, final, revision: 0 };
}

function read(...rows: readonly WireRow[]): ReturnType<typeof readRevenueWindows> {
  return readRevenueWindows({ columns, rows: new Map(rows.map((each) => [each.key, each])) });
}

describe("the windows of a minute", () => {
  it("are read by column name and come oldest first", () => {
    const { windows } = read(row(2, "USD", 3, "10.00", false), row(1, "USD", 2, "99.99"));
    expect(windows.map(({ startMs }) => (startMs - noon) / minuteMs)).toEqual([1, 2]);
    expect(windows[1]).toMatchObject({ currency: "USD", orders: 3n, final: false });
  });

  it("have the average of their own sum and count", () => {
    const [window] = read(row(0, "USD", 3, "100.00")).windows;
    expect(window?.average && writeDecimal(window.average)).toBe("33.33");
  });

  it("bear null, zero and negative amounts", () => {
    const { windows } = read(row(0, "USD", 2, null), row(1, null, 0, "0.00"), row(2, "USD", 2, "-5.01"));
    expect(windows.map(({ revenue }) => revenue && writeDecimal(revenue))).toEqual([null, "0.00", "-5.01"]);
    expect(windows.map(({ average }) => average && writeDecimal(average))).toEqual([null, null, "-2.51"]);
    expect(windows[1]?.currency).toBe("");
  });

  it("are left out when their start is no time", () => {
    const broken = { ...row(0, "USD", 1, "1.00"), values: ["USD", "soon", "later", 1, "1.00", null] };
    expect(read(broken).windows).toEqual([]);
  });

  it("are the same objects while their rows are", () => {
    const same = row(0, "USD", 1, "1.00");
    expect(read(same).windows[0]).toBe(read(same).windows[0]);
  });

  it("say which columns a view lacks", () => {
    expect(readRevenueWindows({ columns: columns.slice(0, 3), rows: new Map() }).missing).toEqual([
      "orders",
      "revenue",
    ]);
  });

  it("are told apart by currency", () => {
    const { windows } = read(row(0, "USD", 1, "1.00"), row(0, "EUR", 2, "2.00"), row(1, "USD", 2, "1.00"));
    expect(currenciesOf(windows)).toEqual(["EUR", "USD"]);
    expect(ofCurrency(windows, "USD")).toHaveLength(2);
    expect(mainCurrency(windows)).toBe("USD");
  });
});

describe("the last hour", () => {
  const now = noon + 30_000;

  it("has sixty minutes and ends with the running one", () => {
    const minutes = lastHour([], now, null);
    expect(minutes).toHaveLength(60);
    expect(minutes.at(-1)).toEqual({ startMs: noon, is: "unknown" });
  });

  it("tells minutes without orders from minutes that are not known", () => {
    const { windows } = read(row(-5, "USD", 1, "1.00"), row(-3, "USD", 1, "1.00"));
    const shown = (watermark: string | null): string[] =>
      lastHour(windows, now, watermark)
        .slice(-7)
        .map(({ is }) => (typeof is === "string" ? is : "window"));
    expect(shown(null)).toEqual(["unknown", "window", "nothing", "window", "unknown", "unknown", "unknown"]);
    const passed = new Date(noon - minuteMs).toISOString();
    expect(shown(passed)).toEqual([
      "unknown",
      "window",
      "nothing",
      "window",
      "nothing",
      "unknown",
      "unknown",
    ]);
  });

  it("follows a server that is a little ahead, and no event from the far future", () => {
    expect(lastHour(read(row(1, "USD", 1, "1.00")).windows, now, null).at(-1)?.startMs).toBe(noon + minuteMs);
    expect(lastHour(read(row(9_999, "USD", 1, "1.00")).windows, now, null).at(-1)?.startMs).toBe(noon);
  });
});

describe("a window's state", () => {
  const [open] = read(row(0, "USD", 1, "1.00", false)).windows;

  it("is open with the part of the minute that has passed, within 0 and 100", () => {
    expect([-5_000, 0, 37_200, 60_000, 90_000].map((ms) => percentPassed(open!, noon + ms))).toEqual([
      0, 0, 62, 100, 100,
    ]);
    expect(stateWords(open!, noon + 37_200)).toBe("open · 62 %");
  });

  it("is final, or corrected with its revision", () => {
    expect(stateWords({ ...open!, final: true }, noon)).toBe("final");
    expect(stateWords({ ...open!, final: true, revision: 2 }, noon)).toBe("corrected r2");
  });
});
