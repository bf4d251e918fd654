import { expect, test } from "vitest";
import { folder, settings, take } from "../../../test/log/log-driver.ts";
import { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { tableOf } from "../../../test/support/table-of.ts";
import { DeclaredTables } from "../../log/journal/declared-tables.ts";
import { JournalReader } from "../../log/journal/journal-reader.ts";
import { LogService } from "../../log/journal/log-service.ts";
import { UnindexedRuns } from "../../log/journal/unindexed-runs.ts";
import { bindEventChoice } from "../../sql/event-choice.ts";
import { rowKind } from "../../values/column-batch.ts";
import { type EventPage, searchEvents } from "./event-search.ts";

const totals = tableOf(
  "CREATE TABLE totals (id INT NOT NULL, total INT NOT NULL, PRIMARY KEY (id) NOT ENFORCED)",
);

function found(files: LossyFileLayer, where: string): EventPage["events"] {
  const unindexed = new UnindexedRuns();
  const open = () => new JournalReader(files, folder, undefined, unindexed);
  const journal = {
    files,
    folder,
    unindexed,
    declared: new DeclaredTables({ files, folder, unindexed }, open),
  };
  const turns = searchEvents(
    journal,
    open(),
    {
      stream: 1 as never,
      choice: bindEventChoice(totals, where, "UTC"),
      newestFirst: false,
      after: undefined,
      text: undefined,
      appendedFromMs: undefined,
      appendedToMs: undefined,
      eventFromMs: undefined,
      eventToMs: undefined,
      nowMs: 0,
      bounds: { eventsMax: 10, msMax: 1e9, rowsMax: 1e9, bytesMax: 1e9 },
    },
    100,
  );
  for (;;) {
    const { done, value } = turns.next();
    if (done === true) return value.events;
  }
}

test("what takes a row back may have its key alone: all else is NULL there", () => {
  const files = new LossyFileLayer();
  const log = new LogService(files, folder, () => 1, settings);
  log.declare([totals]);
  take(log, "totals", '{"id":1,"total":0}');
  log.commit();
  const bytes = Buffer.from('{"id":1}');
  const rows = {
    rowCount: 1,
    rowEnds: Int32Array.of(bytes.length),
    bytes,
    eventTimeMinMs: undefined,
    eventTimeMaxMs: undefined,
    rowKinds: Uint8Array.of(rowKind.delete),
  };
  log.write(1_000, [{ stream: "totals", partition: 0, rows }]);
  log.commit();
  const kinds = (where: string) => found(files, where).map(({ kind }) => kind);
  expect(kinds("id = 1")).toEqual(["insert", "delete"]);
  expect(kinds("total = 0")).toEqual(["insert"]);
  expect(kinds("total IS NULL")).toEqual(["delete"]);
});
