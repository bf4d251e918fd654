/** Closed windows that late rows belong to, computed again from the journal. */
import { describe, expect, test } from "vitest";
import { payment, startMs, tables } from "../../../test/support/decision-world.ts";
import { boundProject, EngineWorld, LogWorld } from "../../../test/support/engine-world.ts";
import { scratchFolder } from "../../../test/support/scratch-folder.ts";
import { type Step, type StepFilter, type StreamId, stepKind } from "../../log/event-log.ts";
import { nodeFileLayer } from "../../log/journal/file-layer.ts";
import { JournalReader } from "../../log/journal/journal-reader.ts";
import { correctableWindows } from "../../sql/plan/correctable.ts";
import { cellsOf, type ViewRow } from "../../views/view.ts";
import { defaultPipelineOptions } from "../physical/build-pipeline.ts";
import { type CorrectedSpan, recompute } from "./correction.ts";

const span = (from: number, to: number): CorrectedSpan => ({
  startMs: startMs + from * 1000,
  endMs: startMs + to * 1000,
});

const view = (query: string, options = "") => `${tables} CREATE MATERIALIZED VIEW v ${options} AS ${query};`;
const tumble = (having = "") => `SELECT window_start, window_end, card, COUNT(*) AS n, SUM(amount) AS total
  FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '10' SECOND))
  WHERE id < 900 GROUP BY window_start, window_end, card ${having}`;
const hop = `SELECT card, window_end AS till, window_start, COUNT(*) AS n, MAX(id) AS last
  FROM TABLE(HOP(TABLE payments, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '20' SECOND))
  GROUP BY window_start, window_end, card`;

class Shop {
  readonly folder = scratchFolder();
  readonly #project: ReturnType<typeof boundProject>;
  log: LogWorld;
  engine: EngineWorld;

  constructor(sql: string) {
    this.#project = boundProject(sql);
    this.log = new LogWorld(this.folder, this.#project.tables, startMs);
    this.engine = this.#open();
  }

  /** Another engine takes the whole journal. */
  restart(): void {
    this.log.service.close();
    this.log = new LogWorld(this.folder, this.#project.tables, this.log.nowMs);
    this.engine = this.#open();
  }

  #open(): EngineWorld {
    const { log } = this;
    const engine = new EngineWorld(this.folder, this.#project.views, "compiled", nodeFileLayer, {
      ...this.#project,
      log,
    });
    return engine.catchUp();
  }

  send(...rows: readonly object[]): void {
    this.log.send("payments", rows);
    this.engine.catchUp();
  }

  correct(...windows: readonly CorrectedSpan[]): void {
    const keyed = windows.map((each) => ({ ...each, key: [] }));
    this.log.service.write(0, [{ payload: { kind: "correction", view: "v", windows: keyed } }]);
    this.log.service.commit();
    this.engine.catchUp();
  }

  rows() {
    expect(this.engine.failures).toEqual([]);
    return this.engine.finalRows("v");
  }
}

const withoutRevision = (rows: readonly Record<string, unknown>[]) =>
  rows.map(({ $revision: _, ...row }) => row);

/** The same rows where none is late. */
function inOrder(sql: string, rows: readonly ReturnType<typeof payment>[]) {
  const shop = new Shop(sql);
  shop.send(...[...rows].sort((left, right) => (left.ts < right.ts ? -1 : 1)));
  return withoutRevision(shop.rows());
}

const early = [payment(1, 1), payment(2, 2, "b"), payment(3, 12)];
const later = [payment(4, 41), payment(5, 42, "b"), payment(950, 43)];
const late = [payment(6, 3), payment(7, 4, "c"), payment(960, 5), payment(8, 14)];
const last = [payment(9, 100)];

