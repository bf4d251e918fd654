/** Rows of a table with a PRIMARY KEY that later ones have replaced, against a plain map. */
import { describe, expect, test } from "vitest";
import { keep } from "../../../test/log/keeper-driver.ts";
import { folder, readAll, settings } from "../../../test/log/log-driver.ts";
import { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { tableOf } from "../../../test/support/table-of.ts";
import { Random } from "../../simulate/random.ts";
import type { StreamId } from "../event-log.ts";
import { JournalReader } from "./journal-reader.ts";
import { LogService } from "./log-service.ts";
import { type KeyedTable, replacedSteps } from "./replaced-steps.ts";

const customers = tableOf(`CREATE TABLE customers (
  country STRING NOT NULL, id INT NOT NULL, name STRING, PRIMARY KEY (country, id) NOT ENFORCED
) WITH ('retention' = '1 h')`);
const keyed: KeyedTable = { streamId: 1 as StreamId, table: customers };
const encoder = new TextEncoder();

interface Sent {
  readonly key: string;
  readonly text: string;
  readonly kind: number;
}

/** Steps of one to four rows; the same key in several ways of writing it. */
function draw(random: Random, steps: number): readonly (readonly Sent[])[] {
  const countries = ["de", 'f"r', "ü", "d", "e"];
  return Array.from({ length: steps }, () =>
    Array.from({ length: 1 + random.between(0, 4 - 1) }, (): Sent => {
      const country = countries[random.between(0, countries.length - 1)]!;
      const id = random.between(0, 6 - 1);
      const escaped = JSON.stringify(country).replace("d", random.between(0, 2 - 1) === 0 ? "d" : "\\u0064");
      const isGone = random.between(0, 8 - 1) === 0;
      const rest = isGone ? "" : `,"name":"${"x".repeat(random.between(0, 60 - 1))}","more":{"id":9}`;
      const space = random.between(0, 3 - 1) === 0 ? " " : "";
      return {
        key: JSON.stringify([country, id]),
        text: `{${space}"country":${escaped},"id":${space}${id}${rest}}`,
        kind: isGone ? 3 : 0,
      };
    }),
  );
}

function journalOf(all: readonly (readonly Sent[])[], segmentBytesMax = 3_000): LossyFileLayer {
  const files = new LossyFileLayer();
  let now = 0;
  const log = new LogService(files, folder, () => now, { ...settings, segmentBytesMax });
  log.declare([customers]);
  for (const [step, rows] of all.entries()) {
    now = step * 1000;
    let end = 0;
    const rowEnds = Int32Array.from(rows, ({ text }) => {
      end += encoder.encode(text).length;
      return end;
    });
    const bytes = encoder.encode(rows.map(({ text }) => text).join(""));
    const rowKinds = Uint8Array.from(rows, ({ kind }) => kind);
    const [eventTimeMinMs, eventTimeMaxMs] = [undefined, undefined];
    const of = { rowCount: rows.length, rowEnds, bytes, rowKinds, eventTimeMinMs, eventTimeMaxMs };
    log.write(1, [{ stream: "customers", partition: 0, rows: of }]);
    log.commit();
  }
  log.close();
  return files;
}

const rowSteps = (files: LossyFileLayer) => readAll(files).filter(({ kind }) => kind === 1);

/** By place of the step: those of which every row was replaced, before the step. */
function replacedIn(all: readonly (readonly Sent[])[], before: number): readonly number[] {
  const last = new Map<string, number>();
  let row = 0;
  const places = all.slice(0, before).map((rows) => rows.map(({ key, kind }) => ({ key, kind, row: row++ })));
  for (const { key, row: number } of places.flat()) last.set(key, number);
  return places.flatMap((rows, place) =>
    rows.every(({ key, kind, row: number }) => kind !== 3 && last.get(key)! > number) ? [place] : [],
  );
}

describe("steps of which every row was replaced", () => {
  test.each([1, 2, 3])("are those that a plain map finds (seed %s)", (seed) => {
    const all = draw(new Random(seed), 200);
    const files = journalOf(all);
    const numbers = rowSteps(files).map(({ number }) => number);
    for (const before of [0, 1, 60, 200]) {
      const bounds = { beforeMs: before * 1000, beforeStep: Number.POSITIVE_INFINITY, mayGoOn: () => true };
      const found = replacedSteps(new JournalReader(files, folder), keyed, bounds)!;
      const wanted = replacedIn(all, before).map((place) => numbers[place]);
      expect([...found]).toEqual(wanted);
      if (before > 1) expect(wanted.length).toBeGreaterThan(5);
    }
  });

  test("none of keys that there is no room for", () => {
    const all = draw(new Random(7), 200);
    const files = journalOf(all);
    const bounds = { beforeMs: 1e9, beforeStep: 1e9, mayGoOn: () => true };
    const whole = replacedSteps(new JournalReader(files, folder), keyed, bounds)!;
    const few = replacedSteps(new JournalReader(files, folder), keyed, { ...bounds, keysMax: 3 })!;
    expect(few.size).toBeGreaterThan(0);
    expect(few.size).toBeLessThan(whole.size);
    expect([...few].every((step) => whole.has(step))).toBe(true);
  });

  test("is no answer where it was ended", () => {
    const files = journalOf(draw(new Random(1), 20));
    const bounds = { beforeMs: 1e9, beforeStep: 1e9, mayGoOn: () => false };
    expect(replacedSteps(new JournalReader(files, folder), keyed, bounds)).toBeUndefined();
  });
});

test("the keeper takes them, up to the floor and not within the retention", () => {
  const all = draw(new Random(5), 300);
  for (const [floor, ms] of [
    [1e9, 100_000],
    [150, 1],
  ] as const) {
    const files = journalOf(all);
    const before = rowSteps(files);
    keep(files, { nowMs: 300_000, floor, keyed: [{ ...keyed, ms, doneStep: 0 }] });
    const left = rowSteps(files);
    const isOld = ({ number, appendTimeMs }: { number: number; appendTimeMs: number }) =>
      number < floor && appendTimeMs < 300_000 - ms;
    const gone = new Set(replacedIn(all, before.filter(isOld).length));
    const wanted = before.filter((_, place) => !gone.has(place));
    // The newest segment is not touched.
    expect(left.map(({ text }) => text)).toEqual(wanted.map(({ text }) => text));
    expect(left.length).toBeLessThan(before.length);
  }
});

test("it looks again when as much has come as there is", () => {
  const all = draw(new Random(9), 300);
  const files = journalOf(all);
  const options = { nowMs: 300_000, floor: 1e9 };
  const first = keep(files, { ...options, keyed: [{ ...keyed, ms: 200_000, doneStep: 0 }] });
  const doneStep = first.get(keyed.streamId)!;
  expect(doneStep).toBeGreaterThan(0);
  const content = () => files.paths().map((path) => files.contentOf(path).toString("hex"));
  const once = content();
  expect(keep(files, { ...options, keyed: [{ ...keyed, ms: 200_000, doneStep }] }).size).toBe(0);
  expect(content()).toEqual(once);
  expect(keep(files, { ...options, keyed: [{ ...keyed, ms: 1_000, doneStep }] }).size).toBe(1);
  expect(content()).not.toEqual(once);
});
