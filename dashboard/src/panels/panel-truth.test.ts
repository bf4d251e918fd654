import { describe, expect, test } from "vitest";
import type { SourceState } from "../data/sources.ts";
import { panelTruth } from "./panel-truth.ts";

const now = Date.parse("2026-03-01T12:00:00Z");
const reading = { columns: [], rows: [], watermarkMs: null };
const failure = { message: "No.", hint: "", retry: () => {} };
const source = (more: Partial<SourceState> = {}): SourceState => ({
  reading,
  lastRowAtMs: now - 1_000,
  failure: undefined,
  stopped: undefined,
  asDrawn: false,
  ...more,
});
const known = { status: "live", nowMs: now, isPast: false, isOfViews: true } as const;
const stateOf = (sources: readonly SourceState[], more: object = {}) => {
  const { state, words, isDimmed } = panelTruth({ ...known, ...more, sources });
  return [state, words, isDimmed];
};

describe("how true a panel is", () => {
  test("live is without words, and late only after a minute and a half", () => {
    expect(stateOf([source()])).toEqual(["live", undefined, false]);
    expect(stateOf([source({ lastRowAtMs: now - 90_000 })])[0]).toBe("live");
    expect(stateOf([source({ lastRowAtMs: now - 180_000 })])).toEqual(["delayed", "3 min old", false]);
    expect(stateOf([source({ lastRowAtMs: undefined })])).toEqual(["live", undefined, false]);
  });

  test("the newest of its sources counts", () => {
    expect(stateOf([source({ lastRowAtMs: now - 600_000 }), source()])[0]).toBe("live");
  });

  test("what was true when the connection went is dimmed, with its age", () => {
    const away = { status: "reconnecting" };
    expect(stateOf([source()], away)).toEqual(["reconnecting", "reconnecting · 1 s old", true]);
    expect(stateOf([source({ lastRowAtMs: undefined })], away)[1]).toBe("reconnecting");
    const other = { status: "disconnected" };
    expect(stateOf([source()], other)).toEqual(["disconnected", "another version, reload · 1 s old", true]);
    expect(stateOf([source({ reading: undefined })], other)).toEqual(["disconnected", undefined, false]);
    expect(stateOf([source()], { ...away, isOfViews: false })[0]).toBe("live");
  });

  test("a failure without rows is a failure, with rows they stay", () => {
    expect(stateOf([source({ failure, reading: undefined })])[0]).toBe("failed");
    expect(stateOf([source({ failure })])).toEqual(["delayed", "not answered anew · 1 s old", true]);
    expect(stateOf([source({ reading: undefined })])[0]).toBe("loading");
    expect(stateOf([source({ stopped: { reason: "why", retry: () => {} } })])[0]).toBe("stopped");
  });

  test("what is of the past is neither late nor dimmed", () => {
    const old = source({ lastRowAtMs: now - 1e9 });
    expect(stateOf([old], { isPast: true })).toEqual(["past", undefined, false]);
  });

  test("what stands says that it is what was drawn, until it is known exactly", () => {
    const drawn = source({ asDrawn: true });
    const standing = { isPast: true, isOfViews: false };
    expect(stateOf([source(), drawn], standing)).toEqual(["past", "as it was drawn", false]);
    const refused = source({ asDrawn: true, failure });
    expect(stateOf([refused], standing)).toEqual(["delayed", "as it was drawn, not known exactly", true]);
  });
});
