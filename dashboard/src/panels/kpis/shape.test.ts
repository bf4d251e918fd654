import { describe, expect, it } from "vitest";
import { readDecimal, writeDecimal } from "../../numbers/exact-decimal.ts";
import { lastHour, minuteMs, type RevenueWindow } from "../revenue-windows/shape.ts";
import { type Kpis, shapeKpis } from "./shape.ts";

const noon = Date.parse("2026-03-01T12:00:00.000Z");
const now = noon + 15_000;

function window(minute: number, revenue: string | null, orders: number, final = true): RevenueWindow {
  const startMs = noon + minute * minuteMs;
  return {
    key: String(minute),
    startMs,
    endMs: startMs + minuteMs,
    currency: "USD",
    orders: BigInt(orders),
    revenue: revenue === null ? null : (readDecimal(revenue) ?? null),
    average: null,
    final,
    revision: 0,
  };
}

function kpis(...windows: readonly RevenueWindow[]): Kpis {
  return shapeKpis(windows, lastHour(windows, now, null), now);
}

describe("the figures", () => {
  it("show the running minute with how much of it has passed", () => {
    const { open } = kpis(window(-1, "9.00", 1), window(0, "5.00", 1, false));
    expect(open).toMatchObject({ window: { key: "0" }, percent: 25 });
    expect(kpis(window(-1, "9.00", 1)).open).toBeUndefined();
  });

  it("compare the last full minute with the minute before", () => {
    const { lastFull } = kpis(window(-2, "80.00", 8), window(-1, "100.00", 6), window(0, "5.00", 1, false));
    expect(lastFull?.window.key).toBe("-1");
    expect(lastFull?.revenueChange).toEqual({ is: "ratio", ratio: 0.25 });
    expect(lastFull?.ordersChange).toEqual({ is: "ratio", ratio: -0.25 });
  });

  it("have no ratio to a minute that had nothing, nor to one that is not known", () => {
    expect(kpis(window(-1, "1.00", 1)).lastFull?.revenueChange).toEqual({ is: "unknown" });
    const gap = kpis(window(-5, "1.00", 1), window(-1, "1.00", 1)).lastFull;
    expect(gap?.revenueChange).toEqual({ is: "from-nothing" });
    expect(kpis(window(-2, null, 1), window(-1, "1.00", 1)).lastFull?.revenueChange).toEqual({
      is: "from-nothing",
    });
  });

  it("go up when a negative minute is followed by a better one", () => {
    const { lastFull } = kpis(window(-2, "-10.00", 1), window(-1, "-5.00", 1));
    expect(lastFull?.revenueChange).toEqual({ is: "ratio", ratio: 0.5 });
  });

  it("sum the last hour exactly, and nothing older", () => {
    const { hour } = kpis(
      window(-60, "1000000.00", 1_000),
      window(-59, "90071992547409.91", 1),
      window(-2, "90071992547409.92", 2),
      window(-1, null, 3),
      window(0, "0.10", 4, false),
    );
    expect(writeDecimal(hour.revenue)).toBe("180143985094819.93");
    expect(hour.orders).toBe(10n);
  });
});
