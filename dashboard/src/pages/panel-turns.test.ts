import { expect, it } from "vitest";
import { PanelTurns } from "./panel-turns.ts";

/** A page whose panels `first` are seen at first; what it does, in order. */
function pageOf(first: readonly string[]) {
  const done: string[] = [];
  const rests: (() => void)[] = [];
  const turns = new PanelTurns(new Set(first), {
    idle: () => new Promise((resolve) => rests.push(resolve)),
    firstAreThere: () => done.push("first are there"),
  });
  const wait = (id: string) => turns.wait(id, () => done.push(id));
  /** The browser has time for one more. */
  const rest = async () => {
    rests.shift()?.();
    await Promise.resolve();
  };
  return { turns, wait, rest, done };
}

it("panels further down begin one after the other, when all that are seen at first are there", async () => {
  const { turns, wait, rest, done } = pageOf(["a", "b"]);
  for (const id of ["c", "d"]) wait(id);
  expect(["a", "b", "c"].map((id) => turns.isFirst(id))).toEqual([true, true, false]);
  turns.isThere("a");
  await rest();
  expect(done).toEqual([]);
  turns.isThere("b");
  expect(done).toEqual(["first are there"]);
  await rest();
  expect(done.slice(1)).toEqual(["c"]);
  await rest();
  expect(done.slice(1)).toEqual(["c", "d"]);
});

it("a panel that is scrolled to begins at once, and once", async () => {
  const { turns, wait, rest, done } = pageOf(["a"]);
  for (const id of ["b", "c"]) wait(id);
  turns.begin("c");
  turns.begin("c");
  expect(done).toEqual(["c"]);
  turns.isThere("a");
  await rest();
  await rest();
  expect(done).toEqual(["c", "first are there", "b"]);
});

it("a panel that went while it waited does not begin", async () => {
  const { turns, wait, rest, done } = pageOf(["a"]);
  const stop = wait("b");
  wait("c");
  stop();
  turns.isThere("a");
  await rest();
  expect(done).toEqual(["first are there", "c"]);
});

it("what comes late of the first holds nobody up for ever, and a panel that comes later begins", async () => {
  const { turns, wait, rest, done } = pageOf(["a"]);
  turns.endFirst();
  wait("b");
  await rest();
  expect(done).toEqual(["first are there", "b"]);
  wait("c");
  turns.beginAll();
  expect(done.at(-1)).toBe("c");
});
