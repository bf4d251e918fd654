import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { FromHistory } from "../history-messages.ts";
import { piecesUnderWay } from "./export-messages.ts";
import { ExportReading } from "./export-reading.ts";
import { Exports } from "./exports.ts";

const query = { source: { kind: "relation", relation: "orders" }, format: "csv", runMsMax: 60_000 } as const;

/** Both sides without threads between them; what the one says the other hears at once. */
function world() {
  let piecesMade = 0;
  let reading: ExportReading;
  const exports = new Exports((message: FromHistory) => {
    if (message.type === "exporting") reading.begin(message.head);
    else if (message.type === "piece") reading.add(message.bytes, message.rowCount);
    else if (message.type === "exported") reading.end();
    else if (message.type === "refused") reading.fail(new Error(message.error.code));
  });
  reading = new ExportReading({ onTaken: () => exports.take(1), onLeft: () => exports.end(1) });
  const run = (pieceCount: number) =>
    exports.run(1, query, async ({ pieces, begin }) => {
      begin({ rowCount: pieceCount, step: 1 });
      for (; piecesMade < pieceCount; piecesMade++) {
        pieces.addText(`${piecesMade},`);
        pieces.countRows(1);
        await pieces.flush();
      }
    });
  return { exports, reading, run, piecesMade: () => piecesMade };
}

test("only so many pieces are made before the first of them is taken, and one more for each", async () => {
  const { reading, run, piecesMade } = world();
  const ran = run(10);
  await turn();
  expect(piecesMade()).toBe(piecesUnderWay);
  const pieces = reading.pieces();
  await pieces.next();
  await turn();
  expect(piecesMade()).toBe(piecesUnderWay);
  await pieces.next();
  await turn();
  expect(piecesMade()).toBe(piecesUnderWay + 1);
  let text = "";
  for await (const piece of pieces) text += Buffer.from(piece).toString();
  await ran;
  expect(text).toBe("2,3,4,5,6,7,8,9,");
  expect(reading.rowCount).toBe(10);
});

test("who leaves early ends the work", async () => {
  const { reading, run, piecesMade } = world();
  const ran = run(10);
  const pieces = reading.pieces();
  await pieces.next();
  await pieces.return(undefined);
  await ran;
  expect(piecesMade()).toBeLessThan(10);
});

test("what is ended tells who reads", async () => {
  const { exports, reading, run } = world();
  const ran = run(10);
  await turn();
  exports.endAll();
  await ran;
  const read = async () => {
    for await (const _ of reading.pieces());
  };
  await expect(read()).rejects.toThrow("request.query-ended");
});
