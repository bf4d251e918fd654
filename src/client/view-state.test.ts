import { describe, expect, it } from "vitest";
import type { DeltaMessage, SnapshotMessage, WireRow } from "../serving/protocol.ts";
import { applyDelta, viewFromSnapshot } from "./view-state.ts";

const freshness = { lastRowAt: null, watermark: null };

function row(key: string, orders: number, revision = 0): WireRow {
  return { key, values: [key, orders], final: revision > 0, revision };
}

function snapshot(...rows: readonly WireRow[]): SnapshotMessage {
  return {
    type: "snapshot",
    id: "s1",
    view: "orders",
    step: 10,
    columns: [],
    keyColumns: [0],
    rows,
    freshness,
    resume: "at 10",
  };
}

function delta(rows: readonly WireRow[], removed: readonly string[] = [], step = 11): DeltaMessage {
  return { type: "delta", id: "s1", step, rows, removed, freshness, resume: `at ${step}` };
}

describe("a view's state", () => {
  it("holds the snapshot's rows by key", () => {
    const state = viewFromSnapshot(snapshot(row("a", 1), row("b", 2)));
    expect([...state.rows.keys()]).toEqual(["a", "b"]);
    expect(state).toMatchObject({ view: "orders", step: 10, resume: "at 10" });
  });

  it("takes new, changed and removed rows from a delta, and its step and place", () => {
    const before = viewFromSnapshot(snapshot(row("a", 1), row("b", 2), row("c", 3)));
    const after = applyDelta(before, delta([row("b", 20), row("d", 4)], ["c"]));
    expect([...after.rows.values()]).toEqual([row("a", 1), row("b", 20), row("d", 4)]);
    expect(after).toMatchObject({ step: 11, resume: "at 11" });
  });

  it("never changes a state that was handed out, and keeps untouched rows as they are", () => {
    const before = viewFromSnapshot(snapshot(row("a", 1), row("b", 2)));
    const rowsBefore = [...before.rows];
    const after = applyDelta(before, delta([row("b", 3)], ["a"]));
    expect([...before.rows]).toEqual(rowsBefore);
    expect(before.step).toBe(10);
    expect(applyDelta(before, delta([row("b", 3)])).rows.get("a")).toBe(before.rows.get("a"));
    expect(after.rows.has("a")).toBe(false);
  });

  it("shares the rows when a delta only moves the step on", () => {
    const before = viewFromSnapshot(snapshot(row("a", 1)));
    const after = applyDelta(before, delta([], [], 12));
    expect(after.rows).toBe(before.rows);
    expect(after.step).toBe(12);
  });

  it("keeps a row that is removed and comes back within one delta", () => {
    const after = applyDelta(viewFromSnapshot(snapshot(row("a", 1))), delta([row("a", 2, 1)], ["a"]));
    expect(after.rows.get("a")).toEqual(row("a", 2, 1));
  });
});
