import { expect, it } from "vitest";
import { type Steps, stepByKey } from "./key-steps.ts";

/** Keys as they are pressed one after the other; "^" is Shift. */
function pressed(keys: readonly string[], count = 20, from?: number) {
  let steps: Steps | undefined;
  let zoomed: readonly [number, number] | undefined;
  for (const text of keys) {
    const shift = text.startsWith("^");
    const next = stepByKey(steps, { key: shift ? text.slice(1) : text, shift, count, from });
    if (next === undefined) continue;
    steps = next.steps;
    zoomed = next.zoomed ?? zoomed;
  }
  return { at: steps?.at, zoomed };
}

it("arrow keys begin at the newest point or where the pointer is, and stay within", () => {
  expect(pressed(["ArrowLeft"]).at).toBe(19);
  expect(pressed(["ArrowLeft", "ArrowLeft", "ArrowLeft"]).at).toBe(17);
  expect(pressed(["ArrowRight"], 20, 4).at).toBe(5);
  expect(pressed(["Home", "ArrowLeft"]).at).toBe(0);
  expect(pressed(["End", "PageUp", "ArrowRight"]).at).toBe(10);
  expect(pressed(["End", "PageDown"]).at).toBe(19);
  expect(pressed(["ArrowLeft", "Escape"]).at).toBeUndefined();
  expect(pressed(["ArrowLeft"], 0).at).toBeUndefined();
});

it("a span is chosen with Shift, and Enter zooms to it whichever way it was chosen", () => {
  expect(pressed(["Home", "^ArrowRight", "^ArrowRight", "Enter"]).zoomed).toEqual([0, 2]);
  expect(pressed(["End", "^ArrowLeft", "^ArrowLeft", "Enter"]).zoomed).toEqual([17, 19]);
  expect(pressed(["End", "^ArrowLeft", "ArrowLeft", "Enter"]).zoomed).toBeUndefined();
  expect(pressed(["End", "^ArrowLeft", "^ArrowRight", "Enter"]).zoomed).toBeUndefined();
  expect(pressed(["End", "Enter"]).zoomed).toBeUndefined();
});

it("other keys are not taken", () => {
  expect(stepByKey(undefined, { key: "Tab", shift: false, count: 5, from: undefined })).toBeUndefined();
});
