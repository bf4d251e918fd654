import { expect, test } from "vitest";
import { BodyRoom } from "./body-room.ts";

test("bodies are bounded together; one alone is bounded by its own limit", () => {
  const room = new BodyRoom(100);
  const [one, other] = [room.hold(), room.hold()];
  expect(one.set(400)).toBe(true);
  expect(other.set(1)).toBe(false);
  one.release();
  expect(other.set(100)).toBe(true);
});

test("who waits for a part is let in when there is room, in order, and one always is", async () => {
  const room = new BodyRoom(100);
  const holds = Array.from({ length: 4 }, () => room.hold());
  const entered: number[] = [];
  for (const hold of holds) hold.set(30);
  const waits = holds.map((hold, index) => hold.keep(70, 1_000).then(() => entered.push(index)));
  await Promise.resolve();
  expect(entered).toEqual([0]);
  for (const [index, hold] of holds.entries()) {
    await waits[index];
    expect(entered).toEqual(Array.from({ length: index + 1 }, (_, each) => each));
    // What it has of its own makes no difference any more.
    expect([hold.set(5), hold.set(69)]).toEqual([true, true]);
    hold.release();
  }
  expect(room.hold().set(100)).toBe(true);
});

test("who waits too long is told so, and stands in nobody's way", async () => {
  const room = new BodyRoom(100);
  const [one, late, next] = [room.hold(), room.hold(), room.hold()];
  expect(await one.keep(80, 1_000)).toBe(true);
  expect(await late.keep(80, 20)).toBe(false);
  const waiting = next.keep(80, 1_000);
  one.release();
  expect(await waiting).toBe(true);
});
