import { expect, test } from "vitest";
import { quickwaterError } from "../errors/quickwater-error.ts";
import { BodyRoom } from "./body-room.ts";
import { ingestSettings } from "./ingest-settings.ts";
import { LineBody, type LineTarget } from "./line-body.ts";

const parts = { partBytesMax: 16, rowBytesMax: 7 };
const settings = ingestSettings({ requestMsMax: 400 });
const lines = Buffer.from("a\n".repeat(20));

/** Takes all lines but those of which `busy` says how often they are not. */
function body(busy: (part: number) => number, room = new BodyRoom(10 * 1024 * 1024)) {
  const asked: number[] = [];
  const append: LineTarget["append"] = async ({ chunks, part }) => {
    asked.push(part!.number);
    const times = asked.filter((number) => number === part!.number).length;
    if (times <= busy(part!.number)) throw quickwaterError("request.busy", { limit: 1 });
    const rows = Buffer.concat(chunks).toString().split("\n").length - 1;
    return { accepted: rows, duplicates: 0, rejected: [], lastStep: 1 };
  };
  const line = new LineBody({ append, arrival: undefined }, settings, parts, room, Number.NaN);
  return { line, asked };
}

test("what was begun waits until the log has room; a first part is refused at once", async () => {
  const { line, asked } = body((part) => (part === 0 ? 0 : 3));
  await line.take(lines);
  expect(await line.end()).toMatchObject({ accepted: 20, count: 20 });
  expect(asked).toEqual([0, 1, 1, 1, 1, 2, 2, 2, 2]);
  const refused = body(() => 1);
  await expect(refused.line.take(lines)).rejects.toMatchObject({ code: "request.busy" });
  expect(refused.asked).toEqual([0]);
});

test("where the log has none in time, what was taken before stays counted", async () => {
  const { line } = body((part) => (part < 1 ? 0 : 1_000));
  await expect(line.take(lines)).rejects.toMatchObject({ code: "request.busy" });
  expect(line.taken.count).toBe(8);
});

test("behind its first part a body waits for the memory of one; before it is refused", async () => {
  const room = new BodyRoom(300_000);
  const other = room.hold();
  await other.keep(299_984, 100);
  const waiting = body(() => 0, room);
  const taking = waiting.line.take(Buffer.from("a\n".repeat(8)));
  await expect(
    Promise.race([taking, new Promise((resolve) => setTimeout(resolve, 50, "waits"))]),
  ).resolves.toBe("waits");
  expect(waiting.asked).toEqual([0]);
  room.hold().set(10);
  expect(() => body(() => 0, room).line.take(lines)).toThrow(
    expect.objectContaining({ code: "request.too-many-bodies" }),
  );
  other.release();
  await taking;
  expect(waiting.line.taken.count).toBe(8);
});
