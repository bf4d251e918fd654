import { describe, expect, it } from "vitest";
import type { StatusItem, StatusPanel } from "../../../../src/serving/pages.ts";
import type { WireRow } from "../../../../src/serving/protocol.ts";
import { around, euros, frame, measureOf, noon, plainNumber, readingOf } from "../../data/fixture.ts";
import { clockIn } from "./clock.ts";
import { examples } from "./gallery.ts";
import { connectionLook, shapeStatus, twinOfStatus } from "./shape.ts";

const rows = [
  readingOf({ n: "integer" }, [[1]]),
  readingOf({ n: "decimal", code: "string" }, [
    ["0.10", "JPY"],
    ["1234.20", "JPY"],
  ]),
];

function shaped(...items: readonly StatusItem[]) {
  const panel: StatusPanel = { ...frame, kind: "status", items };
  return shapeStatus({ panel, readings: rows, around });
}

function measure(source: number, format = plainNumber): StatusItem {
  return { title: "Sum", shows: { is: "measure", source, value: measureOf("sum", "n"), format } };
}

it("measures the rows of its source, exactly", () => {
  const format = { ...euros, currency: { column: "code" } };
  const model = shaped(measure(1, format), { title: "Clock", shows: { is: "clock" } }, measure(0));
  expect(model?.items).toEqual([
    {
      is: "measure",
      title: "Sum",
      text: (1_234).toLocaleString(undefined, { style: "currency", currency: "JPY" }),
      exact: "1234.30 JPY",
      state: "final",
    },
    { is: "clock", title: "Clock" },
    { is: "measure", title: "Sum", text: "1", exact: "1", state: "final" },
  ]);
  expect(model && twinOfStatus(model)).toMatchObject({
    headings: ["What", "Value"],
    rows: [
      ["Sum", "1234.30 JPY"],
      ["Sum", "1"],
    ],
  });
});

it("says what may still grow, and what was corrected", () => {
  const [reading] = [readingOf({ n: "integer" }, [[1], [2]])];
  const stateWith = (change: Partial<WireRow>) => {
    const readings = [{ ...reading, rows: [reading.rows[0]!, { ...reading.rows[1]!, ...change }] }];
    const model = shapeStatus({ panel: { ...frame, kind: "status", items: [measure(0)] }, readings, around });
    return model?.items.map((item) => item.is === "measure" && item.state);
  };
  expect(stateWith({ final: false, revision: 1 })).toEqual(["open"]);
  expect(stateWith({ revision: 1 })).toEqual(["corrected"]);
  expect(stateWith({})).toEqual(["final"]);
});

it("has a dash where there is no value, and is nothing without items", () => {
  expect(shaped(measure(9))?.items).toEqual([
    { is: "measure", title: "Sum", text: "–", exact: "", state: "final" },
  ]);
  expect(shaped()).toBeUndefined();
});

it("shows the clock with its seconds, in the zone of the page", () => {
  expect(clockIn("UTC", noon + 7_000)).toContain("12:00:07");
  expect(clockIn("Asia/Kolkata", noon + 7_000)).toMatch(/\b0?5:30:07/);
});

describe("the connection", () => {
  it("is green, red, yellow or grey, and in words", () => {
    expect(connectionLook({ status: "live", incarnation: "i" }, 0)).toEqual({
      tone: "good",
      words: "Connected",
    });
    expect(connectionLook({ status: "connecting" }, 0)).toEqual({ tone: "plain", words: "Connecting" });
    expect(connectionLook({ status: "closed", because: "asked" }, 0)).toEqual({
      tone: "bad",
      words: "Disconnected",
    });
    expect(connectionLook({ status: "closed", because: "protocol-version" }, 0).tone).toBe("warn");
  });

  it("counts down to the next try, and never below it", () => {
    const lost = { status: "reconnecting", since: 0, attempt: 1, loss: "silence", nextTryAt: 5_000 } as const;
    expect(connectionLook(lost, 2_100)).toEqual({ tone: "warn", words: "Reconnecting in 3 s" });
    expect(connectionLook(lost, 9_000)).toEqual({ tone: "warn", words: "Reconnecting now" });
  });
});

it("takes what the gallery holds, 100,000 rows within 150 ms", () => {
  for (const { title, panel, readings } of examples) {
    if (panel.kind !== "status") throw new Error(`${title} is no status.`);
    const times = [1, 2, 3].map(() => {
      // The thread's own work: the machine may be busy with something else.
      const before = process.threadCpuUsage();
      const model = shapeStatus({ panel, readings, around });
      expect(model === undefined, title).toBe(title === "Empty");
      return process.threadCpuUsage(before).user / 1_000;
    });
    expect(Math.min(...times), title).toBeLessThan(150);
  }
});
