import { describe, expect, test } from "vitest";
import {
  answerOf,
  folder,
  orderRow,
  orders,
  readAll,
  rowsOf,
  settings,
} from "../../../test/log/log-driver.ts";
import { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { padding } from "../../values/json/scan.ts";
import type { AppendAnswer, BodyFormat, LogEntry, StreamId } from "../event-log.ts";
import { JournalReader } from "../journal/journal-reader.ts";
import { LogService } from "../journal/log-service.ts";
import type { LogSettings } from "../log-settings.ts";
import type { Turns } from "../turns.ts";
import type { LetterChoice } from "./dead-letters.ts";
import { readLetters } from "./letter-check.ts";
import { listLetters } from "./letter-list.ts";
import { replay } from "./replay.ts";

const limits = { ...settings, rowBytesMax: 256 };

function answerOfTurns<Answer>(turns: Turns<Answer>): Answer {
  for (;;) {
    const { done, value } = turns.next();
    if (done === true) return value;
  }
}

/** The log without its thread, on files that can be read as they are. */
class Desk {
  readonly files = new LossyFileLayer();
  readonly #limits: LogSettings;
  readonly #service: LogService;
  readonly dead: StreamId;
  nowMs = 1;
  #id = 0;
  /** Answers that are refused before one is given. */
  busy = 0;
  loses: "notes" | "nothing" = "nothing";

  constructor(eventAheadMsMax = limits.eventAheadMsMax) {
    this.#limits = { ...limits, eventAheadMsMax };
    this.#service = new LogService(this.files, folder, () => this.nowMs, this.#limits);
    this.dead = this.#service.declare([orders])[1]!.streamId;
  }

  send(text: string | Uint8Array, format: BodyFormat = "ndjson"): AppendAnswer {
    const body = Buffer.concat([Buffer.from(text), Buffer.alloc(padding)]);
    const id = ++this.#id;
    const length = body.length - padding;
    this.#service.take({ id, stream: "orders", format, body, length, origin: "test" });
    return answerOf(this.#service.commit(), id) as AppendAnswer;
  }

  replay(choice: LetterChoice = {}, edited: ReadonlyMap<number, string> = new Map(), dryRun = false) {
    const { dead } = this;
    const log = {
      append: async ({ chunks, format }: { chunks: readonly Uint8Array[]; format: BodyFormat }) => {
        if (this.busy-- > 0) throw quickwaterError("request.busy", { limit: 1 });
        return this.send(Buffer.concat(chunks), format);
      },
      write: async (entries: readonly LogEntry[]) => {
        if (this.loses === "notes") throw new Error("killed");
        this.#service.write(++this.#id, entries);
        this.#service.commit();
      },
    };
    const { nowMs } = this;
    const reading = { table: orders, dead, choice, edited, limits: this.#limits, nowMs };
    const letters = readLetters(this.#reader(), reading);
    const batches = (async function* () {
      for (const batch of letters) if (batch !== undefined) yield batch;
    })();
    return replay(log, { stream: "orders", dead, dryRun }, batches);
  }

  list(choice: LetterChoice = {}, limit = 10) {
    return answerOfTurns(listLetters(this.#reader(), this.dead, choice, limit));
  }

  rows(): readonly string[] {
    return rowsOf(readAll(this.files), "orders");
  }

  #reader(): JournalReader {
    return new JournalReader(this.files, folder);
  }
}

const noId = '{"note":"x"}';
/** In an array a row may go over several lines. */
const severalLines = '{"ts":"2026-03-01T00:00:00",\n"note":\r\n"x",\n"id":"1"}';

describe("a replay", () => {
  test("takes what was corrected, each row once", async () => {
    const desk = new Desk();
    desk.send([orderRow(1), noId, noId].join("\n"));
    const edited = new Map([[1, orderRow(2)]]);
    expect(await desk.replay({ numbers: new Set([1]) }, edited)).toMatchObject({ taken: 1, stillDead: 0 });
    expect(await desk.replay({ numbers: new Set([1]) }, edited)).toMatchObject({ taken: 0, stillDead: 0 });
    expect(desk.rows()).toEqual([orderRow(1), orderRow(2)]);
    expect(desk.list()).toMatchObject({ open: 1, replayed: 1, letters: [{ number: 0 }] });
  });

  test("that was cut off before its note leaves the letter open: rows may be there", async () => {
    const desk = new Desk();
    desk.send(noId);
    const edited = new Map([[0, orderRow(2)]]);
    desk.loses = "notes";
    await expect(desk.replay({}, edited)).rejects.toThrow("killed");
    expect(desk.list()).toMatchObject({ open: 1, replayed: 0 });
    expect(desk.rows()).toEqual([orderRow(2)]);
  });

  test("writes nothing down again of which nothing new is to be said", async () => {
    const desk = new Desk();
    desk.send(noId);
    desk.send(`[${severalLines}]`, "json");
    const steps = readAll(desk.files).length;
    expect(await desk.replay()).toMatchObject({ taken: 0, stillDead: 2 });
    expect(readAll(desk.files)).toHaveLength(steps);
    expect(desk.list()).toMatchObject({ open: 2, replayed: 0 });
  });

  test("reads a row of several lines as one", async () => {
    const desk = new Desk();
    desk.send(`[${severalLines}]`, "json");
    const edited = new Map([[0, severalLines.replace('"1"', "1")]]);
    expect(await desk.replay({}, edited)).toMatchObject({ taken: 1, stillDead: 0 });
    expect(desk.rows()).toEqual([severalLines.replace('"1"', "1")]);
  });

  test("takes what was ahead of the clock when the clock has come there", async () => {
    const desk = new Desk(3_600_000);
    desk.nowMs = Date.UTC(2026, 1, 28);
    expect(desk.send(orderRow(1))).toMatchObject({
      accepted: 0,
      rejected: [{ code: "row.event-time-ahead" }],
    });
    desk.nowMs += 3_600_000;
    for (const dryRun of [true, false]) {
      expect(await desk.replay({}, new Map(), dryRun)).toMatchObject({ taken: 0, stillDead: 1 });
      expect(desk.list()).toMatchObject({ open: 1, replayed: 0 });
    }
    desk.nowMs = Date.UTC(2026, 2, 1);
    expect(await desk.replay({}, new Map(), true)).toMatchObject({ taken: 1, stillDead: 0 });
    expect(await desk.replay()).toMatchObject({ taken: 1, stillDead: 0 });
  });

  test("leaves alone what it cannot read as it was received", async () => {
    const desk = new Desk();
    const long = orderRow(1, "x".repeat(limits.rowBytesMax));
    desk.send(`${long}\n{"id":1}\0{"id":2}\n \0 `);
    expect(await desk.replay()).toMatchObject({ taken: 0, stillDead: 3 });
    const edited = new Map([
      [0, orderRow(1)],
      [1, "  "],
      [2, `${orderRow(3)}\0${orderRow(4)}`],
    ]);
    expect(await desk.replay({}, edited)).toMatchObject({ taken: 1, stillDead: 2 });
    expect(desk.rows()).toEqual([orderRow(1)]);
  });

  test("tells in a dry run what would be, and writes nothing", async () => {
    const desk = new Desk();
    desk.send([noId, noId].join("\n"));
    const steps = readAll(desk.files).length;
    const answer = await desk.replay({}, new Map([[0, orderRow(1)]]), true);
    expect(answer).toMatchObject({ taken: 1, stillDead: 1, dryRun: true });
    expect(readAll(desk.files)).toHaveLength(steps);
  });

  test("waits where the log is busy", async () => {
    const desk = new Desk();
    desk.send(noId);
    desk.busy = 2;
    expect(await desk.replay({}, new Map([[0, orderRow(1)]]))).toMatchObject({ taken: 1 });
  });

  test("of many letters goes in batches, each noted", async () => {
    const desk = new Desk();
    const count = 2_500;
    desk.send(Array.from({ length: count }, () => noId).join("\n"));
    const edited = new Map(Array.from({ length: count }, (_, number) => [number, orderRow(number)]));
    edited.delete(7);
    expect(await desk.replay({}, edited)).toMatchObject({ taken: count - 1, stillDead: 1 });
    expect(desk.rows().map((row) => row.trim())).toEqual([...edited.values()]);
    expect(desk.list()).toMatchObject({ open: 1, replayed: count - 1 });
    const notes = readAll(desk.files).flatMap(({ text }) =>
      text.includes('"replayed"') ? [JSON.parse(text)] : [],
    );
    expect(notes.map(({ letters }) => letters)).toEqual([
      [
        [0, 6],
        [8, 999],
      ],
      [[1000, 1999]],
      [[2000, 2499]],
    ]);
  });
});