describe("a correction", () => {
  test.each([
    ["TUMBLE", view(tumble())],
    ["HOP, its columns under other names", view(hop)],
    ["TUMBLE WITH HAVING", view(tumble("HAVING COUNT(*) < 2"))],
    ["final rows only", view(tumble(), "WITH ('emit' = 'final')")],
    ["CUMULATE", view(hop.replace("HOP", "CUMULATE"))],
    [
      "windows in FROM",
      view(`SELECT window_start, window_end, UPPER(card) AS c, COUNT(DISTINCT id) AS n
        FROM (SELECT * FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '10' SECOND)))
        GROUP BY window_start, window_end, UPPER(card)`),
    ],
    [
      "grouping sets",
      view(`SELECT window_start, window_end, card, GROUPING_ID(card) AS g, SUM(amount) AS total
        FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '10' SECOND))
        GROUP BY GROUPING SETS ((window_start, window_end, card), (window_start, window_end))`),
    ],
  ])("of %s makes the windows what they are with all their rows", (_, sql) => {
    const shop = new Shop(sql);
    shop.send(...early);
    shop.send(...later);
    shop.send(...late);
    shop.send(...last);
    const expected = inOrder(sql, [...early, ...later, ...late, ...last]);
    expect(withoutRevision(shop.rows())).not.toEqual(expected);
    shop.correct(span(-20, 40));
    expect(withoutRevision(shop.rows())).toEqual(expected);
    expect(shop.engine.notices).toEqual([]);
  });

  test("raises the revision of the rows that change, and of no other", () => {
    const shop = new Shop(view(tumble()));
    shop.send(...early, ...later);
    shop.send(payment(6, 3), payment(7, 4, "c"));
    shop.engine.batches.length = 0;
    shop.correct(span(0, 10), span(10, 20));
    const told = shop.engine.batches.flatMap(({ upserts }) => upserts).filter(({ final }) => final);
    expect(told.map((row) => [...cellsOf(row).slice(2, 4), row.revision])).toEqual([
      ['"a"', "2", 1],
      ['"c"', "1", 0],
    ]);
    shop.correct(span(0, 20));
    expect(shop.rows().map(({ card, $revision }) => [card, $revision])).toEqual([
      ["a", 1],
      ["b", 0],
      ["c", 0],
      ["a", 0],
    ]);
  });

  test("touches no other window, and none that is open", () => {
    const shop = new Shop(view(tumble()));
    shop.send(...early, ...later, ...late);
    const before = shop.engine.rows("v");
    shop.correct(span(10, 20));
    const changed = shop.engine.rows("v").filter((row, place) => row.$revision !== before[place]?.$revision);
    expect(changed).toMatchObject([{ window_start: expect.stringContaining("00:00:10"), n: 2 }]);
    expect(shop.engine.rows("v").filter((row) => !row.$final)).toEqual(before.filter((row) => !row.$final));
  });

  test("comes to the same after a restart, and in a view that is added later", () => {
    const shop = new Shop(view(tumble()));
    shop.send(...early, ...later, ...late);
    shop.correct(span(0, 20));
    // What came behind it is not in it.
    shop.send(payment(10, 6));
    const rows = shop.rows();
    expect(rows).toHaveLength(4);
    shop.restart();
    expect(shop.rows()).toEqual(rows);
    // A second one: who joins later passes the first, which is not that view's any more.
    shop.correct(span(0, 20));
    const twice = shop.rows();
    expect(twice).not.toEqual(rows);
    const [added] = boundProject(view(tumble()).replace("VIEW v", "VIEW w")).views;
    shop.engine.add(added!);
    shop.engine.deliver();
    expect(shop.rows()).toEqual(twice);
    expect(withoutRevision(shop.engine.finalRows("w"))).not.toEqual(withoutRevision(twice));
  });

  test("is shown before it is made", () => {
    const shop = new Shop(view(tumble()));
    shop.send(...early, ...later, ...late);
    const rows = shop.rows();
    const correction = shop.engine.engine.correction("v", [span(0, 10)])!;
    const countOf = (row: ViewRow | undefined) => row && cellsOf(row)[3];
    expect(correction.rows.map(({ before, after }) => [countOf(before), countOf(after)])).toEqual([
      ["1", "2"],
      [undefined, "1"],
    ]);
    expect(correction.tooOld).toEqual([]);
    shop.engine.deliver();
    expect(shop.rows()).toEqual(rows);
  });

  test.each([
    [
      "sessions",
      hop
        .replace("HOP(TABLE payments", "SESSION(TABLE payments PARTITION BY card")
        .replace(", INTERVAL '20' SECOND", ""),
    ],
    [
      "a Top-N",
      "SELECT rn, id FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY id) AS rn FROM payments) WHERE rn < 9",
    ],
    [
      "windows of windows",
      `SELECT window_start, window_end, MAX(n) AS n FROM (
        SELECT window_start, window_end, card, COUNT(*) AS n
        FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '10' SECOND))
        GROUP BY window_start, window_end, card) GROUP BY window_start, window_end`,
    ],
  ])("is not made of %s, which need more than the window's own rows", (_, query) => {
    const shop = new Shop(view(query));
    shop.send(...early, ...later, ...late);
    expect(shop.engine.engine.correction("v", [span(0, 40)])).toBeUndefined();
    const rows = shop.engine.rows("v");
    shop.correct(span(0, 40));
    expect(shop.engine.rows("v")).toEqual(rows);
  });

  test("leaves windows alone whose rows the journal may not hold all any more", () => {
    const shop = new Shop(view(tumble()));
    const { tables: read, views } = boundProject(view(tumble()));
    const [stream] = read;
    shop.log.nowMs = startMs + 86_400_000;
    shop.send(...early, ...later, ...late);
    // As if retention had taken the stream's first rows.
    const cut = () => {
      const reader = new JournalReader(nodeFileLayer, shop.folder);
      const next = reader.next.bind(reader);
      const later = (step: Step): Step => ({ ...step, firstRowOffset: step.firstRowOffset + 1 });
      reader.next = () => {
        const step = next();
        return step?.kind === stepKind.rows ? later(step) : step;
      };
      return reader;
    };
    const spans = [span(0, 10), span(2 * 86_400 + 1, 2 * 86_400 + 10)];
    const source = {
      plan: views[0]!.plan,
      windows: correctableWindows(views[0]!.plan)!,
      table: stream!,
      streamId: 1 as StreamId,
      pipelines: defaultPipelineOptions,
      beforeStep: Number.POSITIVE_INFINITY,
    };
    let rows = 0;
    const count = () => void rows++;
    expect(recompute({ ...source, openReader: cut }, spans, count)).toEqual([spans[1]]);
    expect(rows).toBe(0);
    const whole = () => new JournalReader(nodeFileLayer, shop.folder);
    expect(recompute({ ...source, openReader: whole }, spans, count)).toEqual(spans);
    expect(rows).toBe(3);
  });

  test("leaves out what a view has let go of", () => {
    const shop = new Shop(view(tumble(), "WITH ('max-rows' = '2')"));
    shop.send(...early, ...later, ...late);
    expect(shop.rows()).toHaveLength(2);
    shop.correct(span(0, 20));
    expect(shop.rows().map(({ card, n }) => [card, n])).toEqual([
      ["b", 1],
      ["a", 2],
    ]);
  });
});

