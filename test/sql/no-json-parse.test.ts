/**
 * An event goes from the socket's bytes to the view's cells without JSON.parse: the budget of DESIGN §5
 * leaves no room for it. The log and the engine run here in one thread, with a JSON.parse that throws from
 * the moment when the engine knows its streams; only their declarations, which are metadata, are read with
 * it.
 */
import { readFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { Catalog } from "../../src/catalog/catalog.ts";
import { defaultPipelineOptions } from "../../src/dataflow/physical/build-pipeline.ts";
import { EngineService } from "../../src/dataflow/runtime/engine-service.ts";
import type { BodyFormat } from "../../src/log/event-log.ts";
import { nodeFileLayer } from "../../src/log/journal/file-layer.ts";
import { JournalReader } from "../../src/log/journal/journal-reader.ts";
import { LogService } from "../../src/log/journal/log-service.ts";
import { defaultLogSettings } from "../../src/log/log-settings.ts";
import { analyzeScript } from "../../src/sql/analyze.ts";
import { cellsOf } from "../../src/views/view.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const sql = ["transactions", "sales"]
  .map((name) => readFileSync(new URL(`../../bench/payments/sql/${name}.sql`, import.meta.url), "utf8"))
  .join("\n");

const table = "transaction_events";

class House {
  readonly log: LogService;
  readonly engine: EngineService;
  #nowMs = 1_772_366_400_000;
  #requests = 0;

  constructor(folder: string) {
    const { bound, errors } = analyzeScript(sql, new Catalog());
    expect(errors).toEqual([]);
    const [made, view] = bound;
    if (made?.kind !== "CreateTable" || view?.kind !== "CreateMaterializedView")
      throw new Error("another pack");
    this.log = new LogService(nodeFileLayer, folder, () => this.#nowMs++, defaultLogSettings);
    this.log.declare([made.table, ...(view.lateRows === undefined ? [] : [view.lateRows])]);
    this.engine = new EngineService(
      () => new JournalReader(nodeFileLayer, folder, () => this.log.lastStep),
      defaultPipelineOptions,
      {
        onFailure: (_, error) => {
          throw error;
        },
        onRows: () => {},
        onNotice: () => {},
      },
    );
    this.engine.start({ views: [{ view: view.view, plan: view.plan, tables: [made.table] }], inserts: [] });
    this.work();
  }

  send(format: BodyFormat, text: string) {
    const bytes = Buffer.from(text);
    const body = new Uint8Array(bytes.length + 8);
    body.set(bytes);
    const id = this.#requests++;
    this.log.take({ id, stream: table, format, body, length: bytes.length, origin: "test" });
    return this.log.commit();
  }

  work(): void {
    while (this.engine.work(Number.POSITIVE_INFINITY, () => 0));
  }

  close(): void {
    this.engine.close();
    this.log.close();
  }
}

function event(fields: object): string {
  const all = { transaction_id: "t", customer_id: "c", currency: "USD", amount: "0.10", ...fields };
  return JSON.stringify(all);
}

const at = (time: string): string => `2026-03-01T12:${time}Z`;

test("nothing between a body and a view calls JSON.parse", () => {
  const house = new House(scratchFolder());
  const parse = vi.spyOn(JSON, "parse").mockImplementation(() => {
    throw new Error("JSON.parse was called on the way of an event");
  });
  const answers = [
    house.send("json", event({ timestamp: at("00:00.000") })),
    // Escapes in names and values, a nested row, an exponent, many digits, fields that no query reads.
    house.send(
      "ndjson",
      [
        event({
          timestamp: at("00:01.000"),
          currency: "\u00e9\u0001\\",
          location: { lat: 1, country: "S\nE" },
        }),
        '{"\\u0061mount":12e-2,"timestamp":"2026-03-01T12:00:02Z","currency":"\\u0055SD",' +
          '"transaction_id":"t","customer_id":"c","more":{"a":[1,{"b":null}]}}',
        event({ timestamp: at("00:03.000"), amount: 9999999999.99, risk_score: 0.1234567890123456 }),
      ].join("\n"),
    ),
    // One row is taken, and two go the way of dead letters.
    house.send("json", `[${event({ timestamp: at("05:00.000") })}, {"amount": "x"}, 17]`),
    house.send("ndjson", `not json\n${event({ timestamp: at("00:00.000") })}`),
  ];
  house.work();
  const changes = house.engine.takeChanges("sales_per_minute")!;
  parse.mockRestore();
  house.close();

  const taken = answers.flat().map((reply) => ("answer" in reply ? reply.answer : reply.error));
  expect(taken).toMatchObject([{ accepted: 1 }, { accepted: 3 }, { accepted: 1 }, { accepted: 1 }]);
  const rows = changes.upserts.map((row) => cellsOf(row).slice(0, 5).toSpliced(1, 1).join(" ")).sort();
  expect(rows).toEqual([
    '"2026-03-01T12:00:00.000Z" "USD" 3 "10000000000.21"',
    '"2026-03-01T12:00:00.000Z" "é\\u0001\\\\" 1 "0.10"',
    '"2026-03-01T12:05:00.000Z" "USD" 1 "0.10"',
  ]);
  expect(changes.counters.rowsLate).toBe(1);
});