test("rows that retention takes while they are read end the correction: nothing is made of a part", () => {
  const sql = view(tumble());
  const shop = new Shop(sql);
  shop.send(...early, ...later, ...late);
  const { plan, tables: read } = boundProject(sql).views[0]!;
  const streamId = 1 as StreamId;
  const recomputed = (takesFrom: number) => {
    // Each look at the stream's first rows narrows the reader, and so does the reading between the two.
    let looks = 0;
    class Taking extends JournalReader {
      override narrow(filter: StepFilter): void {
        looks++;
        super.narrow(filter);
      }

      override next(): Step | undefined {
        const step = super.next();
        return step && looks >= takesFrom
          ? { ...step, firstRowOffset: 5, appendTimeMs: startMs + 9e9 }
          : step;
      }
    }
    return recompute(
      {
        plan,
        windows: correctableWindows(plan)!,
        table: read[0]!,
        streamId,
        pipelines: { mode: "compiled", stateBytesMax: 1e8 },
        openReader: () => new Taking(nodeFileLayer, shop.folder),
        beforeStep: 1e9,
      },
      [span(0, 10)],
      () => {},
    );
  };
  expect(recomputed(4)).toEqual([span(0, 10)]);
  expect(recomputed(1)).toEqual([]);
  expect(() => recomputed(3)).toThrow(
    "Rows of payments were let go by its 'retention' while they were read.",
  );
});
